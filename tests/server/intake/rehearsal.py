"""Run by the kill tests as a process of its own: receive a report or an event as the server does.

rehearsal.py TIME FILE...    receives what each JSON file holds and prints its promise, line by line
rehearsal.py count           prints how many reports, events and entries there are
"""

import base64
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amanat.server.settings")

import django

django.setup()

from amanat.server.intake.actions import append_event, receive_report  # noqa: E402
from amanat.server.intake.models import Event, Report  # noqa: E402
from amanat.server.ledger.models import Entry  # noqa: E402


def receive(now: datetime, sent: dict[str, str | int]) -> bytes:
    """A report, or an event when it has a number."""
    decoded = {
        name: base64.b64decode(value) if isinstance(value, str) and name != "report_id" else value
        for name, value in sent.items()
    }
    if "seq" not in decoded:
        return receive_report(by=None, now=now, **decoded)
    report = Report.objects.get(pk=decoded.pop("report_id"))
    return append_event(by=None, now=now, report=report, **decoded)


match sys.argv[1:]:
    case ["count"]:
        print(json.dumps([Report.objects.count(), Event.objects.count(), Entry.objects.count()]))
    case [time, *files]:
        for file in files:
            promise = receive(datetime.fromtimestamp(int(time), UTC), json.loads(Path(file).read_text()))
            print(base64.b64encode(promise).decode(), flush=True)
