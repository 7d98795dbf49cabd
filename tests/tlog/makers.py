"""What the tests of the log are made of: fixed keys, published logs, codec laws, witness processes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from amanat.errors import Malformed
from amanat.tlog.note import COSIGNATURE, ED25519, MLDSA, Signer, Verifier, parse_signer
from amanat.tlog.sequencer import integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tree import Frontier

ORIGIN = "amanat.example/log"


def signer(name: str, kind: int = ED25519) -> Signer:
    """The same key for the same name, always."""
    return Signer(name, kind, sha256(f"{name} {kind}".encode()).digest())


LOG = signer(ORIGIN)
NORTH, SOUTH, EAST, WEST = (
    signer(f"{name}.example", COSIGNATURE) for name in ("north", "south", "east", "west")
)

NORTH_PQ, SOUTH_PQ = (signer(f"{name}.example", MLDSA) for name in ("north", "south"))


def entries(count: int, first: int = 0) -> list[bytes]:
    return [b"entry %d" % index for index in range(first, first + count)]


def signed(leaves: list[bytes], key: Signer = LOG) -> bytes:
    """The signed checkpoint of the tree over these entries."""
    return sign_checkpoint(integrate(Frontier.empty(), leaves), key)


def publish(folder: Path, count: int, old_size: int = 0) -> FolderStore:
    """A log of `count` entries in a folder, grown from `old_size` in one step."""
    store = FolderStore(folder)
    write_tiles(store, old_size, entries(count - old_size, old_size))
    store.write("checkpoint", signed(entries(count)))
    return store


def assert_law(parse: Callable[[bytes], Any], format_: Callable[[Any], bytes], data: bytes) -> None:
    """Any bytes give a value that formats back to them, or `Malformed`, and nothing else."""
    try:
        value = parse(data)
    except Malformed:
        return
    assert format_(value) == data


def text_law(parse: Callable[[str], Any], format_: Callable[[Any], str], text: str) -> None:
    """The same for texts."""
    try:
        value = parse(text)
    except Malformed:
        return
    assert format_(value) == text


@dataclass(frozen=True, slots=True)
class Running:
    """A witness process: its folder, its process, its address and its key."""

    folder: Path
    process: subprocess.Popen[str]
    url: str
    verifier: Verifier


def amanat(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the real command."""
    command = [sys.executable, "-m", "amanat.cli.main", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def running_witness(folder: Path, name: str, *logs: Verifier) -> Iterator[Running]:
    """A witness in a second process, made when its folder is new, stopped at the end."""
    if not folder.exists():
        assert amanat("witness", "init", "--data", folder, "--name", name).returncode == 0
    command = [sys.executable, "-m", "amanat.cli.main", "witness", "serve", "--data", str(folder)]
    options = ["--listen", "127.0.0.1:0", "--log", *map(str, logs)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            first = process.stdout.readline() if process.stdout else ""
            assert first.startswith("listening on http://127.0.0.1:"), first
            key = parse_signer((folder / "witness.skey").read_text().strip())
            yield Running(folder, process, first.removeprefix("listening on ").strip(), key.verifier)
        finally:
            process.terminate()
            process.communicate(timeout=30)
