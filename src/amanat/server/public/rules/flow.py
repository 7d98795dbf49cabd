"""The picture of what happens to reports: widths and places of its bands, in units of its own. Pure.

Three columns: received; acknowledged or not; what became of them. The same numbers stand in the table beside
it. Shown right by `tests/server/public/test_figures_rules.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["HEIGHT", "WIDTH", "Band", "Box", "flow"]

WIDTH, HEIGHT, BAR, GAP, LABEL = 360, 340, 10, 46, 18
TALL = 170
COLUMNS = (0, 110, 250)


@dataclass(frozen=True, slots=True)
class Box:
    """One bar with its label above it."""

    name: str
    value: int
    x: int
    y: float
    height: float

    @property
    def mirror_x(self) -> int:
        """Where name and number end in a picture that runs from right to left."""
        return WIDTH - self.x

    @property
    def label_y(self) -> float:
        """Where its name stands, and below it the number."""
        return self.y - 24

    @property
    def number_y(self) -> float:
        """The base line of the number."""
        return self.y - 6


@dataclass(frozen=True, slots=True)
class Band:
    """One stream from a bar to another, as the path of its outline."""

    path: str
    name: str


def flow(values: Mapping[str, int]) -> tuple[list[Box], list[Band]]:
    """Bars and streams of the reports' figures; nothing where nothing was received."""
    received = values["reports.received"]
    if not received:
        return [], []
    unit = TALL / received
    columns = (
        ("reports.received",),
        ("reports.acknowledged", "reports.waiting"),
        ("reports.closed", "reports.merged", "reports.out_of_scope", "reports.open"),
    )
    boxes = [
        box for x, names in zip(COLUMNS, columns, strict=True) for box in _column(x, names, values, unit)
    ]
    at = {box.name: box for box in boxes}
    return boxes, _bands(at, values, unit)


def _column(x: int, names: tuple[str, ...], values: Mapping[str, int], unit: float) -> list[Box]:
    y, boxes = 40.0, []
    for name in names:
        boxes.append(Box(name, values[name], x, round(y, 1), round(max(values[name] * unit, 1), 1)))
        y += max(values[name] * unit, 1) + GAP - (8 if len(names) > 2 else 0)
    return boxes


def _bands(at: Mapping[str, Box], values: Mapping[str, int], unit: float) -> list[Band]:
    still_open = values["reports.open"] - values["reports.waiting"]
    streams = [
        ("reports.received", "reports.acknowledged", values["reports.acknowledged"]),
        ("reports.received", "reports.waiting", values["reports.waiting"]),
        *(("reports.acknowledged", name, values[name]) for name in _ENDS),
        ("reports.acknowledged", "reports.open", still_open),
        ("reports.waiting", "reports.open", values["reports.waiting"]),
    ]
    left, right, bands = dict.fromkeys(at, 0.0), dict.fromkeys(at, 0.0), []
    for start, end, count in streams:
        if count <= 0:
            continue
        wide = count * unit
        bands.append(Band(_path(at[start], left[start], at[end], right[end], wide), end))
        left[start] += wide
        right[end] += wide
    return bands


_ENDS = ("reports.closed", "reports.merged", "reports.out_of_scope")


def _path(start: Box, below: float, end: Box, under: float, wide: float) -> str:
    x, until = start.x + BAR, end.x
    middle = (x + until) / 2
    y, to = start.y + below, end.y + under
    return (
        f"M{x} {y:.1f}C{middle:.0f} {y:.1f} {middle:.0f} {to:.1f} {until} {to:.1f}V{to + wide:.1f}"
        f"C{middle:.0f} {to + wide:.1f} {middle:.0f} {y + wide:.1f} {x} {y + wide:.1f}Z"
    )
