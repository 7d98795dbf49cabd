"""Writes of the intake: take a report, add an event. The leaf is entered in the same transaction, and the
promise is made only after it is committed (protocol section 5).

Sending the same bytes again does no harm and gives the same promise: whoever lost the answer on a bad
network may repeat. Shown right by `tests/server/intake/test_actions.py`, and under SIGKILL by
`tests/server/intake/test_kills.py`.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from amanat.errors import Conflict
from amanat.server.accounts.models import Member
from amanat.server.intake.models import Event, Report
from amanat.server.intake.queries import late
from amanat.server.intake.rules import (
    MESSAGE,
    RECEIVED,
    check_record,
    check_sealed_report,
    state_after,
    waits_after,
)
from amanat.server.ledger.actions import enter, promise_for
from amanat.server.ledger.models import Entry
from amanat.strict import decode_hex

__all__ = ["append_event", "enter_event", "receive_report"]


def receive_report(
    *,
    by: None,
    now: datetime,
    report_id: str,
    locator_hash: bytes,
    sealed: bytes,
    leaf: bytes,
    record: bytes,
    without_script: bool = False,
) -> bytes:
    """Store a sealed report with its first event and leaf, and return the promise. Nobody is `by`.

    `locator_hash` has 32 bytes, `leaf` 64. Raises `Malformed`, or `Conflict` when the id, the locator or the
    leaf was used for something else.
    """
    del by
    decode_hex(report_id, length=16, where="report_id")
    row = Report(
        id=report_id,
        locator_hash=locator_hash,
        sealed=check_sealed_report(sealed),
        without_script=without_script,
    )
    check_record(record, where="record")
    try:
        return promise_for(_store_report(now=now, row=row, leaf=leaf, record=record))
    except (IntegrityError, Conflict) as error:
        return promise_for(_received_before(row, leaf=leaf, record=record, cause=error))


def append_event(
    *,
    by: Member | None,
    now: datetime,
    report: Report,
    seq: int,
    leaf: bytes,
    sealed: bytes,
    kind: str = MESSAGE,
) -> bytes:
    """Add event `seq` to a thread and return its promise; `by` is None for the reporter.

    Raises `Conflict` when `seq` is not the next number or the kind cannot follow, `Malformed`.
    """
    check_record(sealed, where="sealed")
    try:
        return promise_for(
            _store_event(by=by, now=now, report=report, seq=seq, leaf=leaf, sealed=sealed, kind=kind)
        )
    except (IntegrityError, Conflict) as error:
        return promise_for(_appended_before(report, seq=seq, leaf=leaf, sealed=sealed, cause=error))


@transaction.atomic(durable=True)
def _store_report(*, now: datetime, row: Report, leaf: bytes, record: bytes) -> Entry:
    entry = enter(now=now, leaf=leaf)
    row.epoch = entry.epoch
    row.save(force_insert=True)
    Event.objects.create(report=row, seq=0, sealed=record, by_reporter=True, entry=entry)
    return entry


@transaction.atomic(durable=True)
def _store_event(**event: Any) -> Entry:
    return enter_event(**event)


def enter_event(
    *, by: Member | None, now: datetime, report: Report, seq: int, leaf: bytes, sealed: bytes, kind: str
) -> Entry:
    """Add event `seq` to a thread inside the caller's transaction; raises `Conflict` or `Malformed`.

    For writes that must carry their leaf. The promise is made after that transaction is committed.
    """
    check_record(sealed, where="sealed")
    locked = Report.objects.select_for_update().filter(pk=report.pk).first()
    if seq != Event.objects.filter(report_id=report.pk).count() or locked is None:
        raise late()
    locked.state = state_after(locked.state, kind)
    # The organisation has the next word when the reporter had the last one.
    locked.waiting = waits_after(locked.waiting, kind, by_reporter=by is None)
    entry = enter(now=now, leaf=leaf)
    if locked.state != RECEIVED and locked.acknowledged_epoch is None:
        locked.acknowledged_epoch = entry.epoch
    locked.save(update_fields=["state", "waiting", "acknowledged_epoch"])
    Event.objects.create(report=locked, seq=seq, sealed=sealed, by_reporter=by is None, entry=entry)
    return entry


def _received_before(row: Report, *, leaf: bytes, record: bytes, cause: Exception) -> Entry:
    """The entry of the very same report, stored before; raises `Conflict` for anything else."""
    stored = Report.objects.filter(pk=row.pk).first()
    same = stored is not None and (bytes(stored.locator_hash), bytes(stored.sealed)) == (
        row.locator_hash,
        row.sealed,
    )
    first = _same_event(row, seq=0, leaf=leaf, sealed=record)
    if not same or first is None:
        raise Conflict("this id was used for another report", where="report_id") from cause
    return first


def _appended_before(report: Report, *, seq: int, leaf: bytes, sealed: bytes, cause: Exception) -> Entry:
    entry = _same_event(report, seq=seq, leaf=leaf, sealed=sealed)
    if entry is not None:
        return entry
    raise (cause if isinstance(cause, Conflict) else late()) from cause


def _same_event(report: Report, *, seq: int, leaf: bytes, sealed: bytes) -> Entry | None:
    event = Event.objects.select_related("entry").filter(report_id=report.pk, seq=seq).first()
    if event is None or (bytes(event.sealed), bytes(event.entry.leaf)) != (sealed, leaf):
        return None
    return event.entry
