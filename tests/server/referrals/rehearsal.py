"""Run by the kill tests as a process of its own: what a browser sent about a referral is written.

rehearsal.py found REPORT    a member, two institutions, one with a clock, and a report
rehearsal.py TIME FILE...    writes what each JSON file holds

It prints, before, between and after, how many events, referrals, steps, clocks and entries there are.
"""

import base64
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amanat.server.settings")

import django

django.setup()

from amanat.server.accounts.models import Member  # noqa: E402
from amanat.server.intake.actions import receive_report  # noqa: E402
from amanat.server.intake.models import Event, Report  # noqa: E402
from amanat.server.ledger.models import Entry  # noqa: E402
from amanat.server.referrals.actions import referrals  # noqa: E402
from amanat.server.referrals.models import (  # noqa: E402
    Calendar,
    Clock,
    Institution,
    Referral,
    StatutoryClock,
    Step,
)

MOMENT = datetime(2026, 5, 4, 5, 0, tzinfo=UTC)


def decoded(sent: dict[str, Any]) -> dict[str, Any]:
    """Bytes come with a mark before their base64."""
    return {
        name: base64.b64decode(value[4:]) if isinstance(value, str) and value.startswith("b64:") else value
        for name, value in sent.items()
    }


def make_places(report: dict[str, Any]) -> None:
    Member.objects.create(sign_in_name="bilal", pseudonym="Bilal", role="worker")
    calendar = Calendar.objects.create(name="Kohsar", timezone="Asia/Karachi", weekend="5,6")
    for name in ("Court", "Police"):
        made = Institution.objects.create(name=name, kind="court", jurisdiction="Kohsar", calendar=calendar)
    StatutoryClock.objects.create(
        institution=made,
        request="investigation",
        days=5,
        counting="working",
        starts_on="sent",
        law="Invented Act, section 7",
        added=MOMENT,
    )
    receive_report(by=None, now=MOMENT, **decoded(report))


def new(value: dict[str, Any]) -> referrals.NewReferral:
    found = Institution.objects.get(name=value.pop("institution"))
    due = value.pop("due")
    moment = datetime.fromisoformat(due) if due else None
    return referrals.NewReferral(institution=found, due=moment, **decoded(value))


def write(now: datetime, sent: dict[str, Any]) -> bytes:
    """A referral, a step, or a transfer, by what the file has."""
    made = new(sent.pop("made")) if "made" in sent else None
    if "sealed" in sent:
        report = Report.objects.get()
        worker = Member.objects.get()
        return referrals.refer(by=worker, now=now, report=report, made=made, **decoded(sent))
    referral = Referral.objects.get(pk=sent.pop("referral"))
    step = referrals.NewStep(**decoded(sent))
    if made is None:
        return referrals.take_step(by=None, now=now, referral=referral, step=step)
    return referrals.hand_onward(by=None, now=now, referral=referral, step=step, made=made)


def count() -> None:
    print(json.dumps([table.objects.count() for table in (Event, Referral, Step, Clock, Entry)]), flush=True)


match sys.argv[1:]:
    case ["found", file]:
        make_places(json.loads(Path(file).read_text()))
    case [time, *files]:
        count()
        for file in files:
            promise = write(datetime.fromtimestamp(int(time), UTC), json.loads(Path(file).read_text()))
            print(json.dumps(base64.b64encode(promise).decode()), flush=True)
            count()
