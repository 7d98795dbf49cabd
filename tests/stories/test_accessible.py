"""Every page and state passes axe and fits a phone, in both languages and both themes."""

import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from stories.living import Living
from stories.people import PHONE, come_back, join, make_key, open_newest, report, unlock_if_asked
from stories.test_referrals import refer

pytestmark = pytest.mark.browser


# An institution with a law and its calendar.
PLACES = """
from datetime import datetime, UTC
from amanat.cli.apps import prepare
prepare()
from amanat.server.referrals.models import Calendar, Institution, StatutoryClock
calendar = Calendar.objects.create(name="Kohsar", timezone="Asia/Karachi", weekend="5,6")
made = Institution.objects.create(name="Police of Kohsar", kind="police", jurisdiction="Kohsar",
    calendar=calendar)
StatutoryClock.objects.create(institution=made, request="inquiry", days=10, counting="working",
    starts_on="sent", law="Invented Act, section 7", added=datetime.now(UTC))
"""
SUPERVISED = (
    "institutions/",
    "institutions/new/",
    "institutions/take-over/",
    "institutions/1/",
    "institutions/1/edit/",
    "institutions/1/clocks/new/",
    "institutions/1/tokens/",
    "calendars/",
    "calendars/new/",
    "calendars/1/",
    "day/",
    "day/new/",
    "day/others/",
    "cases/",
)


def violations(page: Page) -> list[str]:
    """What axe finds in the light, and then of colours in the dark."""
    page.wait_for_load_state("networkidle")
    wrong = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="dark")
    wrong += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    page.emulate_media(color_scheme="light")
    return [f"{page.url} {item['id']}: {item['nodes'][0]['html'][:120]}" for item in wrong]


def overflows(page: Page) -> bool:
    """Sideways: on a phone, in 320 pixels (1,280 at 400 %), or in 640 with letters of twice the size."""
    root = "document.documentElement"
    size, wide = page.viewport_size, f"{root}.scrollWidth > {root}.clientWidth"
    found = [page.evaluate(wide)]
    for width, letters in ((320, "100%"), (640, "200%")):
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate(f"{root}.style.fontSize = '{letters}'")
        found.append(page.evaluate(wide))
    page.evaluate(f"{root}.style.fontSize = ''")
    page.set_viewport_size(size or PHONE)  # type: ignore[arg-type]
    return any(found)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_and_state_passes_axe_and_fits_a_phone(
    browser: Browser, server: Living, language: str
) -> None:
    context = browser.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
    page, found = context.new_page(), []

    def look() -> None:
        found.extend(violations(page))
        assert not overflows(page), page.url

    url = f"{server.url}/{language}"
    server.release_figures()
    for address in ("/", "/log/", "/nothing-here", "/safety/", "/figures/", "/report/", "/return/"):
        page.goto(url + address)
        look()
    page.fill("#return-words", "one two")
    page.click("#return-open")
    look()
    words = report(page, url, text="An invented report.")
    page.click("#received summary")
    look()
    page.click("#check-words")
    look()
    come_back(page, url, words)
    page.click("#proving summary")
    page.select_option("#receipt-level", "4")
    look()
    page.goto(f"{server.url}/staff/login/")
    look()
    page.click("main form button[type=submit]")
    look()
    assert found == []
    context.close()


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_staff_page_passes_axe_and_fits_a_phone(
    browser: Browser, server: Living, language: str
) -> None:
    context = browser.new_context(viewport=PHONE, locale=language)  # type: ignore[arg-type]
    page, found = context.new_page(), []
    page.goto(server.invitation("supervisor"))
    found += violations(page)
    page.click("main form button[type=submit]")
    found += violations(page)
    join(page, server.invitation("supervisor"), f"{language}-worker")
    page.wait_for_url("**/staff/key/")
    found += violations(page)
    make_key(page)
    report(context.new_page(), server.url, text="An invented report.")
    page.goto(f"{server.url}/staff/")
    found += violations(page)
    open_newest(page, server.url)
    page.click("#closing summary")
    found += violations(page)
    assert not overflows(page)
    page.click("#lock")
    expect(page.locator("#passphrase")).to_be_visible()
    found += violations(page)
    manager = context.new_page()
    context.clear_cookies()
    join(manager, server.invitation("administrator"), f"{language}-manager")
    manager.wait_for_url("**/staff/people/")
    manager.click("main form button[type=submit]")
    found += violations(manager)
    assert not overflows(manager)
    manager.goto(f"{server.url}/staff/lists/")
    expect(manager.locator("main form")).to_be_visible()
    found += violations(manager)
    assert not overflows(manager)
    assert found == []
    context.close()


@pytest.fixture(scope="module")
def gul(browser: Browser, server: Living) -> Page:
    """A supervisor with a key, who has referred a report; her page shows it, with its clock."""
    subprocess.run([sys.executable, "-c", PLACES], env=server.environment(), check=True)
    page = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    join(page, server.invitation("supervisor"), "gul")
    make_key(page)
    report(page, server.url, text="An invented report.")
    open_newest(page, server.url)
    refer(page, "Police of Kohsar", "An invented request.")
    expect(page.locator("#clocking")).to_be_visible(timeout=20_000)
    report(page, server.url, text="Another invented report.")
    return page


@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_of_institutions_clocks_and_the_day_passes_axe_and_fits_a_phone(
    gul: Page, server: Living, language: str
) -> None:
    found = []
    gul.set_extra_http_headers({"Accept-Language": language})
    for address in SUPERVISED:
        answer = gul.goto(f"{server.url}/staff/{address}")
        assert answer is not None
        assert answer.ok, address
        found += violations(gul)
        assert not overflows(gul), address
    assert gul.locator("html").get_attribute("lang") == language
    gul.goto(f"{server.url}/staff/day/others/")
    gul.locator("a[href$='/due/']").first.click()
    found += violations(gul)
    assert not overflows(gul)
    gul.goto(f"{server.url}/staff/day/others/")
    gul.locator("main a[href*='/staff/reports/']:not([href$='/due/'])").first.click()
    unlock_if_asked(gul)
    for part in ("naming", "referring", "paper", "clocking"):
        gul.locator(f"#{part} > summary").click(timeout=20_000)
    expect(gul.locator("#clock-due .notice")).to_be_visible(timeout=20_000)
    found += violations(gul)
    assert not overflows(gul)
    assert found == []
