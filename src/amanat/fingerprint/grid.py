"""The 64 x 64 cells of PDQ from a picture that was made smaller: the blur of the whole one, applied to its
blocks.

PDQ reads its cells half a window beside their middle, so the print of a smaller copy is another one, by
up to 46 bits. Here each pixel is weighed by how much all pixels of its block count in the blur of the
whole picture. That differs from the definition only by what a block averages away. `weighed` has a compiled
twin in `fast.py`. Shown right by `tests/fingerprint/test_grid.py`.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.pdq import LUMA, SIDE, Floats, window
from amanat.fingerprint.picture import Edges, Picture

__all__ = ["Weigh", "blurred_cells", "weighed"]

Doubles = NDArray[np.float64]
Numbers = NDArray[np.int64]
Weigh = Callable[[NDArray[np.generic], Numbers, Doubles], Doubles]


def weighed(values: NDArray[np.generic], first: Numbers, weights: Doubles) -> Doubles:
    """Rows brought to 64: for each cell the weighed sum of its blocks, from `first` on in their order."""
    total = np.zeros((SIDE, values.shape[1]))
    for step, weight in enumerate(weights):
        total += weight[:, None] * values[np.minimum(first + step, len(values) - 1)]
    return total


def blurred_cells(picture: Picture, weigh: Weigh = weighed) -> Floats:
    """The 64 x 64 luma that PDQ would have of the whole picture, nearly: binary64 sums, rounded once."""
    rows = _along_0(picture.pixels, picture.row_edges, weigh)
    cells = _along_0(rows.swapaxes(0, 1), picture.column_edges, weigh).swapaxes(0, 1)
    if cells.ndim == 3:
        cells = LUMA[0] * cells[..., 0] + LUMA[1] * cells[..., 1] + LUMA[2] * cells[..., 2]
    return cells.astype(np.float32)


def _along_0(values: NDArray[np.generic], edges: Edges, weigh: Weigh) -> Doubles:
    flat = np.ascontiguousarray(values).reshape(len(values), -1)
    return weigh(flat, *_weights(edges.tobytes())).reshape(SIDE, *values.shape[1:])


@lru_cache(maxsize=64)
def _weights(edges_bytes: bytes) -> tuple[Numbers, Doubles]:
    """The first block of each cell, and the weights `(steps, 64)` of it and those after it."""
    edges = np.frombuffer(edges_bytes, dtype=np.int64)
    blocks = np.diff(np.pad(np.cumsum(_kernel(int(edges[-1])), axis=1), ((0, 0), (1, 0)))[:, edges], axis=1)
    used = blocks > 1e-12
    first = used.argmax(axis=1)
    steps = int((used.shape[1] - used[:, ::-1].argmax(axis=1) - first).max())
    padded = np.pad(blocks, ((0, 0), (0, steps)))
    return first, np.stack([padded[np.arange(SIDE), first + step] for step in range(steps)])


def _kernel(count: int) -> Doubles:
    """How much each of `count` pixels counts in each of the 64 cells: two passes of the box of `pdq.py`."""
    cells = (2 * np.arange(SIDE) + 1) * count // (2 * SIDE)
    kernel = np.zeros((SIDE, count))
    for cell, middle in enumerate(cells):
        start, end = _box(int(middle), count)
        for at in range(start, end):
            inner, outer = _box(at, count)
            kernel[cell, inner:outer] += 1 / ((end - start) * (outer - inner))
    return kernel


def _box(middle: int, count: int) -> tuple[int, int]:
    """The pixels under the window whose result is written at `middle`."""
    width = window(count)
    ahead = (width + 2) // 2 - 1
    return max(0, middle + ahead - width + 1), min(count, middle + ahead + 1)
