"""Every page and state passes axe and fits a phone, in both languages and both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from stories.living import Living
from stories.people import PHONE, come_back, join, make_key, open_newest, report

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    page.wait_for_load_state("networkidle")
    found = Axe().run(page)
    wrong = found.response["violations"]
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_page_and_state_passes_axe_and_fits_a_phone(
    browser: Browser, server: Living, language: str, scheme: str
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page, found = context.new_page(), []

    def look() -> None:
        found.extend(violations(page))
        assert not overflows(page), page.url

    url = f"{server.url}/{language}"
    for address in ("/", "/log/", "/nothing-here", "/safety/", "/report/", "/return/", "/referral/"):
        page.goto(url + address)
        look()
    page.goto(f"{url}/return/")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
def test_every_staff_page_passes_axe_and_fits_a_phone(
    browser: Browser, server: Living, language: str, scheme: str
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme, locale=language)  # type: ignore[arg-type]
    page, found = context.new_page(), []
    name = f"{language}-{scheme}"
    page.goto(server.invitation("supervisor"))
    found += violations(page)
    page.click("main form button[type=submit]")
    found += violations(page)
    join(page, server.invitation("supervisor"), name)
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
    join(manager, server.invitation("administrator"), f"{name}-manager")
    manager.wait_for_url("**/staff/people/")
    manager.click("main form button[type=submit]")
    found += violations(manager)
    assert not overflows(manager)
    assert found == []
    context.close()
