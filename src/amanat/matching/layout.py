"""How the 256 bits of a print are cut into bands, how they are filed, and how many bits a search turns.

Multi-index hashing (Norouzi, Punjani and Fleet, CVPR 2012) with a radius a band: if two prints are at most
`distance` bits apart, then some band b of them is at most `radius[b]` bits apart, as long as the sum of all
`radius[b] + 1` exceeds `distance` (the general pigeonhole principle). Every layout here reaches 32, so recall
is 1.0 up to 31 bits, MATCH_DISTANCE; beyond that a search is a scan.

Rows are filed under the `prefix` highest bits of a band's key, with a tag beside each: the rest of the key
and the beginning of the next band's, 16 bits. The bands stand in a ring, and by the pigeonring
principle (Qin and Xiao, VLDB 2018) some such band together with the next is at most `radius[b] + radius[next]
+ 1` bits apart. So nearly every row that is not near is passed over by its tag, without a look at its print.

Bits are dealt to the bands like cards: dealt bit j is bit j // 4 of word j % 4. So a band takes a few low,
middle and high frequencies from each quarter of a picture's print, its bits are less alike than neighbours
are, and its key is four shifts. Shown right by `tests/matching/test_layout.py`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from amanat.errors import Malformed
from amanat.fingerprint.value import MATCH_DISTANCE, PRINT_BITS, PRINT_WORDS, Prints

__all__ = ["Layout", "banded", "choose_layout", "sixteen", "turn_table", "turns"]

MAX_BAND_BITS = 24
TAG_BITS = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """Each band's width in bits and radius for MATCH_DISTANCE; bits of the prefix. No bands: always scan."""

    widths: tuple[int, ...]
    radii: tuple[int, ...]
    prefix: int

    def __post_init__(self) -> None:
        if (self.widths, self.radii, self.prefix) == ((), (), 0):
            return
        whole = sum(self.widths) == PRINT_BITS and len(self.widths) == len(self.radii)
        if not whole or not all(4 <= width <= MAX_BAND_BITS for width in self.widths):
            raise Malformed("the bands do not make up a print", where="layout")
        reach = sum(radius + 1 for radius in self.radii)
        if not 4 <= self.prefix <= MAX_BAND_BITS:
            raise Malformed("the prefix cannot be right", where="layout")
        if not all(0 <= radius <= 3 for radius in self.radii) or reach != MATCH_DISTANCE + 1:
            raise Malformed("the radii do not reach the match distance", where="layout")

    @property
    def bands(self) -> int:
        """How many bands there are."""
        return len(self.widths)

    def prefixes(self) -> list[int]:
        """The bits of the prefix in each band; a band that is shorter is all prefix."""
        return [min(self.prefix, width) for width in self.widths]

    def table_starts(self) -> NDArray[np.int64]:
        """Where the table of each band begins when all lie one after another, and where the last ends."""
        sizes = [(1 << bits) + 1 for bits in self.prefixes()]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def masks(self) -> NDArray[np.uint64]:
        """`uint64 (bands, 2)`: which bits of a tag are the band's own, and which its own or the next's."""
        after = self.widths[1:] + self.widths[:1]
        own = [width - bits for width, bits in zip(self.widths, self.prefixes(), strict=True)]
        both = [min(TAG_BITS, rest + width) for rest, width in zip(own, after, strict=True)]
        return np.array(
            [[(1 << bits) - 1 for bits in pair] for pair in zip(own, both, strict=True)], np.uint64
        )

    def fields(self) -> NDArray[np.uint64]:
        """`uint64 (bands, 4, 2)`: for each band and word, how far to shift right, how many bits to keep."""
        ends = np.cumsum([0, *self.widths])
        words = np.arange(PRINT_WORDS)
        low = (ends[:, None] - words + PRINT_WORDS - 1) // PRINT_WORDS
        return np.stack([low[:-1], np.diff(low, axis=0)], axis=-1).astype(np.uint64)

    def keys(self, prints: Prints, band: int) -> NDArray[np.uint32]:
        """The key of each print in one band: its bits from word 0 lowest, then those of words 1, 2 and 3."""
        keys = np.zeros(len(prints), np.uint64)
        at = 0
        for word, (shift, width) in enumerate(self.fields()[band]):
            field = (prints[:, word] >> shift) & np.uint64((1 << int(width)) - 1)
            keys |= field << np.uint64(at)
            at += int(width)
        return keys.astype(np.uint32)

    def filing(self, prints: Prints, band: int) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """For each print the prefix it is filed under in one band, and its tag."""
        keys = self.keys(prints, band).astype(np.uint64)
        rest = self.widths[band] - self.prefixes()[band]
        after = self.keys(prints, (band + 1) % self.bands).astype(np.uint64)
        tags = (keys & np.uint64((1 << rest) - 1)) | (after << np.uint64(rest))
        return (keys >> np.uint64(rest)).astype(np.uint32), tags.astype(np.uint16)

    def radii_for(self, distance: int, rows: int) -> tuple[int, ...]:
        """The radius of each band for a smaller distance: -1 leaves a band out; the dearest shrink first."""
        radii = list(self.radii)
        for _ in range(sum(radius + 1 for radius in radii) - (distance + 1)):
            dearest = max(range(len(radii)), key=lambda band: self._saving(band, radii[band], rows))
            radii[dearest] -= 1
        return tuple(radii)

    def _saving(self, band: int, radius: int, rows: int) -> float:
        if radius < 0:
            return -1.0
        bits = self.prefixes()[band]
        probes = len(turns(bits, radius)) - (len(turns(bits, radius - 1)) if radius else 0)
        return probes * (1.0 + rows / (1 << bits))


@lru_cache(maxsize=64)
def _turn_tuple(width: int, radius: int) -> tuple[int, ...]:
    if radius == 0:
        return (0,)
    exactly = sorted(sum(1 << bit for bit in bits) for bits in combinations(range(width), radius))
    return _turn_tuple(width, radius - 1) + tuple(exactly)


def turns(width: int, radius: int) -> NDArray[np.uint32]:
    """All masks of up to `radius` bits, fewest bits first and then ascending, to walk on in memory."""
    return np.array(_turn_tuple(width, radius), np.uint32)


SCAN = Layout((), (), 0)
SCAN_BELOW = 4_000
WIDTHS = (24,) * 6 + (23,) * 4 + (20,)
RADII = (2,) * 10 + (1,)
ROWS_A_PREFIX = 3
SIXTEEN_UP_TO = 100_000_000


def banded(prefix: int) -> Layout:
    """Ten bands of radius 2 and a last one of radius 1: the fewest rows to pass over, for very long lists."""
    return Layout(WIDTHS, RADII, prefix)


def sixteen(prefix: int) -> Layout:
    """Sixteen bands of radius 1: the fewest places of memory, with many rows at each to pass over."""
    return Layout((16,) * 16, (1,) * 16, prefix)


def choose_layout(rows: int) -> Layout:
    """The layout for so many rows; few rows are scanned sooner."""
    if rows < SCAN_BELOW:
        return SCAN
    bits = round(math.log2(rows / ROWS_A_PREFIX))
    return sixteen(min(16, bits)) if rows <= SIXTEEN_UP_TO else banded(min(MAX_BAND_BITS, bits))


def turn_table(layout: Layout, radii: Sequence[int]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The masks of all bands one after another, and where each band's begin (with the end of the last)."""
    masks = [
        turns(bits, radius) if radius >= 0 else np.empty(0, np.uint32)
        for bits, radius in zip(layout.prefixes(), radii, strict=True)
    ]
    starts = np.concatenate([[0], np.cumsum([len(mask) for mask in masks])]).astype(np.int64)
    return np.concatenate([np.empty(0, np.uint32), *masks]), starts
