"""What the tests of the log are made of: fixed keys, published logs in folders, and codec laws."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from amanat.errors import Malformed
from amanat.tlog.note import COSIGNATURE, ED25519, Signer
from amanat.tlog.sequencer import integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tree import Frontier

ORIGIN = "amanat.example/log"


def signer(name: str, kind: int = ED25519) -> Signer:
    """The same key for the same name, always."""
    return Signer(name, kind, sha256(f"{name} {kind}".encode()).digest())


LOG = signer(ORIGIN)
NORTH, SOUTH, EAST, WEST = (signer(f"{name}.example", COSIGNATURE) for name in ("north", "south", "east", "west"))


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
