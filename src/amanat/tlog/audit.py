"""Going through a whole published log: every tile and the root, computed again from the entry bundles.

Who signed the checkpoint is not its matter; that is `trust.py`. Shown right by `tests/tlog/test_audit.py`.
"""

from collections.abc import Iterator

from amanat.errors import Unverified
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.store import Reader
from amanat.tlog.tile import ENTRIES, TILE_WIDTH, Tile, format_tile_path, read_entries, read_tile
from amanat.tlog.tree import Frontier, root

__all__ = ["audit", "entries_of", "tiles_at"]


def audit(reader: Reader, checkpoint: Checkpoint) -> None:
    """Raise `Unverified` unless the entries make the checkpoint's root and all tiles are theirs.

    A file that is missing or broken raises `NotFound`, `Malformed` or `Unavailable`.
    """
    frontier, above = Frontier.empty(), []
    for tile in tiles_at(ENTRIES, checkpoint.size):
        hashes = tuple(leaf_hash(entry) for entry in read_entries(reader, tile))
        _compare(reader, Tile(0, tile.number, tile.width), hashes)
        frontier = frontier.extend(hashes)
        if tile.width == TILE_WIDTH:
            above.append(root(hashes))
    if frontier.root() != checkpoint.root:
        raise Unverified("the entries do not make the root that was signed", where="log")
    _audit_above(reader, 1, tuple(above))


def entries_of(reader: Reader, size: int) -> Iterator[bytes]:
    """All entries of the first `size`, in order; nothing is verified."""
    for tile in tiles_at(ENTRIES, size):
        yield from read_entries(reader, tile)


def tiles_at(level: int, count: int) -> Iterator[Tile]:
    """The tiles of one level in which `count` places are filled."""
    for first in range(0, count, TILE_WIDTH):
        yield Tile(level, first // TILE_WIDTH, min(TILE_WIDTH, count - first))


def _audit_above(reader: Reader, level: int, hashes: tuple[bytes, ...]) -> None:
    while hashes:
        above = []
        for tile in tiles_at(level, len(hashes)):
            inside = hashes[tile.number * TILE_WIDTH :][: tile.width]
            _compare(reader, tile, inside)
            if tile.width == TILE_WIDTH:
                above.append(root(inside))
        level, hashes = level + 1, tuple(above)


def _compare(reader: Reader, tile: Tile, hashes: tuple[bytes, ...]) -> None:
    if read_tile(reader, tile) != hashes:
        raise Unverified("a tile is not that of the entries", where=format_tile_path(tile))
