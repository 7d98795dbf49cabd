"""Two workers and two case files: opened, written at once, handed over, merged, split, erased.

One server, real browsers; what the server keeps is looked at afterwards, byte by byte.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from stories.canary import hits_below
from stories.living import Living
from stories.people import PASSPHRASE, chromium, come_back, report
from stories.test_accessible import overflows, violations
from stories.test_referrals import refer
from stories.worker.desk import member, new_report

pytestmark = pytest.mark.browser
SLOW = 30_000
TITLE, NAME, NOTE = "canary-heron", "canary-plover by name", "canary-egret was said"
PLACES = """
from datetime import datetime, UTC
from amanat.cli.apps import prepare
prepare()
from amanat.server.referrals.models import Calendar, Institution, StatutoryClock
calendar = Calendar.objects.create(name="Kohsar", timezone="Asia/Karachi", weekend="5,6")
for name, kind in (("Commission of Kohsar", "commission"), ("Police of Kohsar", "police")):
    made = Institution.objects.create(name=name, kind=kind, jurisdiction="Kohsar", calendar=calendar)
    StatutoryClock.objects.create(institution=made, request="inquiry", days=10, counting="working",
        starts_on="sent", law="Invented Act, section 7", added=datetime.now(UTC))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def bilal(browser: Browser, server: Living) -> BrowserContext:
    return member(browser, server, "bilal")


@pytest.fixture(scope="module")
def farah(browser: Browser, server: Living) -> BrowserContext:
    return member(browser, server, "farah")


def enter(page: Page, address: str) -> Page:
    """Go somewhere that needs the key, with the passphrase where it is asked for."""
    page.goto(address)
    shown = page.locator("#unlock, #lock").filter(visible=True)
    expect(shown).to_have_count(1, timeout=SLOW)
    if page.locator("#unlock").is_visible():
        page.fill("#passphrase", PASSPHRASE)
        page.click("#unlock")
    expect(page.locator("#opened")).to_be_visible(timeout=SLOW)
    return page


def open_case(page: Page, server: Living, address: str, title: str, *, give: tuple[str, ...] = ()) -> str:
    """Open a case from a report; its address."""
    report_id = address.rstrip("/").split("/")[-1]
    enter(page, f"{server.url}/staff/cases/new/?report={report_id}")
    page.fill("#case-title", title)
    for name in give:
        page.locator("#colleagues label").filter(has_text=name).locator("input").check()
    page.locator("#opened button[type=submit]").click()
    page.wait_for_url("**/staff/cases/*/", timeout=SLOW)
    expect(page.locator("#opened")).to_be_visible(timeout=SLOW)
    return page.url


def add(page: Page, section: str, **fields: str) -> None:
    """Add a row to a section and wait until it is kept."""
    part = page.locator(f"section[data-section={section}]")
    before = part.locator("li.row").count()
    part.locator("details.add > summary").click()
    fill(part.locator("details.add form"), fields)
    part.locator("details.add button[type=submit]").click()
    expect(part.locator("li.row")).to_have_count(before + 1, timeout=SLOW)


def fill(form, fields: dict[str, str]) -> None:
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def change(page: Page, section: str, **fields: str):
    """Open the form of the only row of a section and fill it; the form."""
    row = page.locator(f"section[data-section={section}] li.row").first
    row.locator("details.change > summary").click()
    form = row.locator("details.change form")
    fill(form, fields)
    return form


def press(page: Page, summary: str, button: str) -> None:
    part = page.locator("#keeping details").filter(has=page.locator("summary", has_text=summary))
    if part.get_attribute("open") is None:
        part.locator("summary").click()
    part.get_by_role("button", name=button, exact=True).click()


def test_a_case_is_written_by_two_at_once_handed_over_and_nothing_is_lost(
    browser: Browser, server: Living, bilal: BrowserContext, farah: BrowserContext, tmp_path: Path
) -> None:
    first, other = bilal.new_page(), farah.new_page()
    address = open_case(first, server, new_report(browser, server), TITLE, give=("Farah",))
    add(first, "person", role="child", pseudonym="Lark", name=NAME)
    add(first, "note", text=NOTE)
    add(first, "event", date="2019-05~", text="In their words.")
    expect(first.locator("section[data-section=event]")).to_contain_text("about May 2019")
    expect(first.locator("section[data-section=person]")).to_contain_text("covered")
    assert NAME not in first.content()

    # A date that is none is not sent; the search finds what is written and nothing covered.
    part = first.locator("section[data-section=event]")
    part.locator("details.add > summary").click()
    fill(part.locator("details.add form"), {"date": "2019-13", "text": "x"})
    part.locator("details.add button[type=submit]").click()
    expect(part.locator("details.add .form-status")).to_contain_text("Not a date")
    first.fill("#search", "egret")
    expect(first.locator("li.row:not([hidden])")).to_have_count(1)
    first.fill("#search", "plover")
    expect(first.locator("li.row:not([hidden])")).to_have_count(0)
    first.fill("#search", "")

    # Both change the same note at once: both versions stand, and a person makes one.
    enter(other, address)
    mine = change(first, "note", text="canary-egret, as Bilal has it")
    theirs = change(other, "note", text="canary-egret, as Farah has it")
    mine.locator("button[type=submit]").click()
    expect(first.locator("#act-status")).to_have_text("Kept.", timeout=SLOW)
    theirs.locator("button[type=submit]").click()
    note = other.locator("section[data-section=note]")
    expect(note).to_contain_text("Both versions are kept", timeout=SLOW)
    expect(note).to_contain_text("as Bilal has it")
    expect(note).to_contain_text("as Farah has it")
    note.locator("details.resolve summary").click()
    fill(note.locator("details.resolve form"), {"text": "canary-egret, as both have it"})
    note.locator("details.resolve button[type=submit]").click()
    expect(note.locator(".error")).to_have_count(0, timeout=SLOW)
    note.locator("details.history summary").click()
    expect(note.locator("details.history")).to_contain_text("as Bilal has it")

    # Names are shown after the reporter's thread says so.
    other.locator("#show-names summary").click()
    other.fill("#names-reason", "To call the family.")
    other.locator("#show-names button").click()
    expect(other.locator("section[data-section=person]")).to_contain_text(NAME, timeout=SLOW)

    # Farah's key is taken: she sees nothing new, what she wrote stays, everything is under another key.
    enter(first, address)
    before = sealed_rows(server, address)
    first.locator("#keeping summary", has_text="Who holds it").click()
    first.select_option("#remove-whom", label="Farah")
    first.click("#remove-form button")
    expect(first.locator("#holders")).not_to_contain_text("Farah", timeout=SLOW)
    expect(first.locator("#keeping-status")).to_have_text("Kept.", timeout=SLOW)
    after = sealed_rows(server, address)
    assert len(before) == len(after) > 0
    assert not set(before) & set(after)
    expect(first.locator("section[data-section=note]")).to_contain_text("as both have it")
    expect(first.locator("section[data-section=note] .when").first).to_contain_text("Farah")
    other.goto(address)
    expect(other.locator("main")).to_contain_text("You hold no key to this case")
    first.locator("#lock").click()
    expect(first.locator("#passphrase")).to_be_visible()
    assert TITLE not in first.content()
    assert NOTE not in first.content()
    assert hits_below(server.folder, [TITLE, NAME, NOTE, "canary-egret"]) == []
    first.close()
    other.close()


def test_two_cases_become_one_and_two_again_and_are_erased_by_two_people(
    browser: Browser, server: Living, bilal: BrowserContext, farah: BrowserContext
) -> None:
    page = bilal.new_page()
    reporter, sent = browser.new_context().new_page(), []
    reporter.on("request", lambda request: sent.append(request) if request.url.endswith("/sealed") else None)
    words = report(reporter, server.url, text="An invented report.")
    told = f"{server.url}/staff/reports/{sent[0].post_data_json['report_id']}/"
    one = open_case(page, server, told, "first", give=("Farah",))
    add(page, "note", text="written in the first")
    two = open_case(page, server, new_report(browser, server), "second")
    add(page, "note", text="written in the second")
    attach(page, b"%PDF-1.7 invented letter", "letter.pdf")
    attach(page, b"\x89PNG\r\n\x1a\n" + bytes(64), "letter.txt", refused="fingerprint")

    page.locator("#keeping summary", has_text="Merge or split").click()
    page.select_option("#merge-into", one.rstrip("/").split("/")[-1])
    page.fill("#merge-reason", "One family.")
    page.click("#merge-form button")
    page.wait_for_url(one, timeout=SLOW)
    expect(page.locator("#sections")).to_contain_text("written in the second", timeout=SLOW)
    expect(page.locator("#sections")).to_contain_text("written in the first")
    expect(page.locator("#reports li")).to_have_count(2)
    with page.expect_download(timeout=SLOW) as download:
        page.locator("section[data-section=document]").get_by_role("button").first.click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.7 invented letter"

    page.locator("#keeping summary", has_text="Merge or split").click()
    page.locator("#split-reports input").last.check()
    page.locator("#split-rows label").filter(has_text="written in the second").locator("input").check()
    page.fill("#split-title", "second again")
    page.click("#split-form button")
    page.wait_for_url(lambda url: url not in (one, two), timeout=SLOW)
    expect(page.locator("#sections")).to_contain_text("written in the second", timeout=SLOW)
    expect(page.locator("#sections")).not_to_contain_text("written in the first")
    expect(page.locator("#reports li")).to_have_count(1)

    enter(page, one)
    press(page, "Erase", "Propose to erase")
    expect(page.locator("#proposed-text")).to_contain_text("Bilal", timeout=SLOW)
    expect(page.locator("#erase-form")).to_be_hidden()
    second = enter(farah.new_page(), one)
    second.locator("#keeping summary").filter(has_text="Erase").click()
    second.fill("#erase-words", "Erased because you asked.")
    second.locator("#erase-form button").click()
    expect(second.locator("main")).to_contain_text("The content of this case was erased", timeout=SLOW)
    database = sqlite3.connect(server.data / "amanat.sqlite3")
    for table in ("cases_row", "cases_casegrant", "cases_part"):
        (left,) = database.execute(
            f"select count(*) from {table} where case_id = ?", (one.split("/")[-2],)
        ).fetchone()
        assert left == 0, table
    database.close()
    page.goto(two)
    expect(page.locator("main")).to_contain_text("The content of this case was erased")
    page.goto(told)
    expect(page.locator("main")).to_contain_text("The content of this report was erased")
    come_back(reporter, server.url, words)
    expect(reporter.locator("#thread")).to_contain_text("Erased because you asked.")
    expect(reporter.locator("#thread")).to_contain_text("The words of this step were erased")
    expect(reporter.locator("#message-text")).to_be_hidden()
    reporter.context.close()
    page.close()
    second.close()


def test_a_case_nobody_can_open_is_recovered_by_two_found_by_its_words_and_closed(
    browser: Browser, server: Living, bilal: BrowserContext, farah: BrowserContext
) -> None:
    page, other = bilal.new_page(), farah.new_page()
    page.set_extra_http_headers({"Accept-Language": "ur"})
    address = open_case(page, server, new_report(browser, server), "Wren")
    page.set_extra_http_headers({"Accept-Language": "en"})
    enter(page, address)
    add(page, "plan", text="a hidden quail")
    other.goto(f"{address}recovery/")
    other.select_option("#reason", "key-lost")
    other.locator("#propose button").click()
    expect(other.locator("#status")).to_contain_text("somebody else must second", timeout=SLOW)
    expect(other.locator("#recover")).to_be_hidden()
    page.goto(f"{address}recovery/")
    page.click("#second")
    expect(page.locator("#recover")).to_be_visible(timeout=SLOW)
    other.reload()
    other.fill("#identity", "AGE-SECRET-KEY-1WRONG")
    other.locator("#recover button").click()
    expect(other.locator("#status")).to_contain_text("does not open it", timeout=SLOW)
    other.fill("#identity", server.recovery)
    other.locator("#recover button").click()
    expect(other.locator("#status")).to_contain_text("Recovered", timeout=SLOW)
    enter(other, address)
    expect(other.locator("#sections")).to_contain_text("a hidden quail")

    enter(other, f"{server.url}/staff/cases/?mine=1")
    expect(other.locator("sealed-text").first).to_have_text("Wren", timeout=SLOW)
    other.fill("#search", "QUAIL")
    other.click("#search-form button")
    expect(other.locator("#found li")).to_have_count(1, timeout=SLOW)
    other.click("#lock")
    expect(other.locator("#passphrase")).to_be_visible()
    assert "Wren" not in other.content()
    assert "quail" not in other.content()

    enter(page, address)
    page.locator("#keeping summary", has_text="Hold, close").click()
    page.fill("#state-reason", "Nothing more can be done.")
    page.fill("#state-words", "We have done what we could.")
    page.get_by_role("button", name="Close the case").click()
    expect(page.locator("#state-now")).to_have_text("Closed", timeout=SLOW)
    page.locator("#reports a").click()
    expect(page.locator("#thread")).to_contain_text("We have done what we could.", timeout=SLOW)
    page.close()
    other.close()


def test_every_page_of_a_case_passes_axe_and_fits_a_phone(
    browser: Browser, server: Living, bilal: BrowserContext
) -> None:
    page, found = bilal.new_page(), []
    address = open_case(page, server, new_report(browser, server), "Wren")
    add(page, "person", role="child", pseudonym="Lark", name="x")
    add(page, "note", text="x")
    change(page, "note", text="y").locator("button[type=submit]").click()
    expect(page.locator("details.history")).to_have_count(1, timeout=SLOW)
    told = new_report(browser, server).rstrip("/").split("/")[-1]

    def look() -> None:
        found.extend(violations(page))
        assert not overflows(page), page.url

    for language, scheme in (("en", "light"), ("ur", "dark"), ("ur", "light"), ("en", "dark")):
        page.set_extra_http_headers({"Accept-Language": language})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        enter(page, address)
        page.evaluate("for (const part of document.querySelectorAll('#opened details')) part.open = true")
        expect(page.locator("details.add form").first).to_be_visible()
        look()
        enter(page, f"{server.url}/staff/cases/new/?report={told}")
        look()
        enter(page, f"{server.url}/staff/cases/")
        look()
        page.goto(f"{address}recovery/")
        expect(page.locator("#propose")).to_be_visible(timeout=SLOW)
        look()
    page.goto(address)
    page.click("#lock")
    expect(page.locator("#passphrase")).to_be_visible()
    look()
    assert found == []
    page.close()


def test_the_referrals_of_every_report_of_a_case_are_one_chain_on_its_page(
    browser: Browser, server: Living, bilal: BrowserContext
) -> None:
    subprocess.run([sys.executable, "-c", PLACES], env=server.environment(), check=True)
    page, found = bilal.new_page(), []
    first, second = (new_report(browser, server) for _ in range(2))
    enter(page, f"{server.url}/staff/cases/new/?report={first.rstrip('/').split('/')[-1]}")
    page.fill("#case-title", "Two reports")
    page.locator(f"#others input[value='{second.rstrip('/').split('/')[-1]}']").check()
    page.locator("#opened button[type=submit]").click()
    page.wait_for_url("**/staff/cases/*/", timeout=SLOW)
    address = page.url
    expect(page.locator("#referral-holder")).to_contain_text("not been handed", timeout=SLOW)

    # What is named in one report warns in the other.
    page.goto(first)
    expect(page.locator("#opened")).to_be_visible(timeout=SLOW)
    page.click("#naming > summary")
    page.locator("#naming-list label", has_text="Police of Kohsar").locator("input").check()
    page.click("#naming-send")
    expect(page.locator("#thread")).to_contain_text("Police of Kohsar", timeout=SLOW)
    refer(page, "Commission of Kohsar", "An invented request.")
    page.goto(second)
    expect(page.locator("#opened")).to_be_visible(timeout=SLOW)
    refer(page, "Police of Kohsar", "Another invented request.", reason="No other body can do it.")
    page.locator("#referrals a", has_text="All referrals of the case").click()
    expect(page.locator("#referral-list > li")).to_have_count(2, timeout=SLOW)
    assert page.url.startswith(address)
    held = page.locator("#referral-holder")
    expect(held).to_contain_text("Commission of Kohsar, Police of Kohsar")
    expect(page.locator("[data-finding=conflict]")).to_contain_text("Police of Kohsar")
    expect(page.locator(".chain-map circle")).to_have_count(2)
    for language, scheme in (("ur", "dark"), ("en", "light")):
        page.set_extra_http_headers({"Accept-Language": language})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        enter(page, address)
        expect(page.locator("#referral-list > li")).to_have_count(2, timeout=SLOW)
        found += violations(page)
        assert not overflows(page)
    page.locator("#referral-list a", has_text="On the page of the report").last.click()
    expect(page.locator("#report-text")).to_be_visible(timeout=SLOW)
    assert page.url.startswith(second)
    assert found == []
    page.close()


def attach(page: Page, data: bytes, name: str, *, refused: str = "") -> None:
    part = page.locator("section[data-section=document]")
    if part.locator("details.add[open]").count() == 0:
        part.locator("details.add > summary").click()
    form = part.locator("details.add form")
    fill(form, {"title": f"{name}, invented"})
    form.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": data}
    )
    form.locator("button[type=submit]").click()
    if refused:
        expect(form.locator(".form-status")).to_contain_text(refused, timeout=SLOW)
    else:
        expect(part.locator("li.row")).to_have_count(1, timeout=SLOW)


def sealed_rows(server: Living, address: str) -> list[bytes]:
    database, of_case = sqlite3.connect(server.data / "amanat.sqlite3"), address.rstrip("/").split("/")[-1]
    rows = database.execute("select sealed from cases_row where case_id = ?", (of_case,))
    found = [bytes(sealed) for (sealed,) in rows]
    database.close()
    return found
