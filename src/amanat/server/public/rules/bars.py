"""Two pictures of bars: what lapsed of what was sent, and how many days things took. Pure.

A bar has a filled part and a whole; its numbers stand above it and in the table below the picture. Shown
right by `tests/server/public/test_figures_rules.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["ROW", "WIDE", "Bar", "bars"]

WIDE, ROW, THICK = 360, 58, 14


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name and numbers above it; lengths are in units of the picture."""

    name: str
    numbers: str
    y: int
    filled: float
    whole: float

    @property
    def label_y(self) -> int:
        """The base line of name and numbers."""
        return self.y - 10

    @property
    def thick(self) -> int:
        """The height of the bar."""
        return THICK


def bars(rows: Iterable[tuple[str, int | None, int | None, str]]) -> tuple[list[Bar], int]:
    """The bars of (name, filled, whole, numbers), and the height of the picture; None is nothing to draw."""
    found = list(rows)
    most = max((max(filled or 0, whole or 0) for _, filled, whole, _ in found), default=0)
    unit = WIDE / most if most else 0
    drawn = [
        Bar(
            name,
            numbers,
            place * ROW + ROW - THICK - 4,
            round((filled or 0) * unit, 1),
            round((whole or filled or 0) * unit, 1),
        )
        for place, (name, filled, whole, numbers) in enumerate(found)
    ]
    return drawn, len(found) * ROW
