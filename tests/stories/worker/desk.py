"""What somebody does at the worker's page, and answers changed on their way to it."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route

from stories.living import Living
from stories.people import PHONE, join, make_key, report, unlock_if_asked

TEXT = "An invented report."
ANSWER = "An invented answer."


def member(browser: Browser, server: Living, name: str) -> BrowserContext:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    join(page, server.invitation("worker"), name)
    make_key(page)
    page.close()
    return context


def new_report(browser: Browser, server: Living) -> str:
    context = browser.new_context()
    page, sent = context.new_page(), []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/sealed") else None)
    report(page, server.url, text=TEXT)
    context.close()
    return f"{server.url}/staff/reports/{sent[0].post_data_json['report_id']}/"


def write(page: Page, text: str = ANSWER) -> None:
    page.fill("#message-text", text)
    page.click("#message-send")


def written(page: Page, text: str = ANSWER) -> Any:
    return page.locator("#thread li").filter(has_text=text)


def reread(page: Page) -> None:
    """The thread as the server has it now, read anew."""
    page.reload()
    unlock_if_asked(page)


def changed(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Route], None]:
    """A route that changes the JSON of an answer."""

    def answer(route: Route) -> None:
        given = route.fetch()
        route.fulfill(response=given, json=change(given.json()))

    return answer
