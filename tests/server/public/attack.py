"""An attacker who reads every release and knows the rules: what can a hidden count still be?

The unknowns are the finest cells that any table could be made of: reports by what became of them and by
district, referrals by kind, outcome and district, for each release. All that is published, and all that is
known about how counts grow, is a linear constraint; integer programming gives the least and the largest
value that a count can have.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from scipy.optimize import linprog

from amanat.server.public.rules.lines import THRESHOLD, Line
from amanat.server.public.rules.tally import OUTCOMES
from server.public.tallies import DISTRICTS, KINDS

PLACES = (*DISTRICTS, "")
STATES = ("unread", "open", "closed", "merged", "out_of_scope")
REPORTS = [("report", state, place) for state, place in product(STATES, PLACES)]
REFERRALS = [("referral", kind, outcome, place) for kind, outcome, place in product(KINDS, OUTCOMES, PLACES)]
CELLS = [*REPORTS, *REFERRALS]
# More referrals than this of one report nobody makes.
MANY = 50
Node = tuple[str, str, str]

WHOLES = ("reports.received", "reports.acknowledged", "referrals.sent")
NEVER_FALL = [*((name, "", "") for name in WHOLES), *(("referrals.sent", kind, "") for kind in KINDS)]


def cells_of(node: Node) -> list[int]:
    """The finest cells that a count is the sum of."""
    figure, kind, place = node
    return [at for at, cell in enumerate(CELLS) if _is_in(cell, figure, kind, place)]


def _is_in(cell: tuple[str, ...], figure: str, kind: str, place: str) -> bool:
    what, name = figure.split(".")
    if cell[0] + "s" != what or (place and cell[-1] != place):
        return False
    if what == "referrals":
        return (not kind or cell[1] == kind) and name in ("sent", cell[2])
    return name in ("received", cell[1]) or (name == "acknowledged" and cell[1] != "unread")


def nodes() -> list[Node]:
    """Every count that the rule protects."""
    found = [(f"reports.{name}", "", "") for name in ("received", "acknowledged", *STATES[2:])]
    found += [(figure, "", place) for figure in ("reports.received", "referrals.sent") for place in DISTRICTS]
    found.append(("referrals.sent", "", ""))
    shown = [name for name in OUTCOMES if name != "waiting"]
    return found + [(f"referrals.{name}", kind, "") for kind in KINDS[:-1] for name in ("sent", *shown)]


def rest_of(lines: Sequence[Line]) -> int:
    """What is sent to kinds that are not shown."""
    sent = {line.kind: line.value for line in lines if line.figure == "referrals.sent" and not line.district}
    return sent[""] - sum(sent.get(kind, 0) for kind in KINDS)


def known(lines: Sequence[Line], before: Sequence[Line] = ()) -> Iterator[tuple[Node, int, int | None]]:
    """What one release tells of each count: at least, and at most where the rule says so."""
    held_back = bool(before) and rest_of(lines) == rest_of(before)
    values = {(line.figure, line.kind, line.district): line.value for line in lines}
    # The kind that is never shown: if it were, this would use it.
    rest = [("referrals.sent", KINDS[-1], "")] if ("referrals.sent", KINDS[-1], "") in values else []
    for node in [*nodes(), *rest]:
        figure, kind, place = node
        value = values.get(node, 0)
        hidden = figure.startswith("referrals.") and not values["reports.acknowledged", "", ""]
        hidden |= (
            figure.startswith("referrals.") and bool(place or kind) and not values["referrals.sent", "", ""]
        )
        hidden |= bool(kind) and not values.get(("referrals.sent", kind, "")) and figure != "referrals.sent"
        hidden |= (
            figure == "referrals.sent" and bool(place) and not values.get(("reports.received", "", place))
        )
        hidden |= bool(kind) and held_back
        yield node, value, None if hidden else value + THRESHOLD - 1


class Attack:
    """All constraints of some releases, and the range that they leave of a count."""

    def __init__(self, releases: Sequence[Sequence[Line]]) -> None:
        self.width = len(CELLS)
        self.size = self.width * len(releases)
        self.rows: list[np.ndarray] = []
        self.limits: list[float] = []
        for at, lines in enumerate(releases):
            for node, least, most in known(lines, releases[at - 1] if at else ()):
                self.within(node, at, least, most)
            self._referrals_need_reports(at)
        for at in range(len(releases) - 1):
            for node in NEVER_FALL:
                self._at_most(self.row(node, at) - self.row(node, at + 1), 0)

    def row(self, node: Node, at: int) -> np.ndarray:
        row = np.zeros(self.size)
        row[[at * self.width + cell for cell in cells_of(node)]] = 1
        return row

    def within(self, node: Node, at: int, least: int, most: int | None) -> None:
        """Learn that a count lies between."""
        self._at_most(-self.row(node, at), -least)
        if most is not None:
            self._at_most(self.row(node, at), most)

    def range_of(self, node: Node, at: int) -> tuple[int, int]:
        """The least and the largest value that the count can have."""
        return self.range_along(self.row(node, at))

    def range_along(self, row: np.ndarray) -> tuple[int, int]:
        """The same for any sum of cells, as for what came between two releases."""
        ends = []
        for sign in (1, -1):
            found = linprog(
                sign * row, A_ub=np.array(self.rows), b_ub=self.limits, integrality=np.ones(self.size)
            )
            # 3: without a limit.
            ends.append(10**6 if found.status == 3 else round(sign * found.fun))
        return ends[0], ends[1]

    def _at_most(self, row: np.ndarray, limit: float) -> None:
        self.rows.append(row)
        self.limits.append(limit)

    def _referrals_need_reports(self, at: int) -> None:
        pairs = [(("referrals.sent", "", ""), ("reports.acknowledged", "", ""))]
        pairs += [(("referrals.sent", "", place), ("reports.received", "", place)) for place in DISTRICTS]
        for referral, report in pairs:
            self._at_most(self.row(referral, at) - MANY * self.row(report, at), 0)
