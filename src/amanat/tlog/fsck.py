"""Every file of a published log, held against the signed root: which one is bad, and how many more.

From left to right, all hashes are computed again from the entry bundles. Each bundle and tile is judged by

    (1) the tiles above it, as far as they are proven to make the signed root: it is right or wrong by itself
    (2) where they are not, the bundle against its tile, and each tile against those below it

so one bad file is named as the bad one, and not its neighbour. `faults` never stops at the first. A file
that cannot be read now raises `Unavailable`: that says nothing about the log. Who signed is not its matter.
Shown right by `tests/tlog/test_fsck.py`.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from amanat.errors import Malformed, NotFound, Unverified
from amanat.tlog.audit import tiles_at
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.store import Reader
from amanat.tlog.tile import (
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    format_tile_path,
    parse_tile_path,
    read_entries,
    read_tile,
)
from amanat.tlog.tree import root
from amanat.tlog.verified import VerifiedReader, edge_root, filled_width

__all__ = ["Fault", "Spare", "faults", "spare"]

Hashes = tuple[bytes, ...]
Known = Sequence[bytes | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A bad file, and whether its bytes are false (or else it is missing, or not of its format)."""

    path: str
    what: str
    false: bool


@dataclass(frozen=True, slots=True)
class Spare:
    """Files that this checkpoint does not need: outgrown partial ones, ones ahead of it, and strangers."""

    outgrown: tuple[str, ...]
    ahead: tuple[str, ...]
    strange: tuple[str, ...]


def faults(
    reader: Reader, checkpoint: Checkpoint, *, after_each: Callable[[int], None] = lambda _entries: None
) -> Iterator[Fault]:
    """Every bad or missing file, in the order met; `after_each` is told how many entries are done."""
    walk = _Walk(reader, checkpoint)
    for bundle in tiles_at(ENTRIES, checkpoint.size):
        yield from walk.bundle(bundle)
        after_each(bundle.number * TILE_WIDTH + bundle.width)
    yield from walk.end()


def spare(paths: Iterable[str], size: int) -> Spare:
    """Sort out, from paths relative to the log, those that a tree of `size` leaves does not need."""
    kinds: dict[str, list[str]] = {"outgrown": [], "ahead": [], "strange": [], "needed": []}
    for path in sorted(paths):
        kinds[_kind(path, size)].append(path)
    return Spare(tuple(kinds["outgrown"]), tuple(kinds["ahead"]), tuple(kinds["strange"]))


def _kind(path: str, size: int) -> str:
    try:
        tile = parse_tile_path(path)
    except Malformed:
        return "needed" if path == "checkpoint" else "strange"
    width = filled_width(size, tile.level, tile.number)
    if tile.width > width:
        return "ahead"
    return "needed" if tile.width == width else "outgrown"


class _Walk:
    """The way through one log: what is known of the tile that is being filled at each level."""

    def __init__(self, reader: Reader, checkpoint: Checkpoint) -> None:
        self._reader = reader
        self._checkpoint = checkpoint
        self._filling: list[list[bytes | None]] = [[]]
        self._proof = _proof(reader, checkpoint)

    def bundle(self, bundle: Tile) -> Iterator[Fault]:
        """Judge a bundle and its tile of level 0, then the tiles above that they complete."""
        tile = Tile(0, bundle.number, bundle.width)
        below = yield from self._read(bundle)
        beside = yield from self._read(tile)
        rights = self._right(tile, below), self._right(tile, beside)
        differ = None not in (below, beside) and below != beside
        if rights[0] is False or (differ and rights[1]):
            yield _false(bundle, "it is not part of the tree that was signed")
        if rights[1] is False or (differ and rights[0]):
            yield _false(tile, "it is not part of the tree that was signed")
        if differ and rights == (None, None):
            yield _false(bundle, f"it and {format_tile_path(tile)} do not fit each other")
        chosen = beside if rights[1] or below is None else below
        yield from self._add(0, tile, chosen or [None] * tile.width)

    def end(self) -> Iterator[Fault]:
        """Judge the partial tiles above, and the root."""
        for level in range(1, len(self._filling)):
            if self._filling[level]:
                number = (self._checkpoint.size >> (TILE_HEIGHT * level)) // TILE_WIDTH
                yield from self._tile(Tile(level, number, len(self._filling[level])))
        whole = not any(None in items for items in self._filling)
        if self._proof is None and whole and self._root({}) != self._checkpoint.root:
            yield Fault("checkpoint", "the entries do not make the root that was signed", false=True)

    def _add(self, level: int, tile: Tile, hashes: Known) -> Iterator[Fault]:
        """Take over what a tile holds; a full one gives one hash to the level above."""
        self._filling[level] = list(hashes)
        if tile.width < TILE_WIDTH:
            return
        self._filling[level] = []
        if level + 1 == len(self._filling):
            self._filling.append([])
        whole = None if None in hashes else root([item for item in hashes if item is not None])
        self._filling[level + 1].append(whole)
        if len(self._filling[level + 1]) == TILE_WIDTH:
            yield from self._tile(Tile(level + 1, tile.number // TILE_WIDTH))

    def _tile(self, tile: Tile) -> Iterator[Fault]:
        """Judge a tile above level 0 whose places are all known from below."""
        below = self._filling[tile.level]
        hashes = yield from self._read(tile)
        right = self._right(tile, hashes)
        fits = hashes is None or all(one in (None, two) for one, two in zip(below, hashes, strict=True))
        if right is False or (right is None and not fits):
            yield _false(tile, "it does not fit the files below it and the root that was signed")
        believed = hashes is not None and (right or (right is None and fits))
        yield from self._add(tile.level, tile, hashes if hashes is not None and believed else below)

    def _right(self, tile: Tile, hashes: Hashes | None) -> bool | None:
        """Whether the signed root demands these hashes in this tile; None when that cannot be told."""
        if hashes is None:
            return None
        if self._proof is None:
            return True if self._likely(tile, hashes) else None
        try:
            self._proof.check(tile, hashes)
        except Unverified as error:
            return False if error.where == format_tile_path(tile) else None
        except (NotFound, Malformed):
            return None
        return True

    def _likely(self, tile: Tile, hashes: Hashes) -> bool:
        """Without a proof: whether the tile above says the same, or all that is known makes the root."""
        if tile.width < TILE_WIDTH:
            known = not any(None in items for items in self._filling)
            return known and self._root({tile.level: hashes}) == self._checkpoint.root
        parent, place = divmod(tile.number, TILE_WIDTH)
        width = filled_width(self._checkpoint.size, tile.level + 1, parent)
        try:
            return read_tile(self._reader, Tile(tile.level + 1, parent, width))[place] == root(hashes)
        except (NotFound, Malformed):
            return False

    def _root(self, other: Mapping[int, Hashes]) -> bytes:
        """The root of what is known by now, with other hashes at one level perhaps."""
        edge = {level: [item for item in items if item] for level, items in enumerate(self._filling)}
        return edge_root({**edge, **other})

    def _read(self, tile: Tile) -> Generator[Fault, None, Hashes | None]:
        try:
            if tile.level != ENTRIES:
                return read_tile(self._reader, tile)
            return tuple(leaf_hash(entry) for entry in read_entries(self._reader, tile))
        except NotFound:
            yield Fault(format_tile_path(tile), "it is missing", false=False)
        except Malformed as error:
            yield Fault(format_tile_path(tile), error.what, false=False)
        return None


def _proof(reader: Reader, checkpoint: Checkpoint) -> VerifiedReader | None:
    """What is proven from the root down; None when the last tiles do not make it."""
    try:
        return VerifiedReader(reader, checkpoint)
    except (NotFound, Malformed, Unverified):
        return None


def _false(tile: Tile, what: str) -> Fault:
    return Fault(format_tile_path(tile), what, false=True)
