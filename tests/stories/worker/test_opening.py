"""Opening and locking a report: what cannot be trusted is said to be so, and locking leaves nothing."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from stories.people import PASSPHRASE, unlock_if_asked
from stories.worker.desk import ANSWER, TEXT, changed, reread, write

pytestmark = pytest.mark.browser


def test_the_list_begins_with_the_report_and_tells_its_time(page: Page) -> None:
    first = page.locator("#thread li").first
    expect(first.locator("h3")).to_have_text("Report")
    expect(first.locator("time").first).to_be_visible()
    expect(first).not_to_contain_text(TEXT)
    expect(page.locator("#report-text")).to_contain_text(TEXT)


def test_a_report_that_does_not_fit_the_log_is_said_to(bilal: BrowserContext, address: str) -> None:
    def other_leaf(shown: dict[str, Any]) -> dict[str, Any]:
        shown["events"][0]["leaf"] = "A" * 86 + "=="
        return shown

    page = bilal.new_page()
    page.route("**/thread.json", changed(other_leaf))
    page.goto(address)
    unlock_if_asked(page)
    expect(page.locator("#thread li").first.locator(".wrong").first).to_contain_text("does not fit")
    page.close()


def test_locking_takes_everything_off_the_page_and_out_of_the_browser(page: Page) -> None:
    page.fill("#message-text", ANSWER)
    page.fill("#close-reason", ANSWER, force=True)
    page.click("#lock")
    expect(page.locator("#passphrase")).to_be_visible()
    assert TEXT not in page.evaluate("document.documentElement.textContent")
    assert page.locator("#message-text").input_value() == page.locator("#close-reason").input_value() == ""
    assert page.evaluate("sessionStorage.length") == 0
    page.fill("#passphrase", "not the right one")
    page.click("#unlock")
    expect(page.locator("#status")).to_contain_text("passphrase is not right", timeout=20_000)
    assert TEXT not in page.evaluate("document.documentElement.textContent")
    page.fill("#passphrase", PASSPHRASE)
    page.click("#unlock")
    expect(page.locator("#report-text")).to_contain_text(TEXT, timeout=20_000)


def test_locking_while_something_is_sent_shows_nothing_again(page: Page) -> None:
    held: list[Route] = []
    page.route("**/events", lambda route: held.append(route))
    write(page)
    expect(page.locator("#act-status")).to_have_text("Sending…")
    page.wait_for_timeout(1000)
    page.click("#lock")
    expect(page.locator("#passphrase")).to_be_visible()
    with page.expect_response("**/events"):
        held[0].continue_()
    page.wait_for_timeout(2000)
    expect(page.locator("#opened")).to_be_hidden()
    assert TEXT not in page.evaluate("document.documentElement.textContent")


def test_what_cannot_be_opened_is_not_blamed_on_the_passphrase(page: Page, address: str) -> None:
    page.click("#lock")
    page.route("**/thread.json", changed(lambda shown: shown | {"report_id": "ab" * 16}))
    page.fill("#passphrase", PASSPHRASE)
    page.click("#unlock")
    expect(page.locator("#status")).to_contain_text("cannot be opened", timeout=20_000)
    expect(page.locator("#status")).not_to_contain_text("passphrase")
    expect(page.locator("#opened")).to_be_hidden()


def test_a_checkpoint_that_does_not_verify_is_acted_upon_by_nobody(page: Page) -> None:
    page.route("**/thread.json", changed(lambda shown: shown | {"checkpoint": shown["checkpoint"] + "x"}))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    reread(page)
    expect(page.locator("#report-text")).to_contain_text(TEXT)
    write(page)
    expect(page.locator("#act-status")).to_contain_text("NOT kept", timeout=20_000)
    assert sent == []
    expect(page.locator("#message-text")).to_have_value(ANSWER)
