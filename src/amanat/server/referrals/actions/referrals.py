"""Writes of referrals: send one, take a step, hand it onward, keep a draft.

Each is one transaction with its leaf, and the promise is made only after it is committed. The same bytes sent
again are the same step and give the same promise; any other number than the next one is a `Conflict`. Shown
right by `tests/server/referrals/test_referrals.py`, and under SIGKILL by `test_kills.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_read
from amanat.server.intake.actions import enter_event
from amanat.server.intake.models import Event, Report
from amanat.server.intake.queries import late as late_event
from amanat.server.intake.rules import ERASED, REFERRED, check_record
from amanat.server.ledger.actions import enter, promise_for
from amanat.server.ledger.models import Entry
from amanat.server.referrals.actions import clocks
from amanat.server.referrals.models import Draft, Institution, Referral, Step
from amanat.server.referrals.queries.referrals import late, law_of
from amanat.server.referrals.rules import steps as rules
from amanat.server.referrals.rules.clocks import STOPPED
from amanat.server.referrals.rules.institutions import REQUESTS
from amanat.strict import decode_hex

__all__ = ["NewReferral", "NewStep", "hand_onward", "keep_draft", "refer", "take_step"]

LOCATOR_HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewReferral:
    """A referral as a browser made it; `due` is the date that the page showed, None where no clock starts."""

    referral_id: str
    number: int
    institution: Institution
    request: str
    sees: str
    locator_hash: bytes
    package: bytes
    due: datetime | None
    kept: bytes = b""

    def __post_init__(self) -> None:
        decode_hex(self.referral_id, length=16, where="referral id")
        if len(self.locator_hash) != LOCATOR_HASH_BYTES or self.number < 0:
            raise Malformed("not the hash of a locator and a number", where="referral")
        if self.request not in REQUESTS or self.sees not in rules.LEVELS:
            raise Malformed("no such request or level", where="referral")
        check_record(self.package, where="package")
        if self.kept:
            check_record(self.kept, where="kept")


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as a browser made it; `due` is the date that the page showed, None where no clock starts."""

    seq: int
    kind: str
    leaf: bytes
    head: bytes
    body: bytes
    due: datetime | None = None

    def __post_init__(self) -> None:
        check_record(self.head, where="head")
        check_record(self.body, where="body")


def refer(
    *, by: Member, now: datetime, report: Report, seq: int, leaf: bytes, sealed: bytes, made: NewReferral
) -> bytes:
    """Send a referral: event `seq` of the report's thread is its leaf; returns the promise.

    Raises `Conflict` when `seq`, the number or the due date is no longer the right one, `Malformed`.
    """
    _check_worker(by)
    event = {"seq": seq, "leaf": leaf, "sealed": sealed}
    try:
        return promise_for(_refer(by=by, now=now, report=report, made=made, **event))
    except (IntegrityError, Conflict) as error:
        return promise_for(_referred_before(report, made, event, error))


def take_step(*, by: Member | None, now: datetime, referral: Referral, step: NewStep) -> bytes:
    """Add a step to a referral's chain and return its promise; `by` is None for the institution."""
    _check_author(by, step.kind)
    if step.kind == rules.TRANSFERRED:
        raise Malformed("a transfer names the referral it makes", where="kind")
    try:
        return promise_for(_take(by=by, now=now, referral=referral, step=step))
    except (IntegrityError, Conflict) as error:
        return promise_for(_taken_before(referral, step, error))


def hand_onward(
    *, by: Member | None, now: datetime, referral: Referral, step: NewStep, made: NewReferral
) -> bytes:
    """Transfer a referral: its last step is the leaf of the one that it makes; returns the promise."""
    _check_author(by, step.kind)
    if step.kind != rules.TRANSFERRED:
        raise Malformed("only a transfer makes another referral", where="kind")
    try:
        return promise_for(_hand(by=by, now=now, referral=referral, step=step, made=made))
    except (IntegrityError, Conflict) as error:
        if not Referral.objects.filter(pk=made.referral_id, parent_id=referral.pk).exists():
            raise _as_conflict(error) from error
        return promise_for(_taken_before(referral, step, error))


@transaction.atomic(durable=True)
def keep_draft(*, by: Member, now: datetime, report: Report, sealed: bytes) -> None:
    """Keep what a worker has written of a referral, in place of any draft before it; empty forgets it."""
    del now
    _check_worker(by)
    _check_not_erased(Report.objects.select_for_update().get(pk=report.pk))
    if not sealed:
        Draft.objects.filter(report=report).delete()
        return
    check_record(sealed, where="sealed")
    Draft.objects.update_or_create(report=report, defaults={"sealed": sealed, "author": by})


@transaction.atomic(durable=True)
def _refer(*, by: Member, now: datetime, report: Report, made: NewReferral, **event: Any) -> Entry:
    entry = enter_event(by=by, now=now, report=report, kind=REFERRED, **event)
    _make(by=by, now=now, report_id=report.pk, parent=None, made=made, entry=entry)
    Draft.objects.filter(report_id=report.pk).delete()
    return entry


@transaction.atomic(durable=True)
def _take(*, by: Member | None, now: datetime, referral: Referral, step: NewStep) -> Entry:
    return _add(by=by, now=now, referral=referral, step=step).entry


@transaction.atomic(durable=True)
def _hand(*, by: Member | None, now: datetime, referral: Referral, step: NewStep, made: NewReferral) -> Entry:
    taken = _add(by=by, now=now, referral=referral, step=step)
    _make(by=by, now=now, report_id=referral.report_id, parent=taken.referral, made=made, entry=taken.entry)
    return taken.entry


def _make(
    *,
    by: Member | None,
    now: datetime,
    report_id: str,
    parent: Referral | None,
    made: NewReferral,
    entry: Entry,
) -> None:
    """The row of a referral, and its clock where the law lets it start with the sending."""
    siblings = Referral.objects.filter(report_id=report_id, parent=parent)
    if made.number != siblings.count():
        raise Conflict("this is not the next referral", where="number", hint="Open the page again.")
    row = Referral.objects.create(
        id=made.referral_id,
        report_id=report_id,
        parent=parent,
        number=made.number,
        institution=made.institution,
        request=made.request,
        sees=parent.sees if parent else made.sees,
        locator_hash=made.locator_hash,
        package=made.package,
        kept=made.kept,
        author=by,
        entry=entry,
    )
    _start_clock(row, rules.SENT, by=by, now=now, due=made.due, entry=entry)


def _add(*, by: Member | None, now: datetime, referral: Referral, step: NewStep) -> Step:
    """Add a step to the locked referral, with its leaf and what it does to the clock."""
    # The report is locked first, as an erasure does: a step is erased with its case, or refused after it.
    _check_not_erased(Report.objects.select_for_update().get(pk=referral.report_id))
    locked = Referral.objects.select_for_update().get(pk=referral.pk)
    if step.seq != Step.objects.filter(referral_id=locked.pk).count():
        raise late()
    locked.state = rules.state_after(locked.state, step.kind)
    entry = enter(now=now, leaf=step.leaf)
    if locked.state in rules.CLOSED and locked.closed_epoch is None:
        locked.closed_epoch = entry.epoch
    if step.kind in rules.CLOSED:
        _stop_clock(locked, by=by, now=now, entry=entry)
    else:
        _start_clock(locked, step.kind, by=by, now=now, due=step.due, entry=entry)
    locked.save(update_fields=["state", "closed_epoch"])
    return Step.objects.create(
        referral=locked,
        seq=step.seq,
        kind=step.kind,
        head=step.head,
        body=step.body,
        author=by,
        entry=entry,
    )


def _start_clock(
    row: Referral, kind: str, *, by: Member | None, now: datetime, due: datetime | None, entry: Entry
) -> None:
    """Start the clock if this step does; the date must be the one in the leaf, or `Conflict`."""
    law = law_of(row.institution, row.request) if row.clock is None else None
    if law is None or not rules.starts_clock(law.starts_on, kind):
        if due is not None:
            raise Conflict("no clock starts with this step", where="due", hint="Open the page again.")
        return
    if due is None:
        raise Conflict("a clock starts with this step", where="due", hint="Open the page again.")
    row.clock = clocks.start(
        by=by, now=now, institution=row.institution, request=row.request, due=due, entry=entry
    )
    row.save(update_fields=["clock"])


def _stop_clock(row: Referral, *, by: Member | None, now: datetime, entry: Entry) -> None:
    if row.clock is not None and row.clock.state != STOPPED:
        clocks.stop(by=by, now=now, clock=row.clock, entry=entry)


def _check_not_erased(report: Report) -> None:
    if report.state == ERASED:
        raise Conflict("the case of this referral was erased", where="report")


def _check_worker(by: Member) -> None:
    if not may_read(by.role):
        raise NotAllowed("an administrator reads and writes no reports")


def _check_author(by: Member | None, kind: str) -> None:
    if by is not None:
        _check_worker(by)
    if kind not in rules.BY_INSTITUTION:
        raise Malformed(f"not one of {', '.join(rules.STEPS)}", where="kind")


def _referred_before(report: Report, made: NewReferral, event: dict[str, Any], error: Exception) -> Entry:
    """The entry of the very same referral, sent before; raises `Conflict` for anything else."""
    stored = Referral.objects.filter(pk=made.referral_id, report_id=report.pk).select_related("entry").first()
    first = Event.objects.filter(report_id=report.pk, seq=event["seq"]).select_related("entry").first()
    if (
        stored is None
        or first is None
        or stored.entry_id != first.entry_id
        or bytes(stored.package) != made.package
        or (bytes(first.sealed), bytes(first.entry.leaf)) != (event["sealed"], event["leaf"])
    ):
        raise (error if isinstance(error, Conflict) else late_event()) from error
    return stored.entry


def _taken_before(referral: Referral, step: NewStep, error: Exception) -> Entry:
    stored = Step.objects.filter(referral_id=referral.pk, seq=step.seq).select_related("entry").first()
    sent = (step.leaf, step.head, step.body)
    if stored is None or (bytes(stored.entry.leaf), bytes(stored.head), bytes(stored.body)) != sent:
        raise _as_conflict(error) from error
    return stored.entry


def _as_conflict(error: Exception) -> Conflict:
    return error if isinstance(error, Conflict) else late()
