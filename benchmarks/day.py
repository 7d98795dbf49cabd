"""How long a worker's day page takes with many cases, and how often it asks the database.

    python benchmarks/day.py [--cases 10000] [--pages 30]

It founds a database in a temporary folder (SQLite with the server's own settings), fills it with reports,
each with a grant, a referral and a clock in some state, and asks for the page through the whole server:
middleware, session, template. Goal: under 300 ms with 10,000 cases, and as many questions as with 100. There
is no peer that keeps such clocks; what is compared is the same page with few cases. Seconds are those of this
process, so that a busy machine does not count, and beside them those on the wall.
"""

import argparse
import os
import platform
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

LEAF = b"amanat-leaf/v1\n\x00"


def prepare(folder: Path) -> None:
    """A founded server without anything in it."""
    os.environ.update(AMANAT_DATA=str(folder), AMANAT_SECRET_KEY="x" * 40)
    os.environ["DJANGO_SETTINGS_MODULE"] = "amanat.server.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from amanat.server.ledger.actions import found_log

    (folder / "static").mkdir()
    found_log(folder, origin="amanat.example/log", url="http://127.0.0.1")
    call_command("migrate", verbosity=0)


def people() -> Any:
    """A worker with a key, signed in."""
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from amanat import clock
    from amanat.server.accounts.models import Member, MemberKey

    member = Member.objects.create(sign_in_name="bilal", pseudonym="Bilal", role="worker")
    MemberKey.objects.create(member=member, recipient="age1x", wrapped="x", created=clock.now())
    device = TOTPDevice.objects.create(user=member, name="code", confirmed=True)
    client = Client(headers={"Host": "127.0.0.1"})
    client.force_login(member)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return member, client


def fill(member: Any, first: int, last: int) -> None:
    """Cases number `first` to `last`, in every state that the day knows."""
    from amanat import clock
    from amanat.server.cases.models import Grant
    from amanat.server.intake.models import Report
    from amanat.server.ledger.models import Entry
    from amanat.server.referrals.models import Clock, Referral

    now, police = clock.now(), institution()
    names = [f"{number:032x}" for number in range(first, last)]
    epoch = int(now.timestamp()) // 600
    Report.objects.bulk_create(
        Report(
            id=name,
            locator_hash=name.encode(),
            sealed=b"s" * 5000,
            epoch=epoch,
            state="received" if number % 10 == 0 else "acknowledged",
            waiting=number % 7 == 0,
        )
        for number, name in enumerate(names)
    )
    Grant.objects.bulk_create(Grant(report_id=name, member=member, sealed=b"g" * 500) for name in names)
    entries = Entry.objects.bulk_create(
        Entry(leaf=LEAF + name.encode() + b"\0" * 16, leaf_hash=name.encode(), epoch=epoch) for name in names
    )
    clocks = Clock.objects.bulk_create(one_clock(police, number, now) for number in range(len(names)))
    Referral.objects.bulk_create(
        Referral(
            id=name,
            report_id=name,
            number=0,
            institution=police,
            request="investigation",
            sees="words",
            state="answered" if number % 4 == 3 else "sent",
            closed_epoch=epoch if number % 4 == 3 else None,
            locator_hash=name.encode(),
            package=b"p" * 5000,
            clock=clocks[number],
            entry=entries[number],
        )
        for number, name in enumerate(names)
    )


def institution() -> Any:
    from amanat.server.referrals.models import Calendar, Institution

    calendar, _ = Calendar.objects.get_or_create(name="Kohsar", timezone="Asia/Karachi", weekend="5,6")
    found, _ = Institution.objects.get_or_create(
        name="Police", kind="police", jurisdiction="Kohsar", calendar=calendar
    )
    return found


def one_clock(police: Any, number: int, now: Any) -> Any:
    from amanat.server.referrals.models import Clock

    state = ("running", "lapsed", "running", "stopped", "paused")[number % 5]
    return Clock(
        institution=police,
        calendar=police.calendar,
        request="investigation",
        days=5,
        counting="working",
        rolls=True,
        starts_on="sent",
        law="Invented Act, section 7",
        remind_days=3,
        escalate_days=5,
        state=state,
        due=None
        if state == "paused"
        else now + timedelta(days=number % 60 - (60 if state == "lapsed" else 0)),
        explanation={"steps": ["x" * 80] * 20},
    )


def measure(client: Any, pages: int) -> tuple[list[float], list[float], int]:
    """Seconds of each page by this process and on the wall, and the questions of the last one."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    worked, waited, asked = [], [], 0
    client.get("/staff/day/")
    for _ in range(pages):
        with CaptureQueriesContext(connection) as questions:
            at, wall = time.process_time(), time.perf_counter()
            answer = client.get("/staff/day/")
            worked.append(time.process_time() - at)
            waited.append(time.perf_counter() - wall)
        if answer.status_code != 200:
            raise SystemExit(f"the page says {answer.status_code}")
        asked = len(questions)
    return worked, waited, asked


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=10_000, help="default: %(default)s")
    parser.add_argument("--pages", type=int, default=30, help="default: %(default)s")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        member, client = people()
        few = min(100, options.cases)
        fill(member, 0, few)
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SQLite")
        for first, last in ((few, few), (few, options.cases)):
            fill(member, first, last)
            worked, waited, asked = measure(client, options.pages)
            middle, most, wall = statistics.median(worked), max(worked), statistics.median(waited)
            print(
                f"{last:>7,} cases: median {middle * 1000:.0f} ms, slowest {most * 1000:.0f} ms, "
                f"on the wall {wall * 1000:.0f} ms, {asked} questions"
            )


if __name__ == "__main__":
    main()
