"""Two at one report at once, and a colleague who joined after it came."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from stories.living import Living
from stories.people import PASSPHRASE, unlock_if_asked
from stories.worker.desk import TEXT, member, reread, write, written

pytestmark = pytest.mark.browser


def test_two_who_write_at_once_are_both_kept(page: Page, bilal: BrowserContext, address: str) -> None:
    other = bilal.new_page()
    other.goto(address)
    unlock_if_asked(other)
    write(other, "The first of two.")
    expect(written(other, "The first of two.")).to_have_count(1, timeout=20_000)
    write(page, "The second of two.")
    expect(page.locator("#act-status")).to_contain_text("promised", timeout=20_000)
    expect(written(page, "The first of two.")).to_have_count(1)
    expect(written(page, "The second of two.")).to_have_count(1)
    expect(page.locator("#message-text")).to_have_value("")
    other.close()


def test_of_two_who_acknowledge_the_second_is_told_and_adds_nothing(
    page: Page, bilal: BrowserContext, address: str
) -> None:
    other = bilal.new_page()
    other.goto(address)
    unlock_if_asked(other)
    other.click("#acknowledge")
    expect(other.locator("#acknowledge")).to_be_hidden(timeout=20_000)
    page.click("#acknowledge")
    expect(page.locator("#act-status")).to_contain_text("A colleague was first", timeout=20_000)
    expect(page.locator("#acknowledge")).to_be_hidden()
    expect(page.locator("#thread li")).to_have_count(2)  # the report and one acknowledgement
    other.close()


def test_a_colleague_who_joined_later_reads_it_once_somebody_opened_it(
    browser: Browser, server: Living, bilal: BrowserContext, address: str
) -> None:
    farah = member(browser, server, "farah").new_page()
    farah.goto(address)
    farah.fill("#passphrase", PASSPHRASE)
    farah.click("#unlock")
    expect(farah.locator("#status")).to_contain_text("A colleague who can read it", timeout=20_000)
    expect(farah.locator("#opened")).to_be_hidden()
    bilals_page = bilal.new_page()
    bilals_page.goto(address)
    unlock_if_asked(bilals_page)
    bilals_page.close()
    reread(farah)
    expect(farah.locator("#report-text")).to_contain_text(TEXT)
    write(farah)
    expect(written(farah)).to_have_count(1, timeout=20_000)
