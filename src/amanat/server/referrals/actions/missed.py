"""That a deadline was missed, as a step of the report's thread, for the reader's convenience.

A lapse needs no step: it is proven by absence, and the jobs mark it. The first worker's browser that opens
the case afterwards writes it down, because the server holds no thread key. The clock's own lapse keeps the
leaf, so there is one step for each lapse whoever opens the case, and however many at once. Protocol section
4. Shown right by `tests/server/referrals/test_missed.py`.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_read
from amanat.server.intake.actions import enter_event
from amanat.server.intake.models import Event
from amanat.server.intake.queries import late
from amanat.server.intake.rules import DEADLINE_MISSED
from amanat.server.ledger.actions import promise_for
from amanat.server.ledger.models import Entry
from amanat.server.referrals.models import ClockEvent, Referral
from amanat.server.referrals.rules.clocks import LAPSED

__all__ = ["tell_missed"]


def tell_missed(
    *, by: Member, now: datetime, referral: Referral, seq: int, leaf: bytes, sealed: bytes
) -> bytes:
    """Add the step and return its promise; the same bytes again give the same promise.

    Raises `Conflict` where nothing has lapsed, where it is written already, or where somebody was first.
    """
    if not may_read(by.role):
        raise NotAllowed("an administrator reads and writes no reports")
    event = {"seq": seq, "leaf": leaf, "sealed": sealed}
    try:
        return promise_for(_tell(by, now, referral, event))
    except (IntegrityError, Conflict) as error:
        return promise_for(_told_before(referral, event, error))


@transaction.atomic(durable=True)
def _tell(by: Member, now: datetime, referral: Referral, event: dict[str, Any]) -> Entry:
    # The report is locked in here, so that the second of two at once sees what the first did.
    entry = enter_event(by=by, now=now, report=referral.report, kind=DEADLINE_MISSED, **event)
    lapse = ClockEvent.objects.filter(clock=referral.clock_id, kind=LAPSED, entry=None)
    if referral.clock_id is None or not lapse.update(entry=entry):
        hint = "Open the page again."
        raise Conflict("no deadline was missed that is not written down", where="clock", hint=hint)
    return entry


def _told_before(referral: Referral, sent: dict[str, Any], cause: Exception) -> Entry:
    rows = Event.objects.select_related("entry").filter(report_id=referral.report_id, seq=sent["seq"])
    event = rows.filter(entry__clockevent__clock=referral.clock_id).first()
    if event is None or (bytes(event.sealed), bytes(event.entry.leaf)) != (sent["sealed"], sent["leaf"]):
        raise (cause if isinstance(cause, Conflict) else late()) from cause
    return event.entry
