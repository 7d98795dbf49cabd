"""Reads of the case files: the list, and everything sealed that a holder's browser needs for one.

The questions to the database are as many for a long file as for a short one. Shown right by
`tests/server/cases/test_files.py`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from amanat.errors import NotAllowed, NotFound
from amanat.server.accounts.models import Member, MemberKey
from amanat.server.accounts.queries import organisation, readers
from amanat.server.accounts.rules import may_read
from amanat.server.cases.definition import DEFAULT, Definition, read
from amanat.server.cases.models import Case, CaseGrant, Link, Part, Proposal, Row
from amanat.server.cases.rules import CASE_STATES, RECOVER
from amanat.server.intake.models import Report
from amanat.server.intake.rules import ERASED
from amanat.server.ledger.rules import accepted_time
from amanat.strict import encode_base64

__all__ = [
    "case",
    "case_of",
    "case_counts",
    "case_list",
    "day_of",
    "file",
    "free_reports",
    "form",
    "has_others",
    "held_by",
    "part",
    "recovery",
]


def form() -> Definition:
    """The form of the case files; raises `Malformed` for a file that AMANAT_CASE_FORM names and is none."""
    return read(Path(settings.AMANAT_CASE_FORM) if settings.AMANAT_CASE_FORM else DEFAULT)


def day_of(epoch: int) -> str:
    """The day of an epoch."""
    return accepted_time(epoch, settings.AMANAT_EPOCH_SECONDS).strftime("%Y-%m-%d")


def case(case_id: str) -> Case:
    """The case of this id; raises `NotFound`."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise NotFound("no such case", where="case")
    return found


def case_of(report: Report) -> Case | None:
    """The case that a report is in now."""
    link = Link.objects.filter(report=report, active=True).select_related("case").first()
    return link.case if link else None


def has_others(of: Case, member: Member) -> bool:
    """Whether a case has more than one report and this member holds its key."""
    return of.links.filter(active=True).count() > 1 and of.grants.filter(member=member).exists()


def free_reports(besides: Report) -> QuerySet[Report]:
    """Reports that are in no case and could be in one, the newest first."""
    taken = Link.objects.filter(report=OuterRef("pk"), active=True)
    free = Report.objects.filter(~Exists(taken)).exclude(state=ERASED).exclude(pk=besides.pk)
    return free.defer("sealed", "locator_hash").order_by("-epoch", "pk")


def case_list(
    member: Member, *, state: str = "", mine: bool = False, category: str = "", district: str = ""
) -> QuerySet[Case]:
    """The cases, the newest first, by what the server may know of them.

    Each carries `grant`, this member's sealed grant or None, and for holders `title`, `title_row` and
    `title_revision`: the first row of the case, still sealed.
    """
    own = CaseGrant.objects.filter(case=OuterRef("pk"), member=member)
    first = Row.objects.filter(case=OuterRef("pk")).order_by("pk").values("row_id")[:1]
    found = Case.objects.annotate(
        is_mine=Exists(own), grant=Subquery(own.values("sealed")[:1]), title_row=Subquery(first)
    )
    newest = Row.objects.filter(case=OuterRef("pk"), row_id=OuterRef("title_row")).order_by("-revision")
    found = found.annotate(
        title=Subquery(newest.values("sealed")[:1]), title_revision=Subquery(newest.values("revision")[:1])
    )
    if state in CASE_STATES:
        found = found.filter(state=state)
    if mine:
        found = found.filter(is_mine=True)
    if category:
        found = found.filter(category=category)
    if district:
        found = found.filter(district=district)
    return found.order_by("-epoch", "pk")


def case_counts() -> dict[str, int]:
    """How many cases are in each state."""
    return dict.fromkeys(CASE_STATES, 0) | dict(Case.objects.values_list("state").annotate(Count("pk")))


def held_by(member: Member) -> list[str]:
    """The ids of the cases that a member may read, for the search in their browser."""
    held = CaseGrant.objects.filter(member=member)
    return list(held.order_by("-case__epoch", "case_id").values_list("case_id", flat=True))


def file(of: Case, *, member: Member) -> dict[str, Any]:
    """Everything of a case, sealed; raises `NotAllowed` for somebody who holds no grant."""
    grants = {grant.member_id: grant for grant in of.grants.select_related("member")}
    if member.pk not in grants:
        raise NotAllowed("you hold no grant for this case", hint="Ask a colleague who does to give you one.")
    founded = organisation()
    keys = {key.member_id: key for key in readers()}
    return {
        "case": of.pk,
        "state": of.state,
        "generation": of.generation,
        "previous": encode_base64(bytes(of.previous)) if of.previous else None,
        "into": of.into_id,
        "category": of.category,
        "district": of.district,
        "grant": encode_base64(bytes(grants[member.pk].sealed)),
        "me": member.pk,
        "people": _people(grants, keys),
        "recovery_recipient": founded.recovery_recipient if founded else None,
        "links": [_link(link) for link in of.links.select_related("report").order_by("pk")],
        "rows": [_row(row) for row in of.rows.select_related("author").order_by("pk")],
        "parts": list(of.parts.order_by("pk").values("document_id", "number", "generation")),
        "steps": [_step(step) for step in of.steps.select_related("author", "about").order_by("seq")],
        "proposals": [_proposal(row) for row in _proposals(of)],
    }


def recovery(of: Case, *, member: Member) -> dict[str, Any]:
    """What the page of a recovery needs; the sealed key only once two people are at it."""
    proposal = _proposals(of).filter(kind=RECOVER, ended=False).first()
    at_it = proposal is not None and member.pk in {proposal.proposed_by_id, proposal.seconded_by_id}
    grant = of.grants.filter(member__isnull=True).first()
    ready = proposal is not None and at_it and proposal.seconded_by_id is not None and grant is not None
    key = MemberKey.objects.filter(member=proposal.proposed_by).first() if proposal else None
    return {
        "case": of.pk,
        "generation": of.generation,
        "proposal": _proposal(proposal) if proposal else None,
        "recipient": key.recipient if key else None,
        "grant": encode_base64(bytes(grant.sealed)) if ready and grant else None,
        "may_propose": may_read(member.role),
        "me": member.pk,
    }


def part(of: Case, *, member: Member, document_id: str, number: int) -> Part:
    """One part of a document, for a holder; raises `NotAllowed` or `NotFound`."""
    if not of.grants.filter(member=member).exists():
        raise NotAllowed("you hold no grant for this case")
    found = of.parts.filter(document_id=document_id, number=number).first()
    if found is None:
        raise NotFound("no such part", where="document")
    return found


def _people(grants: Mapping[int | None, CaseGrant], keys: Mapping[int, MemberKey]) -> list[dict[str, Any]]:
    """Whoever holds a grant or could be given one."""
    members = {pk: key.member for pk, key in keys.items()}
    members |= {grant.member.pk: grant.member for grant in grants.values() if grant.member is not None}
    return [
        {
            "member": pk,
            "name": person.pseudonym,
            "recipient": keys[pk].recipient if pk in keys else None,
            "has_grant": pk in grants,
        }
        for pk, person in sorted(members.items())
    ]


def _proposals(of: Case) -> QuerySet[Proposal]:
    return of.proposals.select_related("proposed_by", "seconded_by").order_by("pk")


def _link(link: Link) -> dict[str, Any]:
    return {
        "report": link.report_id,
        "sealed": encode_base64(bytes(link.sealed)),
        "generation": link.generation,
        "active": link.active,
        "state": link.report.state,
        "received": day_of(link.report.epoch),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "row": row.row_id,
        "revision": row.revision,
        "sealed": encode_base64(bytes(row.sealed)),
        "generation": row.generation,
        "author": row.author.pseudonym,
        "day": day_of(row.epoch),
    }


def _step(step: Any) -> dict[str, Any]:
    return {
        "seq": step.seq,
        "kind": step.kind,
        "sealed": encode_base64(bytes(step.sealed)),
        "generation": step.generation,
        "author": step.author.pseudonym,
        "about": step.about.pseudonym if step.about else None,
        "day": day_of(step.epoch),
    }


def _proposal(row: Proposal) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "reason": row.reason,
        "proposed_by": row.proposed_by.pseudonym,
        "seconded_by": row.seconded_by.pseudonym if row.seconded_by else None,
        "proposed_by_id": row.proposed_by_id,
        "ended": row.ended,
        "done": row.done,
    }
