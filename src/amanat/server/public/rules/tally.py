"""The exact counts behind a release. They never leave the server; whether they add up is checked first.

Each count is asked of the database by its own question, so the check can fail: a report that is in no state,
or in two, stops the release. Shown right by `tests/server/public/test_figures_rules.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from amanat.errors import Conflict

__all__ = ["OUTCOMES", "PARTS", "Tally", "check"]

PARTS = ("open", "closed", "merged", "out_of_scope")
OUTCOMES = ("answered", "refused", "passed_on", "returned", "lapsed", "waiting")


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of reports by `PARTS` and referrals by kind of institution and `OUTCOMES`; districts are those
    that a worker released; times are whole days."""

    received: int
    waiting: int
    reports: Mapping[str, int]
    districts: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0
    sent_to: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sent_districts: Mapping[str, int] = field(default_factory=dict)
    acknowledge_days: Sequence[int] = ()
    answer_days: Mapping[str, Sequence[int]] = field(default_factory=dict)


def check(tally: Tally) -> None:
    """Raise `Conflict` with the arithmetic when the counts do not add up."""
    for name, whole, parts in _sums(tally):
        if whole != sum(parts.values()):
            added = " + ".join(f"{part} {count}" for part, count in parts.items())
            hint = "Nothing was released. Look for what is in no state, or in two."
            raise Conflict(
                f"{name} {whole} is not {added} = {sum(parts.values())}", where="figures", hint=hint
            )
    for name, whole, part in _bounds(tally):
        if part > whole:
            raise Conflict(f"{name}: {part} is more than the whole, {whole}", where="figures")


def _sums(tally: Tally) -> Iterator[tuple[str, int, Mapping[str, int]]]:
    yield "received", tally.received, {name: tally.reports[name] for name in PARTS}
    yield "sent", tally.sent, tally.sent_to
    for kind, count in tally.sent_to.items():
        yield f"sent to {kind}", count, {name: tally.kinds[kind][name] for name in OUTCOMES}


def _bounds(tally: Tally) -> Iterator[tuple[str, int, int]]:
    yield "waiting among the open", tally.reports["open"], tally.waiting
    yield "received by district", tally.received, sum(tally.districts.values())
    yield "sent by district", tally.sent, sum(tally.sent_districts.values())
