"""What takes two people: recover a case with the recovery key, erase one.

One proposes with a reason of a list, another seconds; the database refuses the same person twice. Erasure
enters its leaf for every thread first and deletes in the same transaction (protocol section 7). Shown right
by `tests/server/cases/test_proposing.py`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_read
from amanat.server.cases.actions.holding import Said, enter_events, enter_step, held, now_epoch, reports_of
from amanat.server.cases.models import Case, CaseGrant, Grant, Link, Part, Proposal, Removal, Row, Step
from amanat.server.cases.rules import ERASE, ERASED, PROPOSALS, REASONS, RECOVER, check_grant, state_after
from amanat.server.intake.models import Event, Report
from amanat.server.intake.rules import CONTENT_ERASED
from amanat.server.ledger.actions import promise_for

__all__ = ["also_erase", "erase", "propose", "recover", "second", "withdraw"]

# What later stages keep of a report and delete with it, in the same transaction.
_with_reports: list[Callable[[set[str]], None]] = []


def also_erase(delete: Callable[[set[str]], None]) -> None:
    """Have a later stage's function called, with the ids of the reports, inside every erasure."""
    if delete not in _with_reports:
        _with_reports.append(delete)


@transaction.atomic(durable=True)
def propose(*, by: Member, now: datetime, case_id: str, kind: str, reason: str) -> Proposal:
    """Propose to recover or to erase a case; raises `Conflict` while another such proposal is open.

    Erasure is proposed by a holder. Recovery is proposed by a reader who holds no grant, for themselves.
    """
    if kind not in PROPOSALS or reason not in REASONS[kind]:
        raise Malformed("not a kind and one of its reasons", where="proposal")
    case = held(by, case_id) if kind == ERASE else _not_held(by, case_id)
    try:
        with transaction.atomic():
            made = Proposal.objects.create(
                case=case, kind=kind, reason=reason, proposed_by=by, epoch=now_epoch(now)
            )
    except IntegrityError as error:
        raise Conflict(
            "this is proposed already", where="proposal", hint="Second it, or withdraw it."
        ) from error
    enter_step(by=by, now=now, case=case, kind="propose")
    return made


@transaction.atomic(durable=True)
def second(*, by: Member, now: datetime, case_id: str, kind: str) -> None:
    """Second a proposal of somebody else; any reader may, and for recovery so may an administrator."""
    del now
    proposal = _open_proposal(case_id, kind)
    if kind == ERASE:
        held(by, case_id)
    if by.pk == proposal.proposed_by_id:
        raise NotAllowed("it takes two people", hint="Ask a colleague to second it.")
    if proposal.seconded_by_id not in {None, by.pk}:
        raise Conflict("somebody has seconded this already", where="proposal")
    proposal.seconded_by = by
    proposal.save(update_fields=["seconded_by"])


@transaction.atomic(durable=True)
def withdraw(*, by: Member, now: datetime, case_id: str, kind: str) -> None:
    """End a proposal without doing it; whoever proposed or holds the case may."""
    del now
    proposal = _open_proposal(case_id, kind)
    holds = CaseGrant.objects.filter(case_id=case_id, member=by).exists()
    if by.pk != proposal.proposed_by_id and not holds:
        raise NotAllowed("only whoever proposed it or holds the case withdraws it")
    proposal.ended = True
    proposal.save(update_fields=["ended"])


@transaction.atomic(durable=True)
def recover(*, by: Member, now: datetime, case_id: str, generation: int, sealed: bytes) -> None:
    """Keep the grant that was made with the recovery key for whoever proposed it, once it was seconded."""
    proposal = _open_proposal(case_id, RECOVER)
    case = Case.objects.select_for_update().get(pk=case_id)
    if proposal.seconded_by_id is None or by.pk not in {proposal.proposed_by_id, proposal.seconded_by_id}:
        raise NotAllowed("recovery takes two people", hint="Ask a colleague to second it.")
    if generation != case.generation:
        raise Conflict("sealed under a key that was replaced", where="generation")
    CaseGrant.objects.update_or_create(
        case=case, member=proposal.proposed_by, defaults={"sealed": check_grant(sealed)}
    )
    Removal.objects.filter(case=case, member=proposal.proposed_by).delete()
    enter_step(by=by, now=now, case=case, kind="recover", about=proposal.proposed_by)
    proposal.ended = proposal.done = True
    proposal.save(update_fields=["ended", "done"])


def erase(*, by: Member, now: datetime, case_id: str, events: Sequence[Said]) -> list[bytes]:
    """Erase a case and its reports, and what was merged into it; by whoever seconds the proposal.

    First the leaves, then everything they stand for, in one transaction. Returns the promises; what is left
    is that there was a case, its steps without words, and who proposed and seconded.
    """
    with transaction.atomic(durable=True):
        case = held(by, case_id)
        proposal = _open_proposal(case_id, ERASE)
        if by.pk == proposal.proposed_by_id:
            raise NotAllowed("it takes two people", hint="Ask a colleague to second it.")
        proposal.seconded_by, proposal.ended, proposal.done = by, True, True
        proposal.save(update_fields=["seconded_by", "ended", "done"])
        reports = reports_of(case)
        entries = enter_events(
            by=by, now=now, kind=CONTENT_ERASED, events=events, needed=reports, allowed=reports
        )
        enter_step(by=by, now=now, case=case, kind="erase", about=proposal.proposed_by)
        _delete_reports(reports)
        _delete_cases(_with_merged(case))
    return [promise_for(entry) for entry in entries]


def _delete_reports(reports: set[str]) -> None:
    for delete in _with_reports:
        delete(reports)
    Grant.objects.filter(report_id__in=reports).delete()
    Report.objects.filter(pk__in=reports).update(sealed=b"", waiting=False)
    # The last event of each says that it was erased, and why; the reporter's words still open it.
    for report_id in reports:
        events = Event.objects.filter(report_id=report_id)
        last = events.order_by("-seq").values_list("seq", flat=True)[0]
        events.filter(seq__lt=last).update(sealed=b"")


def _delete_cases(cases: list[Case]) -> None:
    for table in (CaseGrant, Row, Part, Removal):
        table.objects.filter(case__in=cases).delete()
    Link.objects.filter(case__in=cases).update(sealed=b"")
    Step.objects.filter(case__in=cases).update(sealed=b"")
    for case in cases:
        case.state, case.previous = state_after(case.state, "erase"), b""
        case.category = case.district = ""
        case.save(update_fields=["state", "previous", "category", "district"])


def _with_merged(case: Case) -> list[Case]:
    """The case and all that were merged into it, however many steps away."""
    found, ahead = [case], [case.pk]
    while ahead:
        below = list(Case.objects.select_for_update().filter(into__in=ahead).exclude(state=ERASED))
        found += below
        ahead = [one.pk for one in below]
    return found


def _open_proposal(case_id: str, kind: str) -> Proposal:
    proposal = Proposal.objects.select_for_update().filter(case_id=case_id, kind=kind, ended=False).first()
    if proposal is None:
        raise NotFound("no such proposal is open", where="proposal")
    return proposal


def _not_held(by: Member, case_id: str) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound("no such case", where="case")
    if not may_read(by.role):
        raise NotAllowed("an administrator reads nothing and recovers nothing for themselves")
    if case.state == ERASED:
        raise Conflict("this case was erased", where="case")
    return case
