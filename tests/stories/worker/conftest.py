"""Bilal, and a report that was just sent, for each story of the worker's page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from stories.living import Living
from stories.people import chromium, unlock_if_asked
from stories.worker.desk import member, new_report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def bilal(browser: Browser, server: Living) -> BrowserContext:
    return member(browser, server, "bilal")


@pytest.fixture
def address(browser: Browser, bilal: BrowserContext, server: Living) -> str:
    """The address, for staff, of a report that was just sent."""
    return new_report(browser, server)


@pytest.fixture
def page(bilal: BrowserContext, address: str) -> Iterator[Page]:
    """That report, opened by Bilal."""
    opened = bilal.new_page()
    opened.goto(address)
    unlock_if_asked(opened)
    yield opened
    opened.close()
