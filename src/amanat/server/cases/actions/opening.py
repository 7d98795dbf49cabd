"""Open a case file from reports, put further reports into it, split one off, merge one into another.

Whenever a report comes into a case its thread says so, with a leaf of the kind "assigned". Nothing is ever
taken away: links become inactive, rows and grants stay. Shown right by
`tests/server/cases/test_opening.py`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_read
from amanat.server.cases.actions.holding import (
    Said,
    check_grants,
    enter_events,
    enter_step,
    held,
    now_epoch,
    reports_of,
)
from amanat.server.cases.models import Case, CaseGrant, Link, Row
from amanat.server.cases.rules import check_row_id, may_write, state_after
from amanat.server.intake.models import Report
from amanat.server.intake.rules import ASSIGNED, ERASED, check_record
from amanat.server.ledger.actions import promise_for
from amanat.server.ledger.models import Entry
from amanat.strict import decode_hex

__all__ = ["Reason", "link_reports", "merge", "open_case"]

Reason = tuple[int, bytes]


def open_case(
    *,
    by: Member,
    now: datetime,
    case_id: str,
    grants: Mapping[int | None, bytes],
    links: Mapping[str, bytes],
    first: tuple[str, bytes],
    events: Sequence[Said],
    split_from: str | None = None,
) -> list[bytes]:
    """Open a case from reports: grants for `by`, recovery and others, the keys of each report, the first row
    as (id, sealed), one event for each report. Returns the promises.

    With `split_from` the reports come out of that case, which keeps everything written in it. Raises
    `Conflict` when the id is used or a report is in another case.
    """
    decode_hex(case_id, length=16, where="case")
    check_grants(grants)
    if not may_read(by.role) or by.pk not in grants or None not in grants:
        raise NotAllowed("whoever opens a case holds it, and recovery with them", where="grants")
    if not links:
        raise Malformed("no report", where="links")
    try:
        with transaction.atomic(durable=True):
            if split_from is not None:
                _leave(by=by, now=now, case_id=split_from, reports=set(links))
            case = _create(by=by, now=now, case_id=case_id, grants=grants, first=first)
            entries = _link(by=by, now=now, case=case, links=links, events=events)
    except IntegrityError as error:
        hint = "Open the report again: a colleague may have opened a case from it."
        raise Conflict(
            "this case, or one with this report, is there already", where="case", hint=hint
        ) from error
    return [promise_for(entry) for entry in entries]


def link_reports(
    *,
    by: Member,
    now: datetime,
    case_id: str,
    generation: int,
    links: Mapping[str, bytes],
    events: Sequence[Said],
) -> list[bytes]:
    """Put further reports into a case that `by` holds and return the promises."""
    try:
        with transaction.atomic(durable=True):
            case = held(by, case_id, generation=generation)
            _must_take(case)
            entries = _link(by=by, now=now, case=case, links=links, events=events)
            enter_step(by=by, now=now, case=case, kind="link")
    except IntegrityError as error:
        raise Conflict("this report is in a case already", where="links") from error
    return [promise_for(entry) for entry in entries]


def merge(
    *,
    by: Member,
    now: datetime,
    case_id: str,
    into: str,
    generation: int,
    reason: Reason,
    links: Mapping[str, bytes],
    events: Sequence[Said],
) -> list[bytes]:
    """Close a case as merged into another that `by` holds too, and return the promises.

    Its reports move there (`links`: their keys sealed for the other case, under its `generation`). Every row
    must have been copied before; its own rows, steps and grants stay as they are. Raises `Conflict` while a
    row is missing there.
    """
    entries = _merge(
        by=by,
        now=now,
        case_id=case_id,
        into=into,
        generation=generation,
        reason=reason,
        links=links,
        events=events,
    )
    return [promise_for(entry) for entry in entries]


def _create(
    *, by: Member, now: datetime, case_id: str, grants: Mapping[int | None, bytes], first: tuple[str, bytes]
) -> Case:
    case = Case.objects.create(id=case_id, epoch=now_epoch(now))
    CaseGrant.objects.bulk_create(
        CaseGrant(case=case, member_id=member, sealed=sealed) for member, sealed in grants.items()
    )
    row_id, sealed = first
    Row.objects.create(
        case=case,
        row_id=check_row_id(row_id),
        revision=1,
        sealed=check_record(sealed, where="first"),
        generation=1,
        author=by,
        epoch=case.epoch,
    )
    enter_step(by=by, now=now, case=case, kind="open")
    return case


@transaction.atomic(durable=True)
def _merge(
    *,
    by: Member,
    now: datetime,
    case_id: str,
    into: str,
    generation: int,
    reason: Reason,
    links: Mapping[str, bytes],
    events: Sequence[Said],
) -> list[Entry]:
    if case_id == into:
        raise Malformed("a case is not merged into itself", where="into")
    # In one order, so that two who merge crosswise do not wait for each other.
    both = {one: held(by, one) for one in sorted((case_id, into))}
    case, other = both[case_id], held(by, into, generation=generation)
    _must_take(other)
    state = state_after(case.state, "merge")
    if set(links) != reports_of(case):
        raise Malformed("not the reports of the case", where="links")
    _must_be_copied(case, other)
    Link.objects.filter(case=case, active=True).update(active=False)
    enter_step(by=by, now=now, case=case, kind="merge", seq=reason[0], sealed=reason[1])
    enter_step(by=by, now=now, case=other, kind="merged")
    case.state, case.into = state, other
    case.save(update_fields=["state", "into"])
    return _link(by=by, now=now, case=other, links=links, events=events) if links else []


def _link(
    *, by: Member, now: datetime, case: Case, links: Mapping[str, bytes], events: Sequence[Said]
) -> list[Entry]:
    open_reports = Report.objects.filter(pk__in=links).exclude(state=ERASED).count()
    if not links or open_reports != len(links):
        raise Malformed("not reports that can be in a case", where="links")
    for report_id, sealed in links.items():
        check_record(sealed, where="links")
        Link.objects.update_or_create(
            case=case,
            report_id=report_id,
            defaults={"sealed": sealed, "generation": case.generation, "active": True},
        )
    return enter_events(by=by, now=now, kind=ASSIGNED, events=events, needed=set(links), allowed=set(links))


def _leave(*, by: Member, now: datetime, case_id: str, reports: set[str]) -> None:
    case = held(by, case_id)
    there = reports_of(case)
    if not reports <= there or reports == there:
        raise Malformed("some of the reports of the case, and not all", where="links")
    Link.objects.filter(case=case, report_id__in=reports).update(active=False)
    enter_step(by=by, now=now, case=case, kind="split")


def _must_take(case: Case) -> None:
    if not may_write(case.state):
        raise Conflict(f"a case that is {case.state} takes nothing more", where="case")


def _must_be_copied(case: Case, other: Case) -> None:
    ids = ("row_id", "revision")
    parts = ("document_id", "number")
    missing = set(case.rows.values_list(*ids)) - set(other.rows.values_list(*ids))
    missing |= set(case.parts.values_list(*parts)) - set(other.parts.values_list(*parts))
    if missing:
        raise Conflict(f"{len(missing)} rows are not in the other case yet", where="rows")
