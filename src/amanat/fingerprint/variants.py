"""Variants of a picture that a search may ask with: the eight orientations, and the picture without its bars.

Made from pixels that are really turned and really cut, because prints turned in the frequency domain, as
the published code has them, are up to 100 bits away from those of turned pictures. A list holds the upright
print of a picture as it is; variants belong to the question. Shown right by
`tests/fingerprint/test_variants.py`.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum

import numpy as np

from amanat.fingerprint.compute import pdq
from amanat.fingerprint.pdq import Pdq, Pixels

__all__ = ["BAR_TOLERANCE", "Variant", "orient", "trim_bars", "variants"]

BAR_TOLERANCE = 24
"""How far, in each channel, a pixel of a bar may be from the corner of the picture."""
MIN_SHARE = 4
"""What is left after the bars must be at least one part in so many of each side."""
MIN_LEFT = 64


class Variant(StrEnum):
    """How a picture was turned, ordered and directed as in the published code; then without bars."""

    UPRIGHT = "upright"
    ROTATE_90 = "rotate-90"
    ROTATE_180 = "rotate-180"
    ROTATE_270 = "rotate-270"
    FLIP_X = "flip-x"
    FLIP_Y = "flip-y"
    FLIP_PLUS_1 = "flip-plus-1"
    FLIP_MINUS_1 = "flip-minus-1"
    TRIMMED = "trimmed"


_TURNS: dict[Variant, Callable[[Pixels], Pixels]] = {
    Variant.UPRIGHT: lambda pixels: pixels,
    Variant.ROTATE_90: lambda pixels: np.rot90(pixels),
    Variant.ROTATE_180: lambda pixels: np.rot90(pixels, 2),
    Variant.ROTATE_270: lambda pixels: np.rot90(pixels, 3),
    Variant.FLIP_X: lambda pixels: pixels[::-1],
    Variant.FLIP_Y: lambda pixels: pixels[:, ::-1],
    Variant.FLIP_PLUS_1: lambda pixels: pixels.swapaxes(0, 1),
    Variant.FLIP_MINUS_1: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
}
ORIENTATIONS = tuple(_TURNS)


def variants(pixels: Pixels, *, oriented: bool, trimmed: bool) -> Iterator[tuple[Variant, Pdq]]:
    """The upright print first, then those asked for; of a picture without bars there is no trimmed print."""
    for turn in ORIENTATIONS if oriented else (Variant.UPRIGHT,):
        yield turn, pdq(orient(pixels, turn))
    inner = trim_bars(pixels) if trimmed else None
    if inner is not None:
        yield Variant.TRIMMED, pdq(inner)


def orient(pixels: Pixels, turn: Variant) -> Pixels:
    """The pixels turned; 90 degrees are counter-clockwise, x flips top and bottom, plus 1 swaps the axes."""
    return _TURNS[turn](pixels)


def trim_bars(pixels: Pixels) -> Pixels | None:
    """The picture without one-coloured bars at its edges, or None: there are none, or too little is left.

    A row belongs to a bar when each of its pixels is near the first pixel of the first row (at the bottom: of
    the last row); then the same with columns of what is left.
    """
    top, bottom = _edges(pixels)
    rows = pixels[top : len(pixels) - bottom]
    if not _enough(len(rows), len(pixels)):
        return None
    left, right = _edges(rows.swapaxes(0, 1))
    inner = rows[:, left : rows.shape[1] - right]
    cut = top or bottom or left or right
    return inner if cut and _enough(inner.shape[1], rows.shape[1]) else None


def _edges(pixels: Pixels) -> tuple[int, int]:
    """How many rows at the start and at the end are bars; all of a flat picture are, at the start."""
    start = _bar(pixels)
    return start, 0 if start == len(pixels) else _bar(pixels[::-1])


def _bar(pixels: Pixels) -> int:
    corner = pixels[0, 0].astype(np.int16)
    for number, row in enumerate(pixels):
        if (np.abs(row - corner) > BAR_TOLERANCE).any():
            return number
    return len(pixels)


def _enough(left: int, whole: int) -> bool:
    return left >= MIN_LEFT and left * MIN_SHARE >= whole
