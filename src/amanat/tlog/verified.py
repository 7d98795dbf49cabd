"""A log read with proof: every tile and bundle is shown to belong to a checkpoint before it is given out.

    (1) the partial tiles at the right edge, one a level, make the signed root
    (2) a full tile, or a full bundle, makes one hash in the tile above it, which is proven in the same way
    (3) a partial bundle makes the hashes of the partial tile of level 0

So what a server, a cache or a disk hands out is never believed, and the caller learns which file is wrong.
Who signed the checkpoint is not its matter; that is `trust.py`. Shown right by `tests/tlog/test_verified.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from amanat.errors import NotFound, Unverified
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.store import Reader
from amanat.tlog.tile import (
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    format_bundle,
    format_tile_path,
    parse_tile_path,
    read_entries,
    read_tile,
)
from amanat.tlog.tree import root

__all__ = ["VerifiedReader", "edge_root", "filled_width"]


def filled_width(size: int, level: int, number: int) -> int:
    """How many places of a tile or bundle a tree of `size` leaves fills: 0 to 256."""
    filled = size >> (TILE_HEIGHT * max(level, 0))
    return max(0, min(TILE_WIDTH, filled - number * TILE_WIDTH))


def edge_root(edge: Mapping[int, Sequence[bytes]]) -> bytes:
    """The root of the tree whose partial tiles, by level, hold these hashes."""
    below: bytes | None = None
    for level in sorted(edge):
        items = [*edge[level], *([] if below is None else [below])]
        below = root(items) if items else None
    return EMPTY_ROOT if below is None else below


class VerifiedReader:
    """A `Reader` of the tiles and bundles of one checkpoint; what it returns is part of that tree.

    Making one and reading raise `Unverified` where the bytes do not fit, and as the `Reader` below it does.
    """

    def __init__(self, reader: Reader, checkpoint: Checkpoint) -> None:
        self._reader = reader
        self._size = checkpoint.size
        self._edge = _read_edge(reader, checkpoint.size)
        self._last: dict[int, tuple[int, tuple[bytes, ...]]] = {}
        if edge_root(self._edge) != checkpoint.root:
            raise Unverified("the last tiles do not make the root that was signed", where="tile")

    def read(self, path: str) -> bytes:
        """The bytes of a tile or bundle, of exactly the width that the path names."""
        return self.take(parse_tile_path(path), self._reader)

    def take(self, tile: Tile, place: Reader) -> bytes:
        """The same from the copy that lies at `place`, proven by the tiles above it in this log."""
        if tile.level == ENTRIES:
            entries = read_entries(place, self._whole(tile))
            self.check(tile, tuple(leaf_hash(entry) for entry in entries))
            return format_bundle(entries[: tile.width])
        hashes = read_tile(place, self._whole(tile))
        self.check(tile, hashes)
        return b"".join(hashes[: tile.width])

    def check(self, tile: Tile, hashes: tuple[bytes, ...]) -> None:
        """Raise `Unverified` unless these are all hashes that the tree has in this tile."""
        level, whole = max(tile.level, 0), self._whole(tile)
        if whole.width < TILE_WIDTH:
            fits = hashes == self._edge[level]
        else:
            fits = len(hashes) == TILE_WIDTH and root(hashes) == self._above(level, tile.number)
        if not fits:
            raise Unverified("it is not part of the tree that was signed", where=format_tile_path(whole))

    def _whole(self, tile: Tile) -> Tile:
        width = filled_width(self._size, tile.level, tile.number)
        if tile.width > width:
            raise NotFound("the tree has no such tile", where=format_tile_path(tile))
        return replace(tile, width=width)

    def _above(self, level: int, number: int) -> bytes:
        """The hash of a full tile in the tile above, which is remembered: most read from left to right."""
        parent, place = divmod(number, TILE_WIDTH)
        whole = self._whole(Tile(level + 1, parent, 1))
        if whole.width < TILE_WIDTH:
            return self._edge[level + 1][place]
        if self._last.get(level + 1, (-1, ()))[0] != parent:
            hashes = read_tile(self._reader, whole)
            self.check(whole, hashes)
            self._last[level + 1] = (parent, hashes)
        return self._last[level + 1][1][place]


def _read_edge(reader: Reader, size: int) -> dict[int, tuple[bytes, ...]]:
    edge, level, filled = {}, 0, size
    while filled:
        number, width = divmod(filled, TILE_WIDTH)
        edge[level] = read_tile(reader, Tile(level, number, width)) if width else ()
        level, filled = level + 1, filled // TILE_WIDTH
    return edge
