"""Two invented documents disagree about a number. The table of the question says why they cannot be compared
yet, a person says what is counted, and it says that they differ. A referral is made by hand in two clicks."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from amanat.cli.main import main
from stories.living import Living
from stories.people import PHONE, join, make_key

pytestmark = pytest.mark.browser

MINISTRY = """Ministry of Kohsar, 3 May 2014

The ministry said that 280 children had been affected in Nurabad.
On 4 May 2014, the ministry asked the court to open an inquiry.
"""
PAPER = """Kohsar Gazette, 9 May 2014

A lawyer, Karim Shah, said that at least 400 children had been affected in Nurabad.
"""


def test_two_documents_disagree_and_a_person_says_what_is_counted(
    browser: Browser, server: Living, tmp_path: Path
) -> None:
    context = browser.new_context(viewport=PHONE, locale="en")  # type: ignore[arg-type]
    page = context.new_page()
    join(page, server.invitation("worker"), "chandni")
    make_key(page)
    page.goto(f"{server.url}/staff/records/new/")
    page.fill("#id_title", "Nurabad")
    page.click("main form button[type=submit]")
    record = page.url
    first, second = bring(page, record, MINISTRY, tmp_path), bring(page, record, PAPER, tmp_path)
    # Without its maker's say-so the name of a person is covered, in the text as well.
    assert "Karim" not in page.content()
    by_hand(page, first, "280 children had been affected", "figure", counted="children")
    by_hand(page, second, "at least 400 children had been affected", "figure", counted="children")
    # Select, one click: the form is filled; another click: it is in the record.
    select(page, first, "the ministry asked the court")
    page.click("#pick button[value=referral]")
    expect(page.locator("#id_role-asker")).to_have_value("the ministry")
    expect(page.locator("#id_role-asked")).to_have_value("the court")
    page.click("main form button[type=submit]")
    page.wait_for_url(first)
    page.goto(f"{record}questions/")
    page.fill("#id_name", "How many children")
    page.fill("#id_counted", "children")
    page.fill("#id_scope", "Nurabad")
    page.click("main form button[type=submit]")
    question = page.url
    for _ in range(2):
        page.locator("#others li", has_text="by hand").first.locator("button").click()
    pair = page.locator("#compared > li")
    expect(pair).to_have_attribute("data-relation", "cannot-compare")
    expect(pair).to_contain_text("nobody has said yet whether the first counts what is asked (“children”)")
    for number in (1, 2):
        figure = page.locator(f"#figures > li[data-number='{number}']")
        figure.locator("input[name=counts][value=yes]").check()
        figure.locator("input[name=covers][value=yes]").check()
        figure.locator("button").click()
    expect(pair).to_have_attribute("data-relation", "differ")
    expect(pair).to_contain_text("both cannot be true")
    review_by_keyboard(page, record)
    verify_deed(page, record, server, tmp_path / "deed.tlog-proof")
    addresses = (
        "history/",
        "review/",
        "timeline/",
        "statements/",
        "referrals/",
        "names/",
        "publication/",
        "sources/new/",
    )
    passes_axe(browser, context, [question, second, *(f"{record}{address}" for address in addresses)])
    context.close()


def bring(page: Page, record: str, text: str, folder: Path) -> str:
    page.goto(f"{record}sources/new/")
    file = folder / "document.txt"
    file.write_text(text, encoding="utf-8")
    page.set_input_files("#id_file", file)
    page.fill("#id_title", text.splitlines()[0])
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile(r"/sources/\d+/$"))
    return page.url


def select(page: Page, source: str, words: str) -> None:
    """Select words of the text, as a finger or a mouse does."""
    page.goto(source)
    page.evaluate(
        """words => {
            const text = document.getElementById("source-text").firstChild;
            const start = text.data.indexOf(words);
            document.getSelection().setBaseAndExtent(text, start, text, start + words.length);
        }""",
        words,
    )
    expect(page.locator("#pick input[name=start]")).not_to_have_value("")


def by_hand(page: Page, source: str, words: str, kind: str, **roles: str) -> None:
    select(page, source, words)
    page.click(f"#pick button[value={kind}]")
    for role, value in roles.items():
        page.fill(f"#id_role-{role}", value)
    page.click("main form button[type=submit]")
    page.wait_for_url(source)


def review_by_keyboard(page: Page, record: str) -> None:
    """When the rules have read both sources, one item that they proposed is confirmed by a key."""
    page.goto(record)
    while page.get_by_text("The rules are reading it.").count():
        page.wait_for_timeout(300)
        page.reload()
    page.goto(f"{record}review/", wait_until="networkidle")
    expect(page.locator("#one")).to_be_visible()
    left = int(page.locator("main").inner_text().split("waits for a person: ")[1].split()[0])
    page.keyboard.press("c")
    expect(page.locator("main")).to_contain_text(f"waits for a person: {left - 1}")


def verify_deed(page: Page, record: str, server: Living, file: Path) -> None:
    """The proof of what was done first, taken from the page, holds without the server's word."""
    link = page.get_by_role("link", name="Proof 0", exact=True)
    page.goto(f"{record}history/")
    while not link.count():
        page.wait_for_timeout(300)
        page.reload()
    with page.expect_download() as taken:
        link.click()
    taken.value.save_as(file)
    assert main(["verify", str(file), "--policy", str(server.policy)]) == 0


def passes_axe(browser: Browser, signed_in: BrowserContext, addresses: list[str]) -> None:
    found = []
    held = signed_in.storage_state()
    for scheme, language in (("light", "en"), ("dark", "ur")):
        given: dict[str, Any] = {"viewport": PHONE, "color_scheme": scheme, "locale": language}
        page = browser.new_context(storage_state=held, **given).new_page()
        for address in addresses:
            page.goto(address)
            found += [
                f"{address} {item['id']}: {item['nodes'][0]['html'][:120]}"
                for item in Axe().run(page).response["violations"]
            ]
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide), address
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.context.close()
    assert found == []
