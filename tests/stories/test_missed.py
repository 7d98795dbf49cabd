"""A deadline passes: the first of two workers who opens the case writes it down, once, for the reporter.

Before that a draft is kept sealed, and the letter of an institution with a key is a file for it alone.
"""

import subprocess
import sys
from pathlib import Path

import pyrage
import pytest
from playwright.sync_api import Page, Route, expect

from stories.canary import hits_below
from stories.living import Living, living
from stories.people import PHONE, chromium, come_back, join, make_key, open_newest, report, unlock_if_asked
from stories.test_accessible import overflows, violations

pytestmark = pytest.mark.browser

ASKED = "canary-dunlin: please look into it"
MISSED = "No answer in time came from Police of Kohsar"
MAKE = """
from datetime import datetime, UTC
from amanat.cli.apps import prepare
prepare()
from amanat.server.referrals.models import Calendar, Institution, StatutoryClock
calendar = Calendar.objects.create(name="Kohsar", timezone="Asia/Karachi", weekend="5,6")
Institution.objects.create(name="Academy of Kohsar", kind="other", jurisdiction="Kohsar", calendar=calendar)
police = Institution.objects.create(name="Police of Kohsar", kind="police", jurisdiction="Kohsar",
    calendar=calendar, recipient={recipient!r})
StatutoryClock.objects.create(institution=police, request="inquiry", days=10, counting="working",
    starts_on="sent", law="Invented Act, section 7", added=datetime.now(UTC))
"""
LAPSE = """
from datetime import datetime, timedelta, UTC
from amanat.cli.apps import prepare
prepare()
from amanat.server.referrals.actions.clocks import look_at
from amanat.server.referrals.models import Clock
past = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
Clock.objects.update(due=past, look=past)
for clock in Clock.objects.all():
    look_at(now=datetime.now(UTC), clock_id=clock.pk)
"""


def test_a_missed_deadline_is_written_once_by_the_first_who_opens_the_case(tmp_path: Path) -> None:
    police = pyrage.x25519.Identity.generate()
    with chromium() as browser, living(tmp_path) as server:
        run(server, MAKE.format(recipient=str(police.to_public())))
        workers = []
        for name in ("bilal", "farah"):
            page = browser.new_context(accept_downloads=True).new_page()
            join(page, server.invitation("worker"), name)
            make_key(page)
            workers.append(page)
        words = report(browser.new_page(), server.url, text="canary-plover saw it.")
        bilal, farah = workers
        open_newest(bilal, server.url)
        keep_draft(bilal)
        refer(bilal)
        check_letter_file(bilal, police)
        run(server, LAPSE)
        held = hold_missed(bilal)
        open_newest(farah, server.url)
        told = farah.locator("#thread > li", has_text=MISSED)
        expect(told).to_have_count(1, timeout=20_000)
        # Both wrote at once: the server refuses the second, whose page then shows the first's.
        held[0].continue_()
        expect(bilal.locator("#thread > li", has_text=MISSED)).to_have_count(1, timeout=20_000)
        reopen(farah)
        expect(farah.locator("#referral-list > li")).to_have_attribute("data-state", "lapsed", timeout=20_000)
        expect(told).to_have_count(1)
        for language in ("en", "ur"):
            look_as_reporter(browser.new_page(viewport=PHONE), f"{server.url}/{language}", words)
        assert hits_below(server.data, [ASKED, MISSED, "canary-plover"]) == []


def look_as_reporter(page: Page, url: str, words: list[str]) -> None:
    """The reporter reads the step and the lapse; the page passes axe and fits a phone in both themes."""
    come_back(page, url, words)
    expect(page.locator("#thread > li", has_text=MISSED)).to_have_count(1, timeout=20_000)
    expect(page.locator("[data-finding=lapse]")).to_have_count(1, timeout=20_000)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
        assert not overflows(page)


def run(server: Living, script: str) -> None:
    subprocess.run([sys.executable, "-c", script], env=server.environment(), check=True)


def reopen(page: Page) -> None:
    page.reload()
    unlock_if_asked(page)


def hold_missed(page: Page) -> list[Route]:
    """Open the report anew; what the page writes of the lapse has not reached the server yet."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/missed", hold)
    with page.expect_request("**/missed", timeout=30_000):
        reopen(page)
    return held


def keep_draft(page: Page) -> None:
    """A draft is there again after the page was opened anew."""
    page.click("#referring > summary")
    page.select_option("#refer-institution", label="Police of Kohsar")
    page.select_option("#refer-request", "inquiry")
    page.fill("#refer-ask", ASKED)
    page.click("#refer-draft")
    expect(page.locator("#referral-status")).to_contain_text("draft is kept", timeout=20_000)
    reopen(page)
    expect(page.locator("#refer-ask")).to_have_value(ASKED, timeout=20_000)
    # The date is that of the institution in the draft, not of the first in the list.
    expect(page.locator("#refer-institution option:checked")).to_have_text("Police of Kohsar")
    expect(page.locator("#refer-preview")).to_contain_text(ASKED)
    expect(page.locator("#refer-due")).to_contain_text("Invented Act, section 7", timeout=20_000)


def refer(page: Page) -> None:
    page.select_option("#refer-institution", label="Police of Kohsar")
    page.select_option("#refer-request", "inquiry")
    expect(page.locator("#refer-due time")).to_be_visible(timeout=20_000)
    page.click("#refer-send")
    expect(page.locator("#letter-out [data-sealed]")).to_be_visible(timeout=20_000)


def check_letter_file(page: Page, police: pyrage.x25519.Identity) -> None:
    """The file opens with the institution's key, and its words are twelve."""
    with page.expect_download() as download:
        page.click("#letter-out [data-sealed]")
    words, address, _end = pyrage.decrypt(download.value.path().read_bytes(), [police]).decode().split("\n")
    assert len(words.split()) == 12
    assert "/referral/#v1." in address
