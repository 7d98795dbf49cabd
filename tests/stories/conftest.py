"""A real server and a browser for the stories that need no server of their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from stories.living import Living, living
from stories.people import PHONE, chromium, join, make_key


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(tmp_path_factory.mktemp("pages")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(server: Living) -> Iterator[Browser]:
    """A browser, and somebody to report to."""
    with chromium() as running:
        page = running.new_context().new_page()
        join(page, server.invitation("worker"), "bilal")
        make_key(page)
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, accept_downloads=True)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()
