"""Benign pictures drawn from a seed with whole numbers only, so that every language draws the same.

The rules are in tests/vectors/README.md.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["draw"]

Pixels = NDArray[np.uint8]
GRID = 8


def draw(pattern: str, seed: int, rows: int, columns: int, channels: int) -> Pixels:
    """`uint8 (rows, columns)` for one channel, `(rows, columns, 3)` for three."""
    cube = _PATTERNS[pattern](_bytes(seed), rows, columns, channels)
    return np.ascontiguousarray(cube[:, :, 0] if channels == 1 else cube)


def _bytes(seed: int) -> Iterator[int]:
    """Marsaglia's xorshift32; the upper eight bits of each state."""
    state = (seed * 2654435761) & 0xFFFFFFFF
    while True:
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        yield state >> 24


def _take(source: Iterator[int], *shape: int) -> NDArray[np.int64]:
    return np.fromiter(source, np.int64, int(np.prod(shape))).reshape(shape)


def _noise(source: Iterator[int], rows: int, columns: int, channels: int) -> Pixels:
    return _take(source, rows, columns, channels).astype(np.uint8)


def _flat(source: Iterator[int], rows: int, columns: int, channels: int) -> Pixels:
    return np.broadcast_to(_take(source, channels).astype(np.uint8), (rows, columns, channels))


def _blocks(source: Iterator[int], rows: int, columns: int, channels: int) -> Pixels:
    grid = _take(source, GRID, GRID, channels).astype(np.uint8)
    return grid[np.arange(rows) * GRID // rows][:, np.arange(columns) * GRID // columns]


def _waves(source: Iterator[int], rows: int, columns: int, channels: int) -> Pixels:
    i, j = np.arange(rows)[:, None], np.arange(columns)
    waves = []
    for _ in range(channels):
        down, along = next(source), next(source)
        at = ((i * (down + 1) + j * (along + 1)) >> 6) & 511
        waves.append(np.where(at > 255, 511 - at, at))
    return np.stack(waves, axis=2).astype(np.uint8)


def _scene(source: Iterator[int], rows: int, columns: int, channels: int) -> Pixels:
    parts = [make(source, rows, columns, channels).astype(np.int64) for make in (_blocks, _waves, _noise)]
    return ((4 * parts[0] + 3 * parts[1] + parts[2]) >> 3).astype(np.uint8)


_PATTERNS = {"noise": _noise, "flat": _flat, "blocks": _blocks, "waves": _waves, "scene": _scene}
