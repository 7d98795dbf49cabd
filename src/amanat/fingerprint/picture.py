"""A decoded picture: its pixels, and which pixels of the file each of them stands for; turned and cut.

A large picture is held smaller, each pixel the mean of a block. Because it knows where its blocks begin,
its print is nearly that of the whole picture (`grid.py`) whichever way it is turned or cut. Shown right
by `tests/fingerprint/test_picture.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.pdq import Pixels

__all__ = ["BAR_TOLERANCE", "ORIENTATIONS", "Edges", "Picture", "Turn", "trim_bars", "turn", "whole"]

BAR_TOLERANCE = 24
"""How far, in each channel, a pixel of a bar may be from the corner of the picture."""
MIN_SHARE = 4
"""What is left after the bars must be at least one part in so many of each side."""
MIN_LEFT = 64
Edges = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Picture:
    """Upright pixels, `uint8` grey `(rows, columns)` or RGB `(rows, columns, 3)`.

    Row i stands for the rows `row_edges[i]` to `row_edges[i + 1]` of the file; so with columns.
    """

    pixels: Pixels = field(repr=False)
    row_edges: Edges = field(repr=False)
    column_edges: Edges = field(repr=False)

    @property
    def height(self) -> int:
        """Rows as the file says, once it is upright."""
        return int(self.row_edges[-1])

    @property
    def width(self) -> int:
        """Columns as the file says, once it is upright."""
        return int(self.column_edges[-1])

    @property
    def is_whole(self) -> bool:
        """Whether every pixel is one pixel of the file."""
        return self.pixels.shape[:2] == (self.height, self.width)


class Turn(StrEnum):
    """The eight orientations, in the order and with the directions of the published code."""

    UPRIGHT = "upright"
    ROTATE_90 = "rotate-90"
    ROTATE_180 = "rotate-180"
    ROTATE_270 = "rotate-270"
    FLIP_X = "flip-x"
    FLIP_Y = "flip-y"
    FLIP_PLUS_1 = "flip-plus-1"
    FLIP_MINUS_1 = "flip-minus-1"


ORIENTATIONS = tuple(Turn)


def whole(pixels: Pixels) -> Picture:
    """The picture of pixels that were not made smaller."""
    rows, columns = pixels.shape[:2]
    return Picture(pixels, np.arange(rows + 1), np.arange(columns + 1))


def turn(picture: Picture, how: Turn) -> Picture:
    """Turned: 90 degrees are counter-clockwise, x flips top and bottom, plus 1 swaps the axes."""
    return _TURNS[how](picture)


def _upside_down(picture: Picture) -> Picture:
    return Picture(picture.pixels[::-1], _reversed(picture.row_edges), picture.column_edges)


def _mirrored(picture: Picture) -> Picture:
    return Picture(picture.pixels[:, ::-1], picture.row_edges, _reversed(picture.column_edges))


def _swapped(picture: Picture) -> Picture:
    return Picture(picture.pixels.swapaxes(0, 1), picture.column_edges, picture.row_edges)


def _reversed(edges: Edges) -> Edges:
    turned: Edges = edges[-1] - edges[::-1]
    return turned


_TURNS: dict[Turn, Callable[[Picture], Picture]] = {
    Turn.UPRIGHT: lambda picture: picture,
    Turn.ROTATE_90: lambda picture: _upside_down(_swapped(picture)),
    Turn.ROTATE_180: lambda picture: _upside_down(_mirrored(picture)),
    Turn.ROTATE_270: lambda picture: _mirrored(_swapped(picture)),
    Turn.FLIP_X: _upside_down,
    Turn.FLIP_Y: _mirrored,
    Turn.FLIP_PLUS_1: _swapped,
    Turn.FLIP_MINUS_1: lambda picture: _swapped(_upside_down(_mirrored(picture))),
}


def trim_bars(picture: Picture) -> Picture | None:
    """The picture without one-coloured bars at its edges, or None: there are none, or too little is left.

    A row belongs to a bar when each of its pixels is near the first pixel of the first row (at the bottom: of
    the last row); then the same with columns of what is left.
    """
    pixels = picture.pixels
    top, bottom = _bars(pixels)
    rows = pixels[top : len(pixels) - bottom]
    if not _enough(len(rows), len(pixels)):
        return None
    left, right = _bars(rows.swapaxes(0, 1))
    inner = rows[:, left : rows.shape[1] - right]
    if not (top or bottom or left or right) or not _enough(inner.shape[1], rows.shape[1]):
        return None
    return Picture(inner, _cut(picture.row_edges, top, bottom), _cut(picture.column_edges, left, right))


def _bars(pixels: Pixels) -> tuple[int, int]:
    """How many rows at the start and at the end are bars; all of a flat picture are, at the start."""
    start = _bar(pixels)
    return start, 0 if start == len(pixels) else _bar(pixels[::-1])


def _bar(pixels: Pixels) -> int:
    corner = pixels[0, 0].astype(np.int16)
    for number, row in enumerate(pixels):
        if (np.abs(row - corner) > BAR_TOLERANCE).any():
            return number
    return len(pixels)


def _cut(edges: Edges, start: int, end: int) -> Edges:
    kept: Edges = edges[start : len(edges) - end] - edges[start]
    return kept


def _enough(left: int, all_of_it: int) -> bool:
    return left >= MIN_LEFT and left * MIN_SHARE >= all_of_it
