"""Small numbers: what of the exact counts is shown. Decision record 0045 has the proof.

Only full groups of five are shown. What is left over stands in a line with what is shown nowhere else: `open`
for reports, `waiting` for referrals, `remainder` for districts and kinds. So every table adds up, each count
may still be any of five numbers, and no other table or later release narrows that. The tables are trees on
purpose: a second way to split the same count would narrow it. `tests/server/public/test_attack.py` tries with
integer programming, over all tables and releases.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.server.public.rules.tally import OUTCOMES, PARTS, Tally

__all__ = ["REMAINDER", "STEPS_DAYS", "THRESHOLD", "Line", "check_lines", "quantile", "shown", "to_lines"]

# For good: releases with different thresholds together would tell more than each alone.
THRESHOLD = 5
REMAINDER = "remainder"
# Times are shown as "within so many days", in these steps.
STEPS_DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730, 1095, 3650)


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One published number. `kind` and `district` are empty where it is for all of them."""

    figure: str
    kind: str
    district: str
    value: int


def shown(count: int) -> int:
    """The full groups of five in a count."""
    return count - count % THRESHOLD


def to_lines(tally: Tally, before: Sequence[Line] = ()) -> list[Line]:
    """What is published of a tally, in order; `before` are the lines of the release before it."""
    table = _table(tally, before)
    return sorted([*_reports(tally), *_referrals(tally, table), *_times(tally, table)])


def quantile(days: Sequence[int], *, tenths: int, count: int) -> int | None:
    """Within how many days so many tenths were done; None unless five lie on each side."""
    if not days or min(count, shown(len(days))) * min(tenths, 10 - tenths) < THRESHOLD * 10:
        return None
    found = sorted(days)[-(-len(days) * tenths // 10) - 1]
    return next((step for step in STEPS_DAYS if found <= step), STEPS_DAYS[-1])


def check_lines(lines: Sequence[Line]) -> None:
    """Raise `Malformed` with the arithmetic unless the lines add up as they are meant to."""
    values = {(line.figure, line.kind, line.district): line.value for line in lines}
    if len(values) != len(lines) or list(lines) != sorted(lines):
        raise Malformed("lines are not in order, or not single", where="lines")
    for line in lines:
        counted = not line.figure.endswith("_days")
        if line.value < 0 or (counted and line.value % THRESHOLD):
            raise Malformed("a number that is not full groups of five", where=line.figure)

    def of(figure: str, kind: str = "") -> int:
        return values.get((figure, kind, ""), 0)

    _equal("received", of("reports.received"), {name: of(f"reports.{name}") for name in PARTS})
    reached = {"acknowledged": of("reports.acknowledged"), "unread": of("reports.waiting")}
    _equal("received", of("reports.received"), reached)
    kinds = sorted({line.kind for line in lines if line.figure == "referrals.sent" and line.kind})
    for kind in ("", *kinds):
        outcomes = {name: of(f"referrals.{name}", kind) for name in OUTCOMES}
        _equal(f"sent {kind}".strip(), of("referrals.sent", kind), outcomes)
    for figure in [f"referrals.{name}" for name in ("sent", *OUTCOMES)] if kinds else []:
        _equal(figure, of(figure), {kind: of(figure, kind) for kind in kinds})
    for figure in ("reports.received", "referrals.sent"):
        parts = {line.district: line.value for line in lines if line.figure == figure and line.district}
        if parts:
            _equal(f"{figure} by district", of(figure), parts)


def _equal(name: str, whole: int, parts: Mapping[str, int]) -> None:
    if whole != sum(parts.values()):
        added = " + ".join(f"{part} {count}" for part, count in parts.items())
        raise Malformed(f"{name} {whole} is not {added}", where="lines")


def _acknowledged(tally: Tally) -> int:
    return shown(tally.received - tally.waiting)


def _reports(tally: Tally) -> Iterator[Line]:
    received, parts = shown(tally.received), {name: shown(tally.reports[name]) for name in PARTS[1:]}
    parts["open"] = received - sum(parts.values())
    for name in PARTS:
        yield Line(f"reports.{name}", "", "", parts[name])
    yield Line("reports.received", "", "", received)
    yield Line("reports.acknowledged", "", "", _acknowledged(tally))
    yield Line("reports.waiting", "", "", received - _acknowledged(tally))
    yield from _split("reports.received", received, tally.districts)


def _split(figure: str, whole: int, districts: Mapping[str, int]) -> Iterator[Line]:
    """A count by district, and the rest of it; nothing where no district has five."""
    parts = {name: shown(count) for name, count in districts.items() if shown(count) and name != REMAINDER}
    for name, count in parts.items():
        yield Line(figure, "", name, count)
    if parts:
        yield Line(figure, "", REMAINDER, whole - sum(parts.values()))


def _referrals(tally: Tally, table: Mapping[str, Mapping[str, int]]) -> Iterator[Line]:
    sent = _sent(tally)
    rest = sent - sum(sum(row.values()) for row in table.values())
    if table:
        table = {**table, REMAINDER: {**dict.fromkeys(OUTCOMES, 0), "waiting": rest}}
    for kind, row in table.items():
        yield Line("referrals.sent", kind, "", sum(row.values()))
        for name in OUTCOMES:
            yield Line(f"referrals.{name}", kind, "", row[name])
    yield Line("referrals.sent", "", "", sent)
    for name in OUTCOMES:
        whole = sum(row[name] for row in table.values())
        yield Line(f"referrals.{name}", "", "", sent if name == "waiting" and not table else whole)
    safe = {
        name: count for name, count in tally.sent_districts.items() if shown(tally.districts.get(name, 0))
    }
    yield from _split("referrals.sent", sent, safe if sent else {})


def _sent(tally: Tally) -> int:
    """A referral says that there was a report: it is shown only where five reports are."""
    return shown(tally.sent) if _acknowledged(tally) else 0


def _table(tally: Tally, before: Sequence[Line]) -> dict[str, dict[str, int]]:
    """The kinds that are shown, by outcome; `other` is always in the remainder, which may hold any number."""
    full = {kind: shown(count) for kind, count in tally.sent_to.items() if kind != "other"}
    wholes = _held_back(full, _sent(tally), before) if _sent(tally) else {}
    return {kind: _kind(tally.kinds[kind], whole) for kind, whole in wholes.items() if whole}


def _held_back(full: Mapping[str, int], sent: int, before: Sequence[Line]) -> dict[str, int]:
    """How much of each kind is shown. Kinds together grow no more than the whole, so that the remainder,
    which holds referrals that never go away either, never falls."""
    old = {line.kind: line.value for line in before if line.figure == "referrals.sent" and not line.district}
    was, _ = old.pop("", 0), old.pop(REMAINDER, 0)
    wholes = {kind: min(count, old.get(kind, 0)) for kind, count in full.items()}
    left = sent - was + sum(old.values()) - sum(wholes.values())
    for kind in sorted(full):
        more = max(0, min(full[kind] - wholes[kind], left))
        wholes[kind] += more
        left -= more
    return wholes


def _kind(outcomes: Mapping[str, int], whole: int) -> dict[str, int]:
    """The outcomes of a kind; where it is held back, answers are the first to wait."""
    row, left = {}, whole
    for name in reversed(OUTCOMES[:-1]):
        row[name] = min(shown(outcomes[name]), left)
        left -= row[name]
    return {**row, "waiting": left}


def _times(tally: Tally, table: Mapping[str, Mapping[str, int]]) -> Iterator[Line]:
    yield from _two("reports.acknowledge", "", tally.acknowledge_days, _acknowledged(tally))
    for kind, row in table.items():
        days = tally.answer_days.get(kind, ())
        yield from _two("referrals.answer", kind, days, row["answered"] + row["refused"])


def _two(figure: str, kind: str, days: Sequence[int], count: int) -> Iterator[Line]:
    for name, tenths in (("median", 5), ("ninth", 9)):
        value = quantile(days, tenths=tenths, count=count)
        if value is not None:
            yield Line(f"{figure}_{name}_days", kind, "", value)
