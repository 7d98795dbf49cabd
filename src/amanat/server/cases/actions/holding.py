"""What every write on a case file stands on: the case under its lock, the holder, the step, the leaves.

Everything here runs inside the caller's transaction; promises are made after it. Shown right by the tests of
the writes that use it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.server.accounts.models import Member
from amanat.server.accounts.queries import readers
from amanat.server.accounts.rules import may_read
from amanat.server.cases.models import Case, CaseGrant, Link, Step
from amanat.server.cases.rules import ERASED, check_grant
from amanat.server.intake.actions import enter_event
from amanat.server.intake.models import Report
from amanat.server.intake.rules import check_record
from amanat.server.ledger.models import Entry
from amanat.server.ledger.rules import epoch_of

__all__ = ["Said", "check_grants", "enter_events", "enter_step", "held", "now_epoch", "reports_of"]


@dataclass(frozen=True, slots=True)
class Said:
    """An event that a worker's browser made for the thread of one report, with its leaf."""

    report_id: str
    seq: int
    leaf: bytes
    sealed: bytes


def now_epoch(now: datetime) -> int:
    """The epoch of this moment: the only time that is kept of a write."""
    return epoch_of(now, settings.AMANAT_EPOCH_SECONDS)


def held(by: Member, case_id: str, *, generation: int | None = None) -> Case:
    """The case under its lock, for a holder of a grant; with the generation its page knew, if given."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound("no such case", where="case")
    if not may_read(by.role) or not CaseGrant.objects.filter(case=case, member=by).exists():
        raise NotAllowed("you hold no grant for this case", hint="Ask a colleague who does to give you one.")
    if case.state == ERASED:
        raise Conflict("this case was erased", where="case")
    if generation is not None and generation != case.generation:
        hint = "A colleague has changed the key: open the case again."
        raise Conflict("sealed under a key that was replaced", where="generation", hint=hint)
    return case


def enter_step(
    *,
    by: Member,
    now: datetime,
    case: Case,
    kind: str,
    seq: int | None = None,
    sealed: bytes = b"",
    about: Member | None = None,
) -> Step:
    """Add a step to a case. A sealed reason names its `seq`, because it is sealed for that number."""
    following = Step.objects.filter(case=case).count()
    if seq is not None and seq != following:
        raise Conflict("this is not the next step", where="seq", hint="Open the case again and repeat.")
    if sealed:
        check_record(sealed, where="reason")
    return Step.objects.create(
        case=case,
        seq=following,
        kind=kind,
        sealed=sealed,
        generation=case.generation,
        author=by,
        about=about,
        epoch=now_epoch(now),
    )


def enter_events(
    *, by: Member, now: datetime, kind: str, events: Iterable[Said], needed: set[str], allowed: set[str]
) -> list[Entry]:
    """One event of this kind for each report that needs one; none for a report outside `allowed`."""
    said = {event.report_id: event for event in events}
    if not needed <= said.keys() or not said.keys() <= allowed:
        raise Malformed("not one event for each report that needs one", where="events")
    reports = Report.objects.in_bulk(said.keys())
    return [
        enter_event(
            by=by,
            now=now,
            report=reports[event.report_id],
            seq=event.seq,
            leaf=event.leaf,
            sealed=event.sealed,
            kind=kind,
        )
        for event in said.values()
    ]


def check_grants(grants: Mapping[int | None, bytes]) -> None:
    """Sealed grants for active readers or for recovery, or `Malformed`."""
    known = {None, *readers().values_list("member_id", flat=True)}
    if not grants or not grants.keys() <= known:
        raise Malformed("not grants for active readers", where="grants")
    for sealed in grants.values():
        check_grant(sealed)


def reports_of(case: Case) -> set[str]:
    """The ids of the reports that are in a case now."""
    return set(Link.objects.filter(case=case, active=True).values_list("report_id", flat=True))
