"""Writes of the cases: keep grants that a reader's browser has made, and act on a report.

Whoever opens a report first decides its file key: a second set of grants is refused, and that page takes the
grant that is there. Shown right by `tests/server/cases/test_actions.py`.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.sealing.envelope import AGE_HEADER
from amanat.server.accounts.models import Member
from amanat.server.accounts.queries import readers
from amanat.server.accounts.rules import may_read
from amanat.server.cases.models import Grant
from amanat.server.intake.actions import append_event
from amanat.server.intake.models import Report
from amanat.server.intake.rules import ACKNOWLEDGED, CLOSED, MESSAGE, REOPENED

__all__ = ["KINDS", "act", "keep_grants"]

KINDS = frozenset({ACKNOWLEDGED, MESSAGE, CLOSED, REOPENED})
MAX_GRANT_BYTES = 4096


@transaction.atomic(durable=True)
def keep_grants(*, by: Member, now: datetime, report: Report, grants: Mapping[int | None, bytes]) -> None:
    """Keep sealed grants by member (None: recovery); raises `Conflict` when one of them is there already.

    Only somebody who holds a grant, or nobody yet holding one, may add: the first set must include `by`.
    """
    del now
    _check_grants(by, grants)
    locked = Report.objects.select_for_update().get(pk=report.pk)
    holders = set(Grant.objects.filter(report=locked).values_list("member_id", flat=True))
    if by.pk not in (holders or grants):
        raise NotAllowed("only somebody who can open this report passes it on", where="grants")
    rows = [Grant(report=locked, member_id=member, sealed=sealed) for member, sealed in grants.items()]
    try:
        with transaction.atomic():
            Grant.objects.bulk_create(rows)
    except IntegrityError as error:
        hint = "Open the report again: its grant is there."
        raise Conflict("a colleague was first", where="grants", hint=hint) from error


def act(
    *, by: Member, now: datetime, report: Report, seq: int, kind: str, leaf: bytes, sealed: bytes
) -> bytes:
    """Add a worker's event to a report and return its promise; raises `Conflict` or `Malformed`."""
    if not may_read(by.role):
        raise NotAllowed("an administrator reads and writes no reports")
    if kind not in KINDS:
        raise Malformed(f"not one of {', '.join(sorted(KINDS))}", where="kind")
    return append_event(by=by, now=now, report=report, seq=seq, leaf=leaf, sealed=sealed, kind=kind)


def _check_grants(by: Member, grants: Mapping[int | None, bytes]) -> None:
    if not may_read(by.role):
        raise NotAllowed("an administrator reads and writes no reports")
    known = {None, *readers().values_list("member_id", flat=True)}
    if not grants or not grants.keys() <= known:
        raise Malformed("not grants for active readers", where="grants")
    for sealed in grants.values():
        if not sealed.startswith(AGE_HEADER) or len(sealed) > MAX_GRANT_BYTES:
            raise Malformed("not a sealed grant", where="grants")
