"""Answering a report when things go wrong: nothing written is lost or sent twice, and what is said is true.

A route in the browser loses, refuses or changes single answers of a real server.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from stories.worker.desk import ANSWER, reread, write, written

pytestmark = pytest.mark.browser


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
