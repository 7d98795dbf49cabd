"""`amanat witness init | serve | status`: run a witness for somebody else's log.

The folder holds `witness.skey` (0600) and `witness.sqlite3`, the memory of the last tree it cosigned. The two
belong together: a witness whose memory was lost must retire its key. Shown right by
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
    Signer,
    Verifier,
    format_signer,
    generate_signer,
    parse_signer,
    parse_verifier,
)
from amanat.tlog.witness import Witness, create_state
from amanat.tlog.witness_http import WitnessServer

__all__ = ["add_parser"]

KEY = "witness.skey"
STATE = "witness.sqlite3"


def add_parser(subparsers: Any) -> None:
    """Add `amanat witness`."""
    parser = subparsers.add_parser("witness", help="run a witness that cosigns a log")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    init = verbs.add_parser("init", help="make its key and its empty memory, and print its policy line")
    init.add_argument("--name", required=True, help="the name of its key, such as witness.example")
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
    serve.set_defaults(run=run_serve)
    status = verbs.add_parser("status", help="print what it has cosigned last")
    status.set_defaults(run=run_status)
    for verb in (init, serve, status):
        verb.add_argument("--data", metavar="DIR", type=Path, required=True, help="the folder of the witness")


def run_init(options: argparse.Namespace) -> int:
    """Make the key and the memory; refuses a folder that has either."""
    folder: Path = options.data
    signer = generate_signer(options.name, COSIGNATURE)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (folder / KEY).exists():
            raise Conflict("there is a witness already", where=KEY)
        create_state(folder / STATE, signer.verifier)
        _write_secret(folder / KEY, format_signer(signer))
    except OSError as error:
        raise Unavailable("the folder cannot be written", where="--data") from error
    print(f"witness {signer.name} {signer.verifier}")
    return 0


def run_serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(message)s")
    witness = Witness(options.data / STATE, _signer(options.data), _logs(options.log))
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
    """Print the key, and per log the last cosigned tree and the evidence kept."""
    signer = _signer(options.data)
    print(f"witness {signer.name} {signer.verifier}")
    for seen in Witness(options.data / STATE, signer, {}).seen():
        print(f"log {visible(seen.origin)}\n  size {seen.size}\n  root {encode_base64(seen.root)}")
        print(f"  time {seen.time}")
        if seen.evidence:
            print(
                f"  REFUSED {seen.evidence} signed checkpoints that do not continue this tree; they are kept"
            )
    return 0


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(descriptor)


def _signer(folder: Path) -> Signer:
    try:
        text = (folder / KEY).read_text(encoding="utf-8")
        return parse_signer(text.removesuffix("\n"))
    except OSError as error:
        hint = "Run `amanat witness init` first."
        raise NotFound("the key is missing or cannot be read", where=KEY, hint=hint) from error
    except (UnicodeDecodeError, Malformed) as error:
        raise Misconfigured("not a signer key", where=KEY) from error


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


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
