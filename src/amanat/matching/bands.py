"""Multi-index hashing over rows of prints: exact, fast up to MATCH_DISTANCE, and an honest scan beyond.

`Bands` holds the rows and, for each band of the layout, a table by key and the rows in the order of their
keys. Each is one array, in memory or mapped from a file; nothing is copied. A query whose bands lead to many
rows, because a list is skewed or somebody made it so, is scanned instead: no query costs more than about
twice a scan. The loops are Numba's where it is installed and NumPy's where it is not; both answer what
`linear.py` answers, pair by pair. Shown right by `tests/matching/test_bands.py`.
"""

import importlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from amanat.errors import Malformed
from amanat.fingerprint.value import MATCH_DISTANCE, PRINT_BITS, Prints, distances
from amanat.matching import linear
from amanat.matching.hits import Hits, join_hits, no_hits
from amanat.matching.layout import Layout, choose_layout, turn_table

__all__ = ["Bands", "build", "file_band"]

Numbers = NDArray[np.uint32]
MAX_ROWS = (1 << 32) - 1
# A row looked at out of order costs as much as about eight rows of a scan, which come in order.
SCAN_SHARE = 8
BUFFER_HITS = 1 << 15
BAD_BANDS = "its bands point outside its rows"
REBUILD = "Build the index again from its list."


def compiled() -> ModuleType | None:
    """The compiled loops, or None where Numba is not installed."""
    try:
        return importlib.import_module("amanat.matching.kernels")
    except ImportError:
        return None


@dataclass(frozen=True, slots=True)
class Bands:
    """Rows `uint64 (n, 4)`; in an array each, all bands' tables, and the tags and numbers of filed rows.

    The first band has the first n tags and numbers.
    """

    prints: Prints
    layout: Layout
    table: Numbers
    tags: NDArray[np.uint16]
    filed: Numbers

    def search(self, queries: Prints, distance: int = MATCH_DISTANCE, *, threads: int = 1) -> Hits:
        """All pairs at most `distance` bits apart; raises `Malformed` when a mapped file is not what it says.

        With more than one of `threads`, the queries are shared out among them.
        """
        if not 0 <= distance <= PRINT_BITS:
            raise ValueError("a distance is 0 to 256 bits")
        queries = np.ascontiguousarray(queries, np.uint64)
        if threads < 2 or len(queries) < 2:
            return self._search(queries, distance)
        parts = np.array_split(np.arange(len(queries)), threads)
        with ThreadPoolExecutor(threads) as pool:
            found = pool.map(lambda part: self._search(queries[part], distance), parts)
            return join_hits(
                Hits(hits.query + part[0], hits.row, hits.distance)
                for hits, part in zip(found, parts, strict=True)
                if len(part)
            )

    def _search(self, queries: Prints, distance: int) -> Hits:
        loops = compiled()
        if not len(queries) or not len(self.prints):
            return no_hits()
        if distance > MATCH_DISTANCE or not self.layout.bands:
            scanned = _scan(loops, self.prints, queries, distance)
            return linear.search(self.prints, queries, distance) if scanned is None else scanned
        if loops is None:
            return join_hits(self._walk_one(query, number, distance) for number, query in enumerate(queries))
        return self._walk(loops, queries, distance)

    def _walk(self, loops: ModuleType, queries: Prints, distance: int) -> Hits:
        rows = len(self.prints)
        layout = self.layout
        radii = layout.radii_for(distance, rows)
        rests = np.subtract(layout.widths, layout.prefixes()).astype(np.uint64)
        shape = (layout.fields(), np.array(radii, np.int64), rests, layout.masks(), layout.table_starts())
        masks = turn_table(self.layout, radii)
        parts, done, room = [], 0, BUFFER_HITS
        while done < len(queries):
            hits = np.empty((room, 3), np.int64)
            now, found = loops.walk(
                self.prints, queries, done, np.uint64(distance), hits, *shape, self.table, self.tags,
                self.filed, *masks, 1 + rows // SCAN_SHARE,
            )  # fmt: skip
            if now == loops.BROKEN:
                raise Malformed(BAD_BANDS, where="index", hint=REBUILD)
            parts.append(_columns(hits[:found].copy()))
            room, done = (min(room * 8, rows), now) if now == done else (BUFFER_HITS, now)
        return join_hits(parts)

    def _walk_one(self, query: NDArray[np.uint64], number: int, distance: int) -> Hits:
        """The same for one query in NumPy."""
        rows = len(self.prints)
        lows, highs = self._stretches(query, self.layout.radii_for(distance, rows))
        if (lows > highs).any() or (highs > rows * self.layout.bands).any():
            raise Malformed(BAD_BANDS, where="index", hint=REBUILD)
        lengths = highs - lows
        if lengths.sum() > rows // 2:
            near = np.arange(rows)
        else:
            ends = np.cumsum(lengths)
            steps = np.arange(lengths.sum()) - np.repeat(ends - lengths, lengths)
            near = np.unique(self.filed[np.repeat(lows, lengths) + steps]).astype(np.int64)
        if len(near) and near[-1] >= rows:
            raise Malformed(BAD_BANDS, where="index", hint=REBUILD)
        apart = distances(self.prints[near], query)
        kept = apart <= distance
        return Hits(np.full(kept.sum(), number), near[kept], apart[kept])

    def _stretches(
        self, query: NDArray[np.uint64], radii: tuple[int, ...]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        masks, starts = turn_table(self.layout, radii)
        tables = self.layout.table_starts()
        lows, highs = [], []
        for band in range(self.layout.bands):
            keys = self.layout.filing(query[None], band)[0] ^ masks[starts[band] : starts[band + 1]]
            places = tables[band] + keys.astype(np.int64)
            lows.append(self.table[places].astype(np.int64) + band * len(self.prints))
            highs.append(self.table[places + 1].astype(np.int64) + band * len(self.prints))
        return np.concatenate(lows), np.concatenate(highs)


def build(prints: Prints, layout: Layout | None = None) -> Bands:
    """The bands of these rows, in memory, by the layout that suits their number unless one is given."""
    prints = np.ascontiguousarray(prints, np.uint64)
    layout = choose_layout(len(prints)) if layout is None else layout
    parts = [file_band(prints, layout, band) for band in range(layout.bands)]
    tables = np.concatenate([np.empty(0, np.uint32), *(table for table, _, _ in parts)])
    tags = np.concatenate([np.empty(0, np.uint16), *(tags for _, tags, _ in parts)])
    filed = np.concatenate([np.empty(0, np.uint32), *(filed for _, _, filed in parts)])
    return Bands(prints, layout, tables, tags, filed)


def file_band(prints: Prints, layout: Layout, band: int) -> tuple[Numbers, NDArray[np.uint16], Numbers]:
    """The table, tags and numbers of the rows of one band; under one prefix they keep their order."""
    if len(prints) > MAX_ROWS:
        raise ValueError("more rows than one index numbers")
    loops = compiled()
    bits = layout.prefixes()[band]
    table = np.zeros((1 << bits) + 1, np.uint32)
    if loops is None:
        keys, tags = layout.filing(prints, band)
        table[1:] = np.cumsum(np.bincount(keys, minlength=len(table) - 1))
        order = np.argsort(keys, kind="stable")
        return table, tags[order], order.astype(np.uint32)
    marks, filed = np.empty(len(prints), np.uint16), np.empty(len(prints), np.uint32)
    fields, rest = layout.fields(), np.uint64(layout.widths[band] - bits)
    loops.count_keys(prints, fields[band], rest, table)
    after = fields[(band + 1) % layout.bands]
    loops.file_rows(prints, fields[band], after, rest, table.copy(), marks, filed)
    return table, marks, filed


def _scan(loops: ModuleType | None, prints: Prints, queries: Prints, distance: int) -> Hits | None:
    if loops is None:
        return None
    room = BUFFER_HITS
    while True:
        hits = np.empty((room, 3), np.int64)
        found = loops.scan(prints, queries, 0, np.uint64(distance), hits)
        if found <= room:
            return join_hits([_columns(hits[:found])])
        room *= 8


def _columns(hits: NDArray[np.int64]) -> Hits:
    return Hits(hits[:, 0], hits[:, 1], hits[:, 2].astype(np.uint16))
