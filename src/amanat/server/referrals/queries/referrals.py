"""Reads of referrals: for the worker's page, for whoever holds a letter, and for the reporter.

Everything of a case in them is sealed. It writes nothing. Shown right by
`tests/server/referrals/test_referrals.py`.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from amanat.errors import Conflict, NotFound
from amanat.sealing.keys import locator_hash
from amanat.server.accounts.queries import organisation
from amanat.server.intake.models import Report
from amanat.server.intake.queries import report_at
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.rules import accepted_time
from amanat.server.referrals.models import ClockEvent, Draft, Institution, Referral, StatutoryClock, Step
from amanat.server.referrals.queries.clocks import explanation_of, preview
from amanat.server.referrals.rules.clocks import LAPSED, SENT
from amanat.server.referrals.rules.institutions import REQUESTS
from amanat.server.referrals.rules.steps import WORDS, shown_state
from amanat.server.referrals.rules.wording import in_words
from amanat.strict import encode_base64, format_time

__all__ = [
    "at_letter",
    "due_preview",
    "for_letter",
    "for_reporter",
    "for_worker",
    "institution",
    "institutions",
    "late",
    "law_of",
    "referral_of",
]


def institution(pk: int) -> Institution:
    """An institution that takes referrals; raises `NotFound`."""
    found = Institution.objects.filter(pk=pk, is_active=True).select_related("calendar").first()
    if found is None:
        raise NotFound("no such institution", where="institution")
    return found


def institutions() -> list[dict[str, Any]]:
    """Every institution, with who oversees it and for which requests its time is entered."""
    laws: dict[int, list[str]] = defaultdict(list)
    rows = Institution.objects.filter(clocks__is_current=True).values_list("pk", "clocks__request")
    for pk, request in rows.order_by("pk", "clocks__request"):
        laws[pk].append(request)
    return [
        {
            "id": row.pk,
            "name": row.name,
            "kind": row.kind,
            "jurisdiction": row.jurisdiction,
            "overseen_by": row.overseen_by_id,
            "recipient": row.recipient,
            "is_active": row.is_active,
            "requests": laws[row.pk],
        }
        for row in Institution.objects.order_by("name")
    ]


def at_letter(locator: bytes) -> Referral:
    """The referral that a letter leads to; raises `NotFound`."""
    found = _rows().filter(locator_hash=locator_hash(locator)).first()
    if found is None:
        hint = "Check the words. If they are right, ask whoever sent the letter."
        raise NotFound("no referral is found with this letter", where="locator", hint=hint)
    return found


def referral_of(report: Report, referral_id: str) -> Referral:
    """One referral of a report; raises `NotFound`."""
    found = _rows().filter(report_id=report.pk, pk=referral_id).first()
    if found is None:
        raise NotFound("no such referral", where="referral")
    return found


def late() -> Conflict:
    """What whoever sends a step with any number but the next one is told."""
    return Conflict("this is not the next step", where="seq", hint="Open the referral again and repeat.")


def law_of(where: Institution, request: str) -> StatutoryClock | None:
    """The statutory clock of this request; None where no law is entered, so that nothing can lapse."""
    return where.clocks.filter(request=request, is_current=True).first()


def due_preview(pk: int, request: str, *, now: datetime) -> dict[str, Any]:
    """The due date that a clock started now would have, in words; `due` is null where no law is entered.

    `starts_on` says which step starts it.
    """
    where = institution(pk)
    if request not in REQUESTS:
        raise NotFound("no such kind of request", where="request")
    law = law_of(where, request)
    if law is None:
        return {"due": None, "starts_on": SENT, "law": "", "words": []}
    explained = preview(where, request, now=now)
    return {
        "due": format_time(explained.due) if explained.due else None,
        "starts_on": law.starts_on,
        "law": law.law,
        "words": list(in_words(explained)),
    }


def for_letter(referral: Referral) -> dict[str, Any]:
    """What the page of an institution needs: the sealed package, the steps, and what it checks them with."""
    return {
        **_shown(referral, _steps([referral])[referral.pk], with_words=True),
        "package": encode_base64(bytes(referral.package)),
        "onward_count": referral.onward.count(),
        "institutions": [_without_key(row) for row in institutions() if row["is_active"]],
        **_public(),
    }


def for_worker(report: Report) -> dict[str, Any]:
    """Every referral of a report, as a worker's page reads them."""
    rows = _rows_of(report)
    steps = _steps(rows)
    untold = _untold(rows)
    draft = Draft.objects.filter(report=report).first()
    founded = organisation()
    return {
        "organisation": founded.name if founded else "",
        "institutions": institutions(),
        "draft": encode_base64(bytes(draft.sealed)) if draft else None,
        "referrals": [
            {
                **_shown(row, steps[row.pk], with_words=True),
                "is_lapse_untold": row.clock_id in untold,
                "author": row.author.pseudonym if row.author else None,
                "kept": encode_base64(bytes(row.kept)),
                "package": encode_base64(bytes(row.package)),
            }
            for row in rows
        ],
    }


def for_reporter(locator: bytes) -> dict[str, Any]:
    """Every referral of the report at a locator, with as much of its steps as the worker set."""
    rows = _rows_of(report_at(locator))
    steps = _steps(rows)
    return {
        "institutions": [_without_key(row) for row in institutions()],
        "referrals": [_shown(row, steps[row.pk], with_words=row.sees == WORDS) for row in rows],
    }


def _rows() -> QuerySet[Referral]:
    return Referral.objects.select_related("institution", "clock", "entry", "author")


def _rows_of(report: Report) -> list[Referral]:
    """A referral always stands after the one it came from."""
    return list(_rows().filter(report_id=report.pk).order_by("entry__epoch", "entry_id"))


def _steps(referrals: list[Referral]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(referral__in=referrals).select_related("entry").order_by("seq"):
        found[step.referral_id].append(step)
    return found


def _untold(referrals: list[Referral]) -> frozenset[int | None]:
    """The clocks of these whose lapse no step of the thread tells yet."""
    clocks = [row.clock_id for row in referrals if row.clock_id is not None]
    lapses = ClockEvent.objects.filter(clock__in=clocks, kind=LAPSED, entry=None)
    return frozenset(lapses.values_list("clock_id", flat=True))


def _shown(row: Referral, steps: list[Step], *, with_words: bool) -> dict[str, Any]:
    clock = row.clock
    return {
        "id": row.pk,
        "parent": row.parent_id,
        "number": row.number,
        "institution": row.institution_id,
        "institution_name": row.institution.name,
        "request": row.request,
        "sees": row.sees,
        "state": shown_state(row.state, clock.state if clock else ""),
        "sent": _epoch_time(row.entry.epoch),
        "closed": None if row.closed_epoch is None else _epoch_time(row.closed_epoch),
        "due": format_time(clock.due) if clock and clock.due else None,
        "clock": clock.state if clock else None,
        "clock_words": list(in_words(explanation_of(clock))) if clock else [],
        "steps": [_step(step, with_words=with_words) for step in steps],
    }


def _step(step: Step, *, with_words: bool) -> dict[str, Any]:
    """One step; of one that was erased there is the leaf, which still ties it to its chain."""
    is_erased = not step.head
    return {
        "seq": step.seq,
        "head": encode_base64(bytes(step.head)),
        "body": encode_base64(bytes(step.body)) if with_words else None,
        "by_organisation": step.author_id is not None,
        "index": step.entry.index,
        **({"leaf": encode_base64(bytes(step.entry.leaf))} if is_erased else {}),
    }


def _without_key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "recipient"}


def _public() -> dict[str, Any]:
    return {
        "origin": ledger.origin(),
        "promise_key": str(ledger.promise_verifier()),
        "policy": ledger.policy_text(),
        "checkpoint": ledger.checkpoint_note().decode(),
    }


def _epoch_time(epoch: int) -> str:
    return format_time(accepted_time(epoch, settings.AMANAT_EPOCH_SECONDS))
