"""The worker's page when things go wrong: nothing written is lost or sent twice, and what is said is true.

One real server; a route in the browser loses, refuses or changes single answers.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from stories.living import Living, living
from stories.people import PASSPHRASE, chromium, join, make_key, report, unlock_if_asked

pytestmark = pytest.mark.browser
TEXT = "An invented report."
ANSWER = "An invented answer."
PHONE = {"width": 390, "height": 780}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(tmp_path_factory.mktemp("worker")) as running:
        yield running


@pytest.fixture(scope="module")
def browser(server: Living) -> Iterator[Browser]:
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


def test_a_lost_answer_is_said_to_be_lost_and_repeating_adds_nothing(page: Page) -> None:
    bodies: list[Any] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data)
        answer = route.fetch()
        assert answer.status == 201
        route.abort() if len(bodies) == 1 else route.fulfill(response=answer)

    page.route("**/events", lose_the_first)
    write(page)
    expect(page.locator("#act-status")).to_contain_text("did not answer", timeout=20_000)
    expect(page.locator("#act-status")).not_to_contain_text("NOT kept")
    expect(page.locator("#message-text")).to_have_value(ANSWER)
    page.click("#message-send")
    expect(page.locator("#act-status")).to_contain_text("promised", timeout=20_000)
    assert bodies[0] == bodies[1]
    expect(written(page)).to_have_count(1)
    reread(page)
    expect(written(page)).to_have_count(1)


def test_what_was_promised_is_said_to_be_kept_though_the_thread_cannot_be_read_again(page: Page) -> None:
    page.route("**/thread.json", lambda route: route.abort())
    write(page)
    expect(page.locator("#act-status")).to_contain_text("promised", timeout=20_000)
    expect(page.locator("#message-text")).to_have_value("")
    page.unroute("**/thread.json")
    write(page, "A second one.")
    expect(written(page, "A second one.")).to_have_count(1, timeout=20_000)
    expect(written(page)).to_have_count(1)


@pytest.mark.parametrize("status", [400, 403, 500, 503])
def test_what_was_refused_is_said_to_be_refused_and_stays_in_the_box(page: Page, status: int) -> None:
    page.route("**/events", lambda route: route.fulfill(status=status, body="{}"))
    write(page)
    expect(page.locator("#act-status")).to_contain_text("NOT kept", timeout=20_000)
    expect(page.locator("#message-text")).to_have_value(ANSWER)


def test_a_promise_with_a_wrong_signature_is_not_believed(page: Page) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("86400", "86399"))

    page.route("**/events", change)
    write(page)
    expect(page.locator("#act-status")).to_contain_text("signature is not right", timeout=20_000)


def test_nothing_is_sent_when_nothing_was_written(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    write(page, "  \n ")
    expect(page.locator("#act-status")).to_contain_text("Please write")
    assert sent == []


def test_a_report_is_closed_with_a_reason_and_opened_again(page: Page) -> None:
    page.click("#closing summary")
    page.fill("#close-reason", "An invented reason.")
    page.click("#close-report")
    expect(page.locator("#status")).to_have_text("Closed", timeout=20_000)
    expect(written(page, "An invented reason.")).to_have_count(1)
    expect(page.locator("#closing")).to_be_hidden()
    page.click("#reopen")
    expect(page.locator("#status")).to_have_text("Open", timeout=20_000)
    expect(page.locator("#reopen")).to_be_hidden()


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
