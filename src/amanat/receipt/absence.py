"""Proving that an event is not in a log: a scan for the tags of one chain, protocol.md sections 4 and 5.

    (1) every bundle from an entry on is proven part of the signed tree before it is looked into
    (2) a bundle that is missing, cut off or false is an error: it never looks like absence
    (3) what is found is told by number and place; the first number that is nowhere is the first gap

Only whoever holds the thread key can do this, and everybody who does gets the same answer. It neither prints
nor keeps keys or tags. Who signed is `amanat.tlog.trust`. Shown right by `tests/receipt/test_absence.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from amanat.errors import Malformed
from amanat.receipt.leaf import LEAF_BYTES, CaseLeaf, parse_leaf, tag
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.policy import NO_QUORUM, Policy
from amanat.tlog.store import Reader
from amanat.tlog.tile import ENTRIES, TILE_WIDTH, Tile, format_tile_path, parse_bundle
from amanat.tlog.verified import VerifiedReader, filled_width

__all__ = ["MAX_SEQ", "Scan", "as_of", "fetch_bytes", "scan"]

MAX_SEQ = 9_999
"""The largest number of an event that is looked for; chains are far shorter."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Where the events of a chain lie among the entries `first` up to `size`, by their number."""

    first: int
    size: int
    places: Mapping[int, tuple[int, ...]]

    @property
    def first_gap(self) -> int:
        """The smallest number that is nowhere; where entries were left out, after the smallest found."""
        seq = min(self.places, default=0) if self.first else 0
        while seq in self.places:
            seq += 1
        return seq


def scan(
    reader: Reader,
    checkpoint: Checkpoint,
    thread_key: bytes,
    *,
    first: int = 0,
    after_each: Callable[[int], None] = lambda _entries: None,
) -> Scan:
    """Look for all events of this key's chain from entry `first` on; `after_each` is told entries done.

    Raises `Malformed` when `first` is beyond the log, and `Unverified`, `NotFound`, `Malformed` or
    `Unavailable` when not every entry could be proven and looked into.
    """
    if not 0 <= first <= checkpoint.size:
        raise Malformed("the log has no such entry", where="--from")
    wanted = {tag(thread_key, seq): seq for seq in range(MAX_SEQ + 1)}
    verified = VerifiedReader(reader, checkpoint)
    places: dict[int, tuple[int, ...]] = {}
    for number in range(first // TILE_WIDTH, -(-checkpoint.size // TILE_WIDTH)):
        bundle = Tile(ENTRIES, number, filled_width(checkpoint.size, ENTRIES, number))
        entries = parse_bundle(verified.read(format_tile_path(bundle)))
        for index, entry in enumerate(entries, start=number * TILE_WIDTH):
            seq = wanted.get(_tag_of(entry)) if index >= first else None
            if seq is not None:
                places[seq] = (*places.get(seq, ()), index)
        after_each(number * TILE_WIDTH + bundle.width - first)
    return Scan(first, checkpoint.size, dict(sorted(places.items())))


def fetch_bytes(size: int, first: int = 0) -> int:
    """About how many bytes a scan reads: bundles of leaves of 64 bytes, and the tiles above them."""
    bundles = -(-size // TILE_WIDTH) - first // TILE_WIDTH
    tiles = bundles // TILE_WIDTH + 3
    return (size - first // TILE_WIDTH * TILE_WIDTH) * (LEAF_BYTES + 2) + tiles * TILE_WIDTH * 32


def as_of(witnesses: Mapping[str, datetime], policy: Policy) -> datetime | None:
    """The latest moment at which a quorum knew no larger log; None when none is asked, or none is there."""
    if policy.quorum == NO_QUORUM:
        return None
    for limit in sorted(witnesses.values(), reverse=True):
        if policy.satisfied({name for name, time in witnesses.items() if time >= limit}):
            return limit
    return None


def _tag_of(entry: bytes) -> bytes:
    """The tag of an event or of cover; empty for any other entry, which no chain can hold."""
    try:
        leaf = parse_leaf(entry)
    except Malformed:
        return b""
    return leaf.tag if isinstance(leaf, CaseLeaf) else b""
