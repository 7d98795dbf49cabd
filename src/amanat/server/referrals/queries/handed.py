"""Reads for an institution's own system: what was handed to it, and nothing else.

What is inside is sealed; the server moves ciphertext, states, due dates and their explanations. It writes
nothing. Shown right by `tests/server/referrals/test_api.py`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from amanat.errors import NotFound
from amanat.server.referrals.models import Clock, Institution, Referral
from amanat.server.referrals.queries.clocks import explanation_of
from amanat.server.referrals.rules.explanation import Explanation, explanation_to_object
from amanat.server.referrals.rules.steps import CLOSED, OPEN, shown_state
from amanat.server.referrals.rules.wording import in_words
from amanat.strict import encode_base64, format_time

__all__ = ["ALL", "STATES", "clock_object", "explained", "handed", "one", "summary", "whole"]

OPEN_ONES, CLOSED_ONES, ALL = "open", "closed", "all"
STATES: Mapping[str, tuple[str, ...]] = {OPEN_ONES: OPEN, CLOSED_ONES: CLOSED, ALL: (*OPEN, *CLOSED)}


def handed(institution: Institution, *, state: str) -> QuerySet[Referral]:
    """The referrals to an institution, the newest first."""
    rows = Referral.objects.filter(institution=institution, state__in=STATES[state])
    return rows.select_related("clock").defer("package", "kept").order_by("-entry_id")


def one(institution: Institution, referral_id: str) -> Referral:
    """One referral to this institution; raises `NotFound`, also for one to another."""
    rows = Referral.objects.select_related("clock", "institution", "entry")
    found = rows.filter(institution=institution, pk=referral_id).first()
    if found is None:
        raise NotFound("no such referral", where="referral_id")
    return found


def summary(row: Referral) -> dict[str, Any]:
    """A row of the list."""
    clock = row.clock
    return {
        "id": row.pk,
        "request": row.request,
        "state": shown_state(row.state, clock.state if clock else ""),
        "due": format_time(clock.due) if clock and clock.due else None,
        "clock": clock.state if clock else None,
    }


def whole(row: Referral) -> dict[str, Any]:
    """One referral with its sealed package and steps."""
    steps = [
        {
            "seq": step.seq,
            "kind": step.kind,
            "head": encode_base64(bytes(step.head)),
            "body": encode_base64(bytes(step.body)),
            "leaf": encode_base64(bytes(step.entry.leaf)),
            "index": step.entry.index,
            "by_organisation": step.author_id is not None,
        }
        for step in row.steps.select_related("entry").order_by("seq")
    ]
    return {
        **summary(row),
        "number": row.number,
        "parent": row.parent_id,
        "onward_count": row.onward.count(),
        "package": encode_base64(bytes(row.package)),
        "steps": steps,
    }


def clock_object(clock: Clock) -> dict[str, Any]:
    """A clock with its explanation and everything that happened to it."""
    rows = clock.events.select_related("told", "change").order_by("seq")
    events = [
        {
            "seq": event.seq,
            "kind": event.kind,
            "at": format_time(event.at),
            "reason": event.reason,
            "days": event.days,
            "due": format_time(event.due) if event.due else None,
            "day": event.change.day.isoformat() if event.change else None,
            "told": event.told.name if event.told else None,
        }
        for event in rows
    ]
    return {"state": clock.state, **explained(explanation_of(clock)), "events": events}


def explained(explanation: Explanation) -> dict[str, Any]:
    """An explanation as steps to recompute and as words to read, without the names of staff."""
    nameless = replace(explanation, steps=tuple(replace(step, by="") for step in explanation.steps))
    return {**explanation_to_object(nameless), "words": in_words(nameless)}
