"""What a worker does to the clock of a referral: pause it, let it run on, add days. Each with its leaf.

The leaf is an event of the report's thread, made in the worker's browser: `information_requested` for a
pause, `extended`, which names the new due date, for the others. One transaction holds both, so neither is
there without the other. Shown right by `tests/server/referrals/test_doings.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_read
from amanat.server.intake.actions import enter_event
from amanat.server.intake.models import Event
from amanat.server.intake.queries import late
from amanat.server.intake.rules import EXTENDED as EXTENDED_EVENT
from amanat.server.intake.rules import INFORMATION_REQUESTED
from amanat.server.ledger.actions import promise_for
from amanat.server.ledger.models import Entry
from amanat.server.referrals.actions import clocks
from amanat.server.referrals.models import Clock, Referral
from amanat.server.referrals.rules.clocks import EXTENDED, PAUSED, RESUMED

__all__ = ["Doing", "do"]

_EVENTS = {PAUSED: INFORMATION_REQUESTED, RESUMED: EXTENDED_EVENT, EXTENDED: EXTENDED_EVENT}


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done: `due` is the date that the page showed and put into the leaf, None where none follows."""

    what: str
    due: datetime | None
    reason: str = ""
    days: int = 0

    def __post_init__(self) -> None:
        if self.what not in _EVENTS:
            raise Malformed(f"not one of {', '.join(_EVENTS)}", where="what")


def do(
    *, by: Member, now: datetime, referral: Referral, doing: Doing, seq: int, leaf: bytes, sealed: bytes
) -> bytes:
    """Do it and return the promise of its leaf; the same bytes again give the same promise.

    Raises `Conflict` when somebody was first, when the clock cannot do that now, or when another date
    follows than the page showed; `Malformed`.
    """
    if not may_read(by.role):
        raise NotAllowed("an administrator reads and writes no reports")
    try:
        return promise_for(_do(by, now, referral, doing=doing, seq=seq, leaf=leaf, sealed=sealed))
    except (IntegrityError, Conflict) as error:
        return promise_for(_done_before(referral, seq=seq, leaf=leaf, sealed=sealed, cause=error))


@transaction.atomic(durable=True)
def _do(
    by: Member, now: datetime, referral: Referral, *, doing: Doing, seq: int, leaf: bytes, sealed: bytes
) -> Entry:
    kind = _EVENTS[doing.what]
    entry = enter_event(by=by, now=now, report=referral.report, seq=seq, leaf=leaf, sealed=sealed, kind=kind)
    if referral.clock is None:
        raise Conflict("no clock runs for this referral", where="clock")
    if _change(by, now, referral.clock, doing=doing, entry=entry).due != doing.due:
        hint = "Open the page again: it shows the date that holds now."
        raise Conflict("the due date has changed since the page was opened", where="due", hint=hint)
    return entry


def _change(by: Member, now: datetime, clock: Clock, *, doing: Doing, entry: Entry) -> Clock:
    if doing.what == PAUSED:
        return clocks.pause(by=by, now=now, clock=clock, reason=doing.reason, entry=entry)
    if doing.what == RESUMED:
        return clocks.resume(by=by, now=now, clock=clock, entry=entry)
    return clocks.extend(by=by, now=now, clock=clock, days=doing.days, reason=doing.reason, entry=entry)


def _done_before(referral: Referral, *, seq: int, leaf: bytes, sealed: bytes, cause: Exception) -> Entry:
    rows = Event.objects.select_related("entry").filter(report_id=referral.report_id, seq=seq)
    event = rows.filter(entry__clockevent__clock=referral.clock).first()
    if event is None or (bytes(event.sealed), bytes(event.entry.leaf)) != (sealed, leaf):
        raise (cause if isinstance(cause, Conflict) else late()) from cause
    return event.entry
