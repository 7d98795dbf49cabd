"""Reads of the intake: a report by its locator, its thread, what a page needs to seal, and the helplines.

It writes nothing. Shown right by `tests/server/intake/test_queries.py`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from amanat.errors import Conflict, Misconfigured, NotAllowed, NotFound, Unavailable
from amanat.receipt.work import is_done
from amanat.sealing.keys import locator_hash
from amanat.server.accounts.queries import intake_recipients
from amanat.server.intake import rules
from amanat.server.intake.models import Event, Report
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.rules import MAX_DELAY_SECONDS, epoch_of
from amanat.strict import encode_base64, parse_decimal

__all__ = [
    "Helpline",
    "WorkNeeded",
    "check_plain",
    "audio",
    "audio_file",
    "check_work",
    "events",
    "helplines",
    "helplines_by_country",
    "intake",
    "report",
    "report_at",
    "thread",
]

WINDOW_SECONDS = 600
# What browsers play, the smallest kind first.
AUDIO_TYPES = {".opus": "audio/ogg", ".ogg": "audio/ogg", ".mp3": "audio/mpeg", ".m4a": "audio/mp4"}
_AUDIO_NAME = re.compile(
    r"(?P<language>[a-z]{2,3})/(?P<page>[a-z]{1,20})(?P<ending>\.[a-z0-9]{3,4})", re.ASCII
)


class WorkNeeded(NotAllowed):
    """Very many reports are arriving: this one needs work first, or other work than was sent."""

    http_status = 429


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


def helplines_by_country() -> list[tuple[str, list[Helpline]]]:
    """The helplines by the country that each names, both in the order of the file."""
    found: dict[str, list[Helpline]] = {}
    for line in helplines():
        found.setdefault(line.country, []).append(line)
    return list(found.items())


def audio(page: str, language: str) -> str:
    """The name of the recording of a page that the organisation has in this language; empty without one."""
    if not settings.AMANAT_AUDIO:
        return ""
    names = (f"{language}/{page}{ending}" for ending in AUDIO_TYPES)
    return next((name for name in names if (Path(settings.AMANAT_AUDIO) / name).is_file()), "")


def audio_file(name: str) -> tuple[bytes, str]:
    """A recording and its media type; raises `NotFound` for every name that `audio` does not give."""
    found = _AUDIO_NAME.fullmatch(name)
    if found is None or audio(found["page"], found["language"]) != name:
        raise NotFound("no such recording", where="audio")
    return (Path(settings.AMANAT_AUDIO) / name).read_bytes(), AUDIO_TYPES[found["ending"]]


def intake(*, now: datetime) -> dict[str, Any]:
    """What a page needs to seal a report, to check what it is promised, and the work it has to do first."""
    epoch, bits = _epoch(now), _bits_now(now)
    return {
        "work": {"challenge": rules.work_challenge(_secret(), epoch, bits), "bits": bits},
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


def check_work(*, now: datetime, leaf: bytes, given: str) -> None:
    """Raises `WorkNeeded` when reports cost work now and `given`, "challenge number", is not this leaf's."""
    bits = _bits_now(now)
    if bits == 0 or _has_worked(now, leaf, given, bits):
        return
    hint = "Ask for the challenge again, do the work it names, and send the same bytes."
    raise WorkNeeded("very many reports are arriving and each needs some work", where="work", hint=hint)


def check_plain(*, now: datetime) -> None:
    """Raises `Unavailable` when more reports came without scripts than such a browser could pay for."""
    recent = Report.objects.filter(epoch__gte=_window_start(now), without_script=True).count()
    if recent >= max(settings.AMANAT_WORK_AFTER, 1):
        hint = "Try again in ten minutes, turn scripts on in your browser, or use one of the numbers."
        raise Unavailable("Very many reports are arriving. Yours was NOT received.", hint=hint)


def _has_worked(now: datetime, leaf: bytes, given: str, bits: int) -> bool:
    challenge, _, number = given.partition(" ")
    asked_for = rules.work_epoch(_secret(), challenge)
    if asked_for is None:
        return False
    epoch, asked = asked_for
    # What was asked for a moment ago is enough, though meanwhile more would be asked.
    is_recent = _window_start(now) <= epoch <= _epoch(now) and asked >= min(bits, rules.LEAST_BITS)
    return is_recent and is_done(challenge, leaf, parse_decimal(number, where="Amanat-Work"), bits=asked)


def _bits_now(now: datetime) -> int:
    arrived = Report.objects.filter(epoch__gte=_window_start(now)).count()
    return rules.work_bits(arrived, settings.AMANAT_WORK_AFTER)


def _epoch(now: datetime) -> int:
    return epoch_of(now, settings.AMANAT_EPOCH_SECONDS)


def _window_start(now: datetime) -> int:
    """The first epoch of the last ten minutes; an epoch may be longer than that."""
    return _epoch(now) - -(-WINDOW_SECONDS // settings.AMANAT_EPOCH_SECONDS)


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
    sealed = encode_base64(rules.invented_record(_secret(), locator))
    invented = {"seq": 0, "sealed": sealed, "by_reporter": True, "index": None}
    return {"report_id": found.pk, "events": [_event(event) for event in events(found)] or [invented]}


def _secret() -> bytes:
    return settings.SECRET_KEY.encode()


def _event(event: Event) -> dict[str, Any]:
    shown = {
        "seq": event.seq,
        "sealed": encode_base64(bytes(event.sealed)),
        "by_reporter": event.by_reporter,
        "index": event.entry.index,
    }
    # Of what was erased the leaf is left: whoever holds the words still finds it in the log.
    return shown if event.sealed else {**shown, "leaf": encode_base64(bytes(event.entry.leaf))}


def _texts(line: Mapping[str, object]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in line.values()):
        raise TypeError("a value that is not text")
    return {name: str(value) for name, value in line.items()}
