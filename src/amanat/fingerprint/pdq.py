"""PDQ, the definition: pixels in, 256 bits and a quality out.

After "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (Facebook, 2019), with
every operation in binary32 and in the order of the published C++, so that the same pixels give the same
bits. `docs/reference/fingerprints.md` writes it down for other languages. No decoding (`image.py`) and no
haste (`fast.py`). Shown right by `tests/fingerprint/test_pdq.py` and `tests/vectors/pdq.json`.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["LUMA", "MIN_SIDE", "SIDE", "Floats", "Pdq", "Pixels", "cosines", "from_cells", "pdq", "window"]

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]

SIDE = 64
MIN_SIDE = 5
LUMA = (0.299, 0.587, 0.114)
_PASSES = 2
_KEPT = 16


@dataclass(frozen=True, slots=True)
class Pdq:
    """A print of 32 bytes, in the order of its hex, and its quality from 0 to 100."""

    print: bytes = field(repr=False)
    quality: int


def pdq(pixels: Pixels) -> Pdq:
    """The print of `uint8` grey `(rows, columns)` or RGB `(rows, columns, 3)`.

    A side below 5 pixels gives zeros and quality 0. Nothing is enlarged or made smaller before.
    """
    if min(pixels.shape[:2]) < MIN_SIDE:
        return Pdq(bytes(32), 0)
    return from_cells(_cells(_luma(pixels)))


def from_cells(cells: Floats) -> Pdq:
    """The print of 64 x 64 luma that is blurred already."""
    return Pdq(_bits(_dct(cells)), _quality(cells))


def window(side: int) -> int:
    """The width of the box along a side of so many pixels: half a cell of the 64, rounded up."""
    return (side + 2 * SIDE - 1) // (2 * SIDE)


def cosines() -> Floats:
    """Rows 1 to 16 of the 64-point DCT-II: `(16, 64)`. The cosine is binary64, rounded to binary32 once."""
    scale = float(np.float32(math.sqrt(2 / SIDE)))
    step = math.pi / 2 / SIDE
    return np.array(
        [[scale * math.cos(step * (i + 1) * (2 * j + 1)) for j in range(SIDE)] for i in range(_KEPT)],
        dtype=np.float32,
    )


def _luma(pixels: Pixels) -> Floats:
    # In binary64 and rounded once, so that grey gives the same whether it is stored as one channel or three.
    if pixels.ndim == 2:
        return pixels.astype(np.float32)
    red, green, blue = (LUMA[k] * pixels[..., k].astype(np.float64) for k in range(3))
    return (red + green + blue).astype(np.float32)


def _cells(luma: Floats) -> Floats:
    """Blurred by two passes of a box along rows then columns, and read at the centres of 64 x 64 cells."""
    rows, columns = luma.shape
    if (rows, columns) == (SIDE, SIDE):
        return luma
    for _ in range(_PASSES):
        luma = _box_down(luma.T, window(columns)).T
        luma = _box_down(luma, window(rows))
    cells = 2 * np.arange(SIDE) + 1
    return luma[np.ix_(cells * rows // (2 * SIDE), cells * columns // (2 * SIDE))]


def _box_down(values: Floats, width: int) -> Floats:
    """The mean of a window sliding down axis 0: add what enters, then subtract what leaves."""
    count = len(values)
    ahead = (width + 2) // 2 - 1
    means = np.empty_like(values)
    total = np.zeros(values.shape[1], np.float32)
    for enters in range(count + ahead):
        leaves, middle = enters - width, enters - ahead
        if enters < count:
            total = total + values[enters]
        if leaves >= 0:
            total = total - values[leaves]
        if middle >= 0:
            means[middle] = total / np.float32(min(enters, count - 1) - max(leaves, -1))
    return means


def _quality(cells: Floats) -> int:
    """How much changes from cell to cell, each step cut to whole hundredths of the range."""
    steps = (cells[:-1] - cells[1:], cells[:, :-1] - cells[:, 1:])
    total = sum(
        int(np.abs((step * np.float32(100) / np.float32(255)).astype(np.int32)).sum()) for step in steps
    )
    return min(100, total // 90)


def _dct(cells: Floats) -> Floats:
    """`D A Dt`, both products summed from k = 0 to 63 in order: `(16, 16)`."""
    table = cosines()
    half = np.zeros((_KEPT, SIDE), np.float32)
    for k in range(SIDE):
        half += table[:, k, None] * cells[None, k, :]
    whole = np.zeros((_KEPT, _KEPT), np.float32)
    for k in range(SIDE):
        whole += half[:, k, None] * table[None, :, k]
    return whole


def _bits(coefficients: Floats) -> bytes:
    """A bit for each coefficient above the 128th smallest; the last of the last row comes first."""
    middle = np.sort(coefficients, axis=None)[127]
    return np.packbits((coefficients > middle).ravel()[::-1]).tobytes()
