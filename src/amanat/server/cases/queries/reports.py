"""Reads of the cases: the inbox, and what a worker's page needs to open a report.

It writes nothing and opens nothing. Shown right by `tests/server/cases/test_queries.py`.
"""

from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet

from amanat.server.accounts.models import Member
from amanat.server.accounts.queries import organisation, readers
from amanat.server.cases.models import Grant, Removal
from amanat.server.intake.models import Report
from amanat.server.intake.queries import events
from amanat.server.intake.rules import STATES
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.rules import accepted_time
from amanat.strict import encode_base64

__all__ = ["OPEN", "counts", "inbox", "may_open", "received_on", "thread"]

OPEN = "open"


def inbox(member: Member, *, state: str = "") -> QuerySet[Report]:
    """The reports, those that wait for an answer first and then the newest; all of one state if named.

    Each carries `is_mine`: whether this member holds a grant for it.
    """
    own = Grant.objects.filter(report=OuterRef("pk"), member=member)
    found = Report.objects.annotate(is_mine=Exists(own)).defer("sealed", "locator_hash")
    if state in STATES:
        found = found.filter(state=state)
    return found.order_by("-waiting", "-epoch", "pk")


def counts() -> dict[str, int]:
    """How many reports are in each state."""
    found = Report.objects.values_list("state").annotate(Count("pk"))
    return dict.fromkeys(STATES, 0) | dict(found)


def may_open(report: Report, member: Member) -> bool:
    """Whether the server shows a report to this member: not when its case was taken from them."""
    return not _removed(report).filter(member=member).exists()


def received_on(report: Report) -> str:
    """The day a report came, as far as the server knows it."""
    return accepted_time(report.epoch, settings.AMANAT_EPOCH_SECONDS).strftime("%Y-%m-%d")


def thread(report: Report, *, member: Member) -> dict[str, Any]:
    """Everything sealed that this member's browser needs for one report, and the public things beside it."""
    grants = {grant.member_id: bytes(grant.sealed) for grant in Grant.objects.filter(report=report)}
    founded = organisation()
    removed = set(_removed(report).values_list("member_id", flat=True))
    return {
        "report_id": report.pk,
        "state": report.state,
        "sealed": encode_base64(bytes(report.sealed)),
        "grant": encode_base64(grants[member.pk]) if member.pk in grants else None,
        "readers": [
            {"member": key.member_id, "recipient": key.recipient, "has_grant": key.member_id in grants}
            for key in readers()
            if key.member_id not in removed
        ],
        "recovery_recipient": founded.recovery_recipient if founded else None,
        "recovery_has_grant": None in grants,
        "events": [_event(event) for event in events(report)],
        "origin": ledger.origin(),
        "promise_key": str(ledger.promise_verifier()),
        "policy": ledger.policy_text(),
        "checkpoint": ledger.checkpoint_note().decode(),
    }


def _removed(report: Report) -> QuerySet[Removal]:
    return Removal.objects.filter(case__links__report=report, case__links__active=True)


def _event(event: Any) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "sealed": encode_base64(bytes(event.sealed)),
        "by_reporter": event.by_reporter,
        "leaf": encode_base64(bytes(event.entry.leaf)),
        "index": event.entry.index,
    }
