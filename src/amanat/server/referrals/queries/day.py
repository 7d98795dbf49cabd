"""What a worker must do today: overdue, due, new, waiting for us, waiting for others.

It reads only what the server may know, and only what this member holds a grant for; a new report, which
nobody holds yet, is everybody's. The number of questions to the database does not grow with the number of
cases. Shown right by `tests/server/referrals/test_day.py`; its speed by `benchmarks/day.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from amanat.server.accounts.models import Member
from amanat.server.cases.models import Grant
from amanat.server.intake.models import Report
from amanat.server.intake.rules import ACKNOWLEDGED, RECEIVED
from amanat.server.ledger.rules import epoch_of
from amanat.server.referrals.models import ClockEvent, Referral
from amanat.server.referrals.rules.clocks import ESCALATED, LAPSED, PAUSED, RUNNING
from amanat.server.referrals.rules.steps import CLOSED, OPEN

__all__ = [
    "ANSWERED",
    "DUE",
    "GROUPS",
    "NEW",
    "OTHERS",
    "OVERDUE",
    "REPLY",
    "STANDING",
    "Group",
    "day",
    "group",
]

OVERDUE, DUE, NEW, REPLY, STANDING, ANSWERED, OTHERS = (
    "overdue",
    "due",
    "new",
    "reply",
    "standing",
    "answered",
    "others",
)
# Due by the end of the seventh day from today.
SOON = timedelta(days=8)
LATELY = timedelta(days=7)
ROWS = 10


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of thing to do: how many there are, and the first of them."""

    name: str
    total: int
    rows: list[Any]


def day(member: Member, *, now: datetime) -> list[Group]:
    """Every group with its first rows, the most urgent first."""
    return [_first(name, group(name, member, now=now)) for name in GROUPS]


def group(name: str, member: Member, *, now: datetime) -> QuerySet[Any]:
    """All rows of one group, the most urgent first."""
    return GROUPS[name](member, now)


def _first(name: str, rows: QuerySet[Any]) -> Group:
    """Counted only where the first rows do not show them all."""
    found = list(rows[: ROWS + 1])
    return Group(name, rows.count() if len(found) > ROWS else len(found), found[:ROWS])


def _mine(member: Member) -> QuerySet[Referral]:
    own = Grant.objects.filter(report=OuterRef("report"), member=member)
    return (
        Referral.objects.filter(Exists(own))
        .select_related("institution", "clock", "clock__calendar")
        .defer("package", "kept", "locator_hash", "clock__explanation", "clock__law")
    )


def _overdue(member: Member, now: datetime) -> QuerySet[Referral]:
    over = Q(clock__state=LAPSED) | Q(clock__state=RUNNING, clock__due__lte=now)
    told = ClockEvent.objects.filter(clock=OuterRef("clock"), kind=ESCALATED).order_by("-seq")
    rows = _mine(member).annotate(told=Subquery(told.values("told__name")[:1]))
    return rows.filter(over, state__in=OPEN).order_by("clock__due", "pk")


def _due(member: Member, now: datetime) -> QuerySet[Referral]:
    soon = Q(clock__state=RUNNING, clock__due__gt=now, clock__due__lte=now + SOON)
    return _mine(member).filter(soon, state__in=OPEN).order_by("clock__due", "pk")


def _new(member: Member, _now: datetime) -> QuerySet[Report]:
    del member
    return Report.objects.filter(state=RECEIVED).defer("sealed", "locator_hash").order_by("epoch", "pk")


def _reply(member: Member, _now: datetime) -> QuerySet[Report]:
    own = Grant.objects.filter(report=OuterRef("pk"), member=member)
    waiting = Report.objects.filter(Exists(own), state=ACKNOWLEDGED, waiting=True)
    return waiting.defer("sealed", "locator_hash").order_by("epoch", "pk")


def _standing(member: Member, _now: datetime) -> QuerySet[Referral]:
    return _mine(member).filter(clock__state=PAUSED, state__in=OPEN).order_by("pk")


def _answered(member: Member, now: datetime) -> QuerySet[Referral]:
    since = epoch_of(now - LATELY, settings.AMANAT_EPOCH_SECONDS)
    closed = _mine(member).filter(state__in=CLOSED, closed_epoch__gte=since)
    return closed.order_by("-closed_epoch", "pk")


def _others(member: Member, now: datetime) -> QuerySet[Referral]:
    later = Q(clock__isnull=True) | Q(clock__state=RUNNING, clock__due__gt=now + SOON)
    return _mine(member).filter(later, state__in=OPEN).order_by(F("clock__due").asc(nulls_first=True), "pk")


GROUPS: dict[str, Callable[[Member, datetime], QuerySet[Any]]] = {
    OVERDUE: _overdue,
    DUE: _due,
    NEW: _new,
    REPLY: _reply,
    STANDING: _standing,
    ANSWERED: _answered,
    OTHERS: _others,
}
