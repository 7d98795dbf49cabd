"""`amanat witness init | serve | status`: run a witness for somebody else's log.

The folder holds `witness.skey` (0600; an ML-DSA key in `witness-ml-dsa.skey`; a witness may have both) and
`witness.sqlite3` with `witness.mark`, the memory of the last tree it cosigned. They belong together: when the
memory was lost or put back from a backup, `serve` sets the keys aside for ever. Shown right by
`tests/cli/test_witness.py`.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from amanat.cli.visible import visible
from amanat.errors import Conflict, Malformed, Misconfigured, NotFound, Unavailable
from amanat.strict import encode_base64
from amanat.tlog.note import (
    COSIGNATURE,
    ED25519,
    MLDSA,
    Signer,
    Verifier,
    format_signer,
    generate_signer,
    parse_signer,
    parse_verifier,
)
from amanat.tlog.witness import PER_MINUTE, Witness
from amanat.tlog.witness_http import WitnessServer
from amanat.tlog.witness_state import Retired, add_key, create_state

__all__ = ["add_parser"]

KINDS = {"ed25519": COSIGNATURE, "ml-dsa": MLDSA}
KEYS = {COSIGNATURE: "witness.skey", MLDSA: "witness-ml-dsa.skey"}
STATE = "witness.sqlite3"
RETIRED = ".retired"
TELL = "Tell everybody whose policy names it, and begin anew: another folder, another name."


def add_parser(subparsers: Any) -> None:
    """Add `amanat witness`."""
    parser = subparsers.add_parser("witness", help="run a witness that cosigns a log")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    init = verbs.add_parser("init", help="make its key and its empty memory, and print its policy line")
    init.add_argument("--name", required=True, help="the name of its key, such as witness.example")
    init.add_argument(
        "--kind", choices=KINDS, default="ed25519", help="the type of key; the second joins the first"
    )
    init.set_defaults(run=run_init)
    serve = verbs.add_parser("serve", help="answer logs and monitors over HTTP until stopped")
    serve.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:8300", help="put TLS in front of it"
    )
    serve.add_argument(
        "--log",
        metavar="VKEY",
        nargs="+",
        action="extend",
        required=True,
        help="the keys of the logs it follows",
    )
    serve.add_argument(
        "--per-minute",
        metavar="N",
        type=_positive,
        default=PER_MINUTE,
        help="how often each log may be cosigned (default: %(default)s)",
    )
    serve.set_defaults(run=run_serve)
    status = verbs.add_parser("status", help="print what it has cosigned last")
    status.set_defaults(run=run_status)
    for verb in (init, serve, status):
        verb.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder of the witness")


def run_init(options: argparse.Namespace) -> int:
    """Make a key, and the memory with the first; refuses a key that is there, and a memory without a key."""
    folder: Path = options.data
    signer = generate_signer(options.name, KINDS[options.kind])
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _join(folder, signer)
        _write_secret(folder / KEYS[signer.kind], format_signer(signer))
    except OSError as error:
        raise Unavailable("the folder cannot be written", where="--data") from error
    print(f"witness {signer.name} {signer.verifier}")
    return 0


def run_serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    first, *more = _signers(options.data)
    logs = _logs(options.log)
    try:
        witness = Witness(options.data / STATE, first, logs, also=more, per_minute=options.per_minute)
    except Retired as error:
        _set_aside(options.data)
        raise Retired(f"{error.what}; its key is set aside", where=error.where, hint=TELL) from error
    try:
        server = WitnessServer(witness, _address(options.listen))
    except OSError as error:
        raise Unavailable("cannot listen there", where="--listen") from error
    for number in (signal.SIGTERM, signal.SIGINT):
        # `shutdown` waits for the loop that this handler interrupts, so it needs a thread of its own.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    host, port = server.server_address[:2]
    print(f"listening on http://{_bracketed(str(host))}:{port}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


def run_status(options: argparse.Namespace) -> int:
    """Print the keys, and per log the last cosigned tree and the evidence kept."""
    first, *more = _signers(options.data)
    for signer in (first, *more):
        print(f"witness {signer.name} {signer.verifier}")
    for seen in Witness(options.data / STATE, first, {}, also=more).seen():
        print(f"log {visible(seen.origin)}\n  size {seen.size}\n  root {encode_base64(seen.root)}")
        print(f"  time {seen.time}")
        if seen.evidence:
            print(
                f"  REFUSED {seen.evidence} signed checkpoints that do not continue this tree; they are kept"
            )
    return 0


def _join(folder: Path, signer: Signer) -> None:
    """Let the memory know the new key, which has cosigned nothing yet; make it with the first key."""
    present = [kind for kind, name in KEYS.items() if (folder / name).exists()]
    if any((folder / f"{name}{RETIRED}").exists() for name in KEYS.values()):
        raise Conflict("the witness of this folder is retired", where="--data", hint=TELL)
    if signer.kind in present:
        raise Conflict("there is a witness already", where=KEYS[signer.kind])
    if not present:
        create_state(folder / STATE, signer.verifier)
        return
    if _signers(folder)[0].name != signer.name:
        raise Conflict("both keys of a witness have its one name", where="--name")
    add_key(folder / STATE, signer.verifier)


def _set_aside(folder: Path) -> None:
    """Rename the keys, so that no later start can sign with them."""
    for name in KEYS.values():
        if (folder / name).exists():
            (folder / name).rename(folder / f"{name}{RETIRED}")


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(descriptor)


def _signers(folder: Path) -> list[Signer]:
    """The keys that are there, the Ed25519 one first; at least one."""
    present = [name for name in KEYS.values() if (folder / name).exists()]
    signers = [_signer(folder / name) for name in present or KEYS.values()]
    if len({signer.name for signer in signers}) != 1:
        raise Misconfigured("the two keys are of two witnesses", where=KEYS[MLDSA])
    return signers


def _signer(path: Path) -> Signer:
    try:
        signer = parse_signer(path.read_text(encoding="utf-8").removesuffix("\n"))
    except OSError as error:
        if path.with_name(f"{path.name}{RETIRED}").exists():
            raise Retired("this witness is retired", where=path.name, hint=TELL) from error
        hint = "Run `amanat witness init` first."
        raise NotFound("the key is missing or cannot be read", where=path.name, hint=hint) from error
    except (UnicodeDecodeError, Malformed) as error:
        raise Misconfigured("not a signer key", where=path.name) from error
    if KEYS.get(signer.kind) != path.name:
        raise Misconfigured("a key of another type", where=path.name)
    return signer


def _logs(texts: list[str]) -> dict[str, Verifier]:
    verifiers = [parse_verifier(text) for text in texts]
    if any(verifier.kind != ED25519 for verifier in verifiers):
        raise Malformed("not the key of a log (type 0x01)", where="--log")
    if len({verifier.name for verifier in verifiers}) != len(verifiers):
        raise Malformed("two keys for one log", where="--log")
    return {verifier.name: verifier for verifier in verifiers}


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
        raise Malformed("not HOST:PORT", where="--listen")
    return host.removeprefix("[").removesuffix("]"), int(port)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) == int(text)):
        raise argparse.ArgumentTypeError("not a number above zero")
    return int(text)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
