"""PDQ compiled by Numba: equal to the definition in `pdq.py` bit for bit, and fast.

The same sums in the same order; only what nobody reads is left out (divisions and columns that are not
among the 64 x 64 centres), and the picture is turned so that a window always slides down the rows, where the
processor adds many columns at once. No fast-math: nothing may be reordered or fused. All is compiled by the
import, for the types below and no others: whoever may write no file (`workers.py`) must never come to a type
that Numba would compile and keep. Importing this needs Numba (`amanat[media]`); `compute.py` chooses. Shown
right by `tests/fingerprint/test_fast.py`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import float32, float64, int64, njit, types, uint8

from amanat.fingerprint.pdq import LUMA, MIN_SIDE, SIDE, Floats, Pdq, Pixels, cosines, window

__all__ = ["from_cells", "pdq", "weighed"]

_COSINES = cosines()
_RED, _GREEN, _BLUE = LUMA
_BLOCK = 8
_CENTRES = 2 * np.arange(SIDE) + 1


def _rows(kind: Any, dimensions: int = 2) -> Any:
    """Contiguous arrays that are only read; those that may be written are taken as well."""
    return types.Array(kind, dimensions, "C", readonly=True)


def _compiled(*signatures: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compiled now, and kept on disk where that can be done."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return njit(list(signatures), cache=True, nogil=True)(function)
        except (OSError, RuntimeError):
            return njit(list(signatures), nogil=True)(function)

    return compiled


def pdq(pixels: Pixels) -> Pdq:
    """What `amanat.fingerprint.pdq.pdq` gives."""
    rows, columns = pixels.shape[:2]
    if min(rows, columns) < MIN_SIDE:
        return Pdq(bytes(32), 0)
    cube = np.ascontiguousarray(pixels).reshape(rows, columns, -1)
    return from_cells(_cells(cube))


def from_cells(cells: Floats) -> Pdq:
    """What `amanat.fingerprint.pdq.from_cells` gives."""
    packed, quality = _print(np.ascontiguousarray(cells))
    return Pdq(packed.tobytes(), int(quality))


def _cells(cube: Pixels) -> Floats:
    rows, columns = cube.shape[:2]
    if (rows, columns) == (SIDE, SIDE):
        return _luma(cube)  # type: ignore[no-any-return]
    across, down = window(columns), window(rows)
    at_rows, at_columns = _CENTRES * rows // (2 * SIDE), _CENTRES * columns // (2 * SIDE)
    blurred = _box_down(_turned(_box_down(_turned(_luma(cube)), across)), down)
    picked = _turned(_pick_down(_turned(blurred), across, at_columns))
    return _pick_down(picked, down, at_rows)  # type: ignore[no-any-return]


@_compiled((_rows(uint8, 3),))
def _luma(cube):  # type: ignore[no-untyped-def]
    rows, columns, channels = cube.shape
    luma = np.empty((rows, columns), np.float32)
    for i in range(rows):
        if channels == 1:
            for j in range(columns):
                luma[i, j] = np.float32(cube[i, j, 0])
        else:
            for j in range(columns):
                red, green, blue = cube[i, j, 0], cube[i, j, 1], cube[i, j, 2]
                luma[i, j] = np.float32(_RED * red + _GREEN * green + _BLUE * blue)
    return luma


@_compiled((_rows(float32), int64))
def _box_down(values, width):  # type: ignore[no-untyped-def]
    """Slide down the rows; every column at once."""
    count, columns = values.shape
    ahead = (width + 2) // 2 - 1
    means = np.empty_like(values)
    total = np.zeros(columns, np.float32)
    for enters in range(count + ahead):
        leaves, middle = enters - width, enters - ahead
        if enters < count:
            for j in range(columns):
                total[j] += values[enters, j]
        if leaves >= 0:
            for j in range(columns):
                total[j] -= values[leaves, j]
        if middle >= 0:
            size = np.float32(min(enters, count - 1) - max(leaves, -1))
            for j in range(columns):
                means[middle, j] = total[j] / size
    return means


@_compiled((_rows(float32),))
def _turned(values):  # type: ignore[no-untyped-def]
    """Rows as columns, block by block, so that what is read and written lies near."""
    rows, columns = values.shape
    turned = np.empty((columns, rows), values.dtype)
    for i in range(0, rows - rows % _BLOCK, _BLOCK):
        for j in range(0, columns - columns % _BLOCK, _BLOCK):
            for a in range(_BLOCK):
                for b in range(_BLOCK):
                    turned[j + a, i + b] = values[i + b, j + a]
        for j in range(columns - columns % _BLOCK, columns):
            for b in range(_BLOCK):
                turned[j, i + b] = values[i + b, j]
    for i in range(rows - rows % _BLOCK, rows):
        for j in range(columns):
            turned[j, i] = values[i, j]
    return turned


@_compiled((_rows(float32), int64, _rows(int64, 1)))
def _pick_down(values, width, wanted):  # type: ignore[no-untyped-def]
    """`_box_down`, but only the wanted rows, which are in ascending order and may repeat."""
    count, columns = values.shape
    ahead = (width + 2) // 2 - 1
    means = np.empty((len(wanted), columns), np.float32)
    total = np.zeros(columns, np.float32)
    found = 0
    for enters in range(count + ahead):
        leaves, middle = enters - width, enters - ahead
        if enters < count:
            for j in range(columns):
                total[j] += values[enters, j]
        if leaves >= 0:
            for j in range(columns):
                total[j] -= values[leaves, j]
        size = np.float32(min(enters, count - 1) - max(leaves, -1))
        while found < len(wanted) and wanted[found] == middle:
            for j in range(columns):
                means[found, j] = total[j] / size
            found += 1
    return means


@_compiled(*((_rows(kind), _rows(int64, 1), _rows(float64)) for kind in (uint8, float64)))
def weighed(values, first, weights):  # type: ignore[no-untyped-def]
    """What `amanat.fingerprint.grid.weighed` gives."""
    count, columns = values.shape
    total = np.zeros((SIDE, columns))
    for cell in range(SIDE):
        for step in range(len(weights)):
            row, weight = min(first[cell] + step, count - 1), weights[step, cell]
            for j in range(columns):
                total[cell, j] += weight * values[row, j]
    return total


@_compiled((_rows(float32),))
def _quality(cells):  # type: ignore[no-untyped-def]
    hundred, full = np.float32(100), np.float32(255)
    total = 0
    for i in range(SIDE):
        for j in range(SIDE):
            if i + 1 < SIDE:
                total += abs(int((cells[i, j] - cells[i + 1, j]) * hundred / full))
            if j + 1 < SIDE:
                total += abs(int((cells[i, j] - cells[i, j + 1]) * hundred / full))
    return min(100, total // 90)


@_compiled((_rows(float32),))
def _print(cells):  # type: ignore[no-untyped-def]
    quality = _quality(cells)
    kept = len(_COSINES)
    half = np.zeros((kept, SIDE), np.float32)
    for i in range(kept):
        for k in range(SIDE):
            for j in range(SIDE):
                half[i, j] += _COSINES[i, k] * cells[k, j]
    flat = np.zeros(kept * kept, np.float32)
    for i in range(kept):
        for j in range(kept):
            total = np.float32(0)
            for k in range(SIDE):
                total += half[i, k] * _COSINES[j, k]
            flat[i * kept + j] = total
    middle = np.sort(flat)[127]
    packed = np.zeros(32, np.uint8)
    for at in range(256):
        if flat[255 - at] > middle:
            packed[at >> 3] |= np.uint8(128 >> (at & 7))
    return packed, quality
