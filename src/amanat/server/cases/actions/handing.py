"""Hand a case file over: give a grant, take one away and change the key, seal everything anew.

The key is changed in a holder's browser. Taking a grant away is one transaction: the grant is deleted, the
others are replaced by grants for the new key, and the key before it is kept sealed under the new one, so that
every holder's browser can go on sealing anew where another stopped. It is deleted with the last row. What the
removed member wrote stays. Shown right by `tests/server/cases/test_handing.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from amanat.errors import Conflict, Malformed, NotFound
from amanat.server.accounts.models import Member
from amanat.server.cases.actions.holding import check_grants, enter_step, held
from amanat.server.cases.models import Case, CaseGrant, Grant, Link, Part, Removal, Row, Step
from amanat.server.cases.rules import check_key
from amanat.server.intake.rules import check_record

__all__ = ["Resealed", "give", "remove", "reseal"]


@dataclass(frozen=True, slots=True)
class Resealed:
    """One sealed value under the new key: the table it is in, its id, and its number there."""

    table: str
    id: str
    number: int
    sealed: bytes


@transaction.atomic(durable=True)
def give(
    *, by: Member, now: datetime, case_id: str, generation: int, grants: Mapping[int | None, bytes]
) -> None:
    """Keep grants for colleagues who hold none; raises `Conflict` for one who does."""
    case = held(by, case_id, generation=generation)
    check_grants(grants)
    given = [pk for pk in grants if pk is not None]
    if CaseGrant.objects.filter(case=case, member_id__in=given).exists():
        raise Conflict("this colleague holds a grant already", where="grants")
    for member, sealed in grants.items():
        about = None if member is None else Member.objects.get(pk=member)
        CaseGrant.objects.update_or_create(case=case, member=about, defaults={"sealed": sealed})
        if about is not None:
            Removal.objects.filter(case=case, member=about).delete()
        enter_step(by=by, now=now, case=case, kind="give", about=about)


@transaction.atomic(durable=True)
def remove(
    *,
    by: Member,
    now: datetime,
    case_id: str,
    generation: int,
    member: int,
    grants: Mapping[int | None, bytes],
    previous: bytes,
) -> None:
    """Take a member's grants for a case and its reports away and begin with the new key of `generation`.

    `grants` are for everybody else who holds one, and recovery; `previous` is the old key under the new one.
    Raises `Conflict` while an earlier change of the key is not finished, or when holders changed meanwhile.
    """
    case = held(by, case_id, generation=generation - 1)
    if case.previous:
        raise Conflict("the change of the key before this one is not finished", where="generation")
    gone = CaseGrant.objects.filter(case=case, member_id=member).select_related("member").first()
    if gone is None or gone.member is None or member == by.pk:
        raise NotFound("no other holder of this case", where="member")
    _check_remaining(case, member, grants)
    CaseGrant.objects.filter(case=case).delete()
    CaseGrant.objects.bulk_create(
        CaseGrant(case=case, member_id=holder, sealed=sealed) for holder, sealed in grants.items()
    )
    reports = Link.objects.filter(case=case).values("report_id")
    Grant.objects.filter(report_id__in=reports, member_id=member).delete()
    Removal.objects.get_or_create(case=case, member_id=member)
    case.generation, case.previous = generation, check_key(previous)
    case.save(update_fields=["generation", "previous"])
    enter_step(by=by, now=now, case=case, kind="remove", about=gone.member)
    _finish(case)


@transaction.atomic(durable=True)
def reseal(*, by: Member, now: datetime, case_id: str, generation: int, values: Sequence[Resealed]) -> int:
    """Replace values by the same ones under the new key, and return how many are left.

    A value that is under it already stays as it is: two browsers may go on at once. The key before is deleted
    with the last one.
    """
    del now
    case = held(by, case_id, generation=generation)
    for value in values:
        check_record(value.sealed, where="values")
        older = _named(case, value).filter(generation__lt=generation)
        older.update(sealed=value.sealed, generation=generation)
    return _finish(case)


def _named(case: Case, value: Resealed) -> QuerySet[Any]:
    tables: dict[str, QuerySet[Any]] = {
        "row": Row.objects.filter(case=case, row_id=value.id, revision=value.number),
        "part": Part.objects.filter(case=case, document_id=value.id, number=value.number),
        "link": Link.objects.filter(case=case, report_id=value.id),
        "step": Step.objects.filter(case=case, seq=value.number).exclude(sealed=b""),
    }
    if value.table not in tables:
        raise Malformed("not row, part, link or step", where="values")
    return tables[value.table]


def _finish(case: Case) -> int:
    older = {"case": case, "generation__lt": case.generation}
    left = sum(table.objects.filter(**older).count() for table in (Row, Part, Link))
    left += Step.objects.filter(**older).exclude(sealed=b"").count()
    if left == 0 and case.previous:
        case.previous = b""
        case.save(update_fields=["previous"])
    return left


def _check_remaining(case: Case, gone: int, grants: Mapping[int | None, bytes]) -> None:
    holders = set(CaseGrant.objects.filter(case=case).values_list("member_id", flat=True)) - {gone}
    active = set(
        Member.objects.filter(pk__in=[pk for pk in holders if pk is not None], is_active=True).values_list(
            "pk", flat=True
        )
    )
    if grants.keys() != active | {None}:
        raise Conflict("not a grant for everybody who remains", where="grants", hint="Open the case again.")
    check_grants(grants)
