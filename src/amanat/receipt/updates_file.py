"""The updates file of a published log, held against the entries of the log and the key that lies beside it.

Every tag in it is the start of what an entry holds, so whoever has the entries needs to believe nobody; the
signature says that the log published it so. It writes nothing. Shown right by
`tests/cli/test_log_updates.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from amanat.errors import Malformed, NotFound, Unverified
from amanat.receipt.updates import Updates, open_updates, parse_updates, short_tag
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.keys import parse_verifier
from amanat.tlog.note import parse_note
from amanat.tlog.store import Reader
from amanat.tlog.tile import ENTRIES, TILE_WIDTH, Tile, read_entries
from amanat.tlog.verified import filled_width

__all__ = ["KEY", "UPDATES", "Checked", "check_updates"]

UPDATES, KEY = "updates", "promise-key.txt"


@dataclass(frozen=True, slots=True)
class Checked:
    """Updates that hold, their bytes, and whether a key lay beside them to check the signature with."""

    updates: Updates
    data: bytes
    is_signature_checked: bool


def check_updates(reader: Reader, checkpoint: Checkpoint, entries: Reader) -> Checked | None:
    """The updates at `reader`; None where it has none.

    Tags of leaves that the tree of this checkpoint does not have yet are not looked at. Raises `Malformed`,
    and `Unverified` where signature or tags are false, or where the file is of another log. Without a key
    beside it no signature is checked.
    """
    try:
        data = reader.read(UPDATES)
    except NotFound:
        return None
    updates, is_signature_checked = _opened(reader, data)
    if updates.origin != checkpoint.origin:
        raise Unverified("updates of another log", where=UPDATES)
    leaves = _leaves(entries, updates.first, min(updates.size, checkpoint.size))
    if any(tag != short_tag(leaf) for tag, leaf in zip(updates.tags, leaves, strict=False)):
        raise Unverified("a tag in it is not that of the entry", where=UPDATES)
    return Checked(updates, data, is_signature_checked)


def _opened(reader: Reader, data: bytes) -> tuple[Updates, bool]:
    try:
        key = reader.read(KEY)
    except NotFound:
        return parse_updates(parse_note(data).text), False
    try:
        verifier = parse_verifier(key.decode().strip())
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where=KEY) from error
    return open_updates(data, verifier), True


def _leaves(entries: Reader, first: int, size: int) -> Iterator[bytes]:
    """The entries from `first` on, below `size`."""
    for number in range(first // TILE_WIDTH, -(-size // TILE_WIDTH)):
        bundle = read_entries(entries, Tile(ENTRIES, number, filled_width(size, ENTRIES, number)))
        yield from bundle[max(first - number * TILE_WIDTH, 0) :]
