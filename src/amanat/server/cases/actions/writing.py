"""Write in a case file: rows, parts of documents, the state with its reason, what is released for figures.

A row is never changed: whoever edits adds a revision. Two who edit the same one at once both keep theirs,
because the second is told the next number and seals again (decision record 0038). Shown right by
`tests/server/cases/test_writing.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from amanat.errors import Conflict, Malformed
from amanat.server.accounts.models import Member
from amanat.server.cases.actions.holding import Said, enter_events, enter_step, held, now_epoch, reports_of
from amanat.server.cases.definition import Figures
from amanat.server.cases.models import Part, Row
from amanat.server.cases.rules import MAX_BATCH, MAX_PARTS, check_row_id, may_write, state_after
from amanat.server.intake.models import Report
from amanat.server.intake.rules import CLOSED, IDENTITY_VIEWED, REOPENED, check_record
from amanat.server.ledger.actions import promise_for

__all__ = ["Written", "add_part", "add_rows", "change_state", "note_viewing", "release"]


@dataclass(frozen=True, slots=True)
class Written:
    """One sealed revision of a row."""

    row_id: str
    revision: int
    sealed: bytes


@transaction.atomic(durable=True)
def add_rows(*, by: Member, now: datetime, case_id: str, generation: int, rows: Sequence[Written]) -> None:
    """Add revisions; each must have the next number of its row, or the very bytes that are there.

    Raises `Conflict`, and keeps none of them, when somebody else was first.
    """
    case = held(by, case_id, generation=generation)
    if not may_write(case.state):
        raise Conflict(f"a case that is {case.state} takes nothing more", where="case")
    if not 0 < len(rows) <= MAX_BATCH:
        raise Malformed(f"not 1 to {MAX_BATCH} rows", where="rows")
    highest = dict(
        Row.objects.filter(case=case, row_id__in={row.row_id for row in rows})
        .values_list("row_id")
        .annotate(Max("revision"))
    )
    for row in rows:
        if _is_there(case.pk, row):
            continue
        if row.revision != highest.get(row.row_id, 0) + 1:
            hint = "A colleague has written: open the case again; both versions are kept."
            raise Conflict("this is not the next revision", where="rows", hint=hint)
        highest[row.row_id] = row.revision
        Row.objects.create(
            case=case,
            row_id=check_row_id(row.row_id),
            revision=row.revision,
            sealed=check_record(row.sealed, where="rows"),
            generation=case.generation,
            author=by,
            epoch=now_epoch(now),
        )


@transaction.atomic(durable=True)
def add_part(
    *, by: Member, now: datetime, case_id: str, generation: int, document_id: str, number: int, sealed: bytes
) -> None:
    """Keep one part of a document; the same bytes again do no harm. Raises `Conflict` for other ones."""
    del now
    case = held(by, case_id, generation=generation)
    if not may_write(case.state):
        raise Conflict(f"a case that is {case.state} takes nothing more", where="case")
    if not 0 <= number < MAX_PARTS:
        raise Malformed(f"a document has at most {MAX_PARTS} parts", where="number")
    check_record(sealed, where="sealed")
    try:
        with transaction.atomic():
            Part.objects.create(
                case=case,
                document_id=check_row_id(document_id),
                number=number,
                sealed=sealed,
                generation=case.generation,
            )
    except IntegrityError as error:
        kept = Part.objects.get(case=case, document_id=document_id, number=number)
        if bytes(kept.sealed) != sealed:
            raise Conflict("this part is there already", where="number") from error


def change_state(
    *,
    by: Member,
    now: datetime,
    case_id: str,
    generation: int,
    step: str,
    seq: int,
    reason: bytes,
    events: Sequence[Said],
) -> list[bytes]:
    """Hold, resume, close or reopen a case, with its sealed reason; returns the promises.

    Closing it closes its reports, each with words for its reporter and a leaf: no reporter is left waiting on
    a case that is closed. Reopening may reopen them.
    """
    if step not in {"hold", "resume", "close", "reopen"}:
        raise Malformed("not hold, resume, close or reopen", where="step")
    if not reason:
        raise Malformed("no reason", where="reason")
    with transaction.atomic(durable=True):
        case = held(by, case_id, generation=generation)
        case.state = state_after(case.state, step)
        enter_step(by=by, now=now, case=case, kind=step, seq=seq, sealed=reason)
        case.save(update_fields=["state"])
        reports = reports_of(case)
        closed = set(Report.objects.filter(pk__in=reports, state=CLOSED).values_list("pk", flat=True))
        needed = reports - closed if step == "close" else set()
        allowed = {"close": reports - closed, "reopen": closed}.get(step, set())
        kind = CLOSED if step == "close" else REOPENED
        entries = enter_events(by=by, now=now, kind=kind, events=events, needed=needed, allowed=allowed)
    return [promise_for(entry) for entry in entries]


def note_viewing(*, by: Member, now: datetime, case_id: str, events: Sequence[Said]) -> list[bytes]:
    """Note, with a leaf on every thread of the case, that somebody looks at names; returns the promises."""
    with transaction.atomic(durable=True):
        case = held(by, case_id)
        reports = reports_of(case)
        entries = enter_events(
            by=by, now=now, kind=IDENTITY_VIEWED, events=events, needed=reports, allowed=reports
        )
    return [promise_for(entry) for entry in entries]


@transaction.atomic(durable=True)
def release(
    *, by: Member, now: datetime, case_id: str, category: str, district: str, figures: Figures
) -> None:
    """Release a coarse category and district of a case for figures, or take them back when empty."""
    case = held(by, case_id)
    if category not in {"", *figures.categories} or district not in {"", *figures.districts}:
        raise Malformed("not in the lists of the form", where="release")
    case.category, case.district = category, district
    case.save(update_fields=["category", "district"])
    enter_step(by=by, now=now, case=case, kind="release")


def _is_there(case_id: str, row: Written) -> bool:
    kept = Row.objects.filter(case_id=case_id, row_id=row.row_id, revision=row.revision).first()
    return kept is not None and bytes(kept.sealed) == row.sealed
