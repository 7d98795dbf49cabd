"""Reads of the intake: a report by its locator, its thread, what a page needs to seal, and the helplines.

It writes nothing. Shown right by `tests/server/intake/test_queries.py`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from amanat.errors import Conflict, Misconfigured, NotFound
from amanat.sealing.keys import locator_hash
from amanat.server.accounts.queries import intake_recipients
from amanat.server.intake import rules
from amanat.server.intake.models import Event, Report
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.rules import MAX_DELAY_SECONDS
from amanat.strict import encode_base64

__all__ = ["Helpline", "events", "helplines", "intake", "report", "report_at", "thread"]


@dataclass(frozen=True, slots=True)
class Helpline:
    """Somebody to call: shown to reporters as the administrator wrote it."""

    name: str
    number: str
    hours: str = ""
    country: str = ""


def helplines() -> list[Helpline]:
    """The helplines of the file that AMANAT_HELPLINES names; none without it. Raises `Misconfigured`."""
    if not settings.AMANAT_HELPLINES:
        return []
    try:
        listed = tomllib.loads(Path(settings.AMANAT_HELPLINES).read_text(encoding="utf-8")).get("helpline")
        return [Helpline(**_texts(line)) for line in listed or []]
    except (OSError, ValueError, TypeError) as error:
        hint = "A TOML file of [[helpline]] tables: name and number, hours and country if you like, all text."
        raise Misconfigured("cannot be read", where="AMANAT_HELPLINES", hint=hint) from error


def intake() -> dict[str, Any]:
    """What a page needs to seal a report and to check what it is promised."""
    return {
        "recipients": intake_recipients(),
        "promise_key": str(ledger.promise_verifier()),
        "policy": ledger.policy_text(),
        "checkpoint": ledger.checkpoint_note().decode(),
        "origin": ledger.origin(),
        "max_delay_seconds": MAX_DELAY_SECONDS,
    }


def report(report_id: str) -> Report:
    """The report with this id; raises `NotFound`."""
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound("no such report", where="report")
    return found


def report_at(locator: bytes) -> Report:
    """The report that a locator leads to; for an unknown one a report that is nowhere stored.

    Whoever acts on it then asks the database the same questions, and finds out as late as with a real one.
    """
    invented = Report(pk=rules.invented_report_id(_secret(), locator))
    return Report.objects.filter(locator_hash=locator_hash(locator)).first() or invented


def late() -> Conflict:
    """What whoever sends an event with any number but the next one is told."""
    return Conflict("this is not the next event", where="seq", hint="Open the thread again and repeat.")


def events(of: Report) -> QuerySet[Event]:
    """The events of a report in order, each with its entry."""
    return Event.objects.filter(report_id=of.pk).select_related("entry").order_by("seq")


def thread(locator: bytes) -> dict[str, Any]:
    """The thread at a locator; for an unknown one an invented thread of the same shape that opens for nobody.

    `index` is the place of the leaf in the log, null while it waits for its epoch.
    """
    found = report_at(locator)
    # Made for a known one too, so that both answers take as long.
    invented = {"seq": 0, "sealed": encode_base64(rules.invented_record(_secret(), locator)), "index": None}
    return {"report_id": found.pk, "events": [_event(event) for event in events(found)] or [invented]}


def _secret() -> bytes:
    return settings.SECRET_KEY.encode()


def _event(event: Event) -> dict[str, Any]:
    shown = {"seq": event.seq, "sealed": encode_base64(bytes(event.sealed)), "index": event.entry.index}
    # Of what was erased the leaf is left: whoever holds the words still finds it in the log.
    return shown if event.sealed else {**shown, "leaf": encode_base64(bytes(event.entry.leaf))}


def _texts(line: Mapping[str, object]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in line.values()):
        raise TypeError("a value that is not text")
    return {name: str(value) for name, value in line.items()}
