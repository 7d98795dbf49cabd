"""Tiles and entry bundles: C2SP tlog-tiles 0.1.0. Where each hash and entry of a log lies.

Writing tiles is in `sequencer.py`. A partial tile may be gone once the full one exists, so every read falls
back to it. Shown right by `tests/tlog/test_tile.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from amanat.errors import Malformed, NotFound
from amanat.tlog.hashing import HASH_BYTES
from amanat.tlog.store import Reader
from amanat.tlog.tree import root

__all__ = [
    "ENTRIES",
    "TILE_WIDTH",
    "Tile",
    "TileHashes",
    "format_bundle",
    "format_tile_path",
    "parse_bundle",
    "parse_tile_path",
    "read_entries",
    "read_tile",
]

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65535
ENTRIES = -1
"""The level of entry bundles, which lie beside the tiles of level 0."""
_PATH = re.compile(r"tile/(0|[1-9]\d?|entries)/((?:x\d{3}/)*\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile's level (0 to 63, or `ENTRIES`), its number, and how many of its 256 places are filled."""

    level: int
    number: int
    width: int = TILE_WIDTH

    def __post_init__(self) -> None:
        if not (ENTRIES <= self.level <= MAX_LEVEL and 0 <= self.number < 2**63):
            raise Malformed("no such tile", where="tile")
        if not 1 <= self.width <= TILE_WIDTH:
            raise Malformed("a width that is not 1 to 256", where="tile")


def format_tile_path(tile: Tile) -> str:
    """The path below the log's address: `tile/0/x001/x234/067.p/8`."""
    digits = str(tile.number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *groups, last = (digits[at : at + 3] for at in range(0, len(digits), 3))
    number = "".join(f"x{group}/" for group in groups) + last
    level = "entries" if tile.level == ENTRIES else str(tile.level)
    return f"tile/{level}/{number}" + (f".p/{tile.width}" if tile.width < TILE_WIDTH else "")


def parse_tile_path(path: str) -> Tile:
    """The inverse of `format_tile_path`; raises `Malformed`."""
    match = _PATH.fullmatch(path)
    if not match or len(path) > 100:
        raise Malformed("not a tile path", where="path")
    level, number, width = match.groups()
    tile = Tile(
        ENTRIES if level == "entries" else int(level),
        int(number.replace("x", "").replace("/", "")),
        int(width) if width else TILE_WIDTH,
    )
    if format_tile_path(tile) != path:
        raise Malformed("not a canonical tile path", where="path")
    return tile


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: a big-endian 16-bit length before each entry."""
    if any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise Malformed("an entry is longer than 65535 bytes", where="entry")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes) -> tuple[bytes, ...]:
    """The inverse of `format_bundle`; raises `Malformed`. At most 256 entries."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data) or len(entries) == TILE_WIDTH:
            raise Malformed("cut off, or more than 256 entries", where="entry bundle")
        entries.append(data[at + 2 : end])
        at = end
    return tuple(entries)


def read_tile(reader: Reader, tile: Tile) -> tuple[bytes, ...]:
    """The hashes of a tile, as many as its width; raises `NotFound` or `Malformed`."""
    data = _read(reader, tile)
    hashes = tuple(data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES))
    if len(data) % HASH_BYTES or not tile.width <= len(hashes) <= TILE_WIDTH:
        raise Malformed("its length does not fit its width", where=format_tile_path(tile))
    return hashes[: tile.width]


def read_entries(reader: Reader, tile: Tile) -> tuple[bytes, ...]:
    """The entries of a bundle, as many as its width; raises `NotFound` or `Malformed`."""
    entries = parse_bundle(_read(reader, tile))
    if len(entries) < tile.width:
        raise Malformed("its length does not fit its width", where=format_tile_path(tile))
    return entries[: tile.width]


class TileHashes:
    """A `HashReader` over the tiles of a log of `size` leaves; it keeps every tile it has read."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader = reader
        self._size = size
        self._tiles: dict[Tile, tuple[bytes, ...]] = {}

    def read_hash(self, level: int, index: int) -> bytes:
        """As in `HashReader`."""
        if (index + 1) << level > self._size:
            raise NotFound("the tree has no such node", where="tile")
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, first = divmod(index << height, TILE_WIDTH)
        filled = self._size >> (TILE_HEIGHT * tile_level)
        hashes = self._hashes(Tile(tile_level, number, min(TILE_WIDTH, filled - number * TILE_WIDTH)))
        return root(hashes[first : first + (1 << height)])

    def _hashes(self, tile: Tile) -> tuple[bytes, ...]:
        if tile not in self._tiles:
            self._tiles[tile] = read_tile(self._reader, tile)
        return self._tiles[tile]


def _read(reader: Reader, tile: Tile) -> bytes:
    try:
        return reader.read(format_tile_path(tile))
    except NotFound:
        if tile.width == TILE_WIDTH:
            raise
        return reader.read(format_tile_path(replace(tile, width=TILE_WIDTH)))
