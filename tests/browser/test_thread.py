"""A thread in the page: what follows on what, and that the words of a report let nobody pose as staff."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyrage
import pytest
from playwright.sync_api import Page

from amanat.receipt.chain import Chain, Fresh
from browser.pages import STATIC, chromium, encoded, in_page, served
from server.makers import ANSWERS

pytestmark = pytest.mark.browser
NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
FRESH = Fresh(0, b"\0" * 32)
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
BODIES = [{"id": 1, "name": "Court", "overseen_by": None}, {"id": 2, "name": "Police", "overseen_by": 1}]
READ = """
const T = await import("/static/amanat/thread.js");
const { survey } = await import("/static/amanat/referrals.js");
const threadKey = fromBase64(given.threadKey);
const threads = [];
for (const events of given.threads) {
  threads.push(await T.openThread({ threadKey, reportId: given.reportId, events }));
}
const { named } = survey({ opened: [], institutions: given.bodies, threads });
const texts = { other: "other", "message-reporter": "reporter", "message-organisation": "us" };
const [{ events }] = threads;
return { problems: events.map(({ problem }) => problem), named: [...named].sort(),
  titles: events.map((event) => T.titleOf(event, texts)) };
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser, served(static=STATIC) as address:
        page = browser.new_page()
        page.goto(address)
        yield page


class Said:
    """A thread as the server shows it to a worker."""

    def __init__(self) -> None:
        self.chain = Chain()
        _sealed, received = self.chain.report(ANSWERS, [RECIPIENT], now=NOW, fresh=FRESH)
        self.events = [shown(received, by_reporter=True)]

    def say(self, *, claims: str, by_reporter: bool, kind: str = "message", **payload: Any) -> None:
        made = self.chain.event(
            kind, "Invented.", by_reporter=claims == "reporter", now=NOW, fresh=FRESH, payload=payload
        )
        self.events.append(shown(made, by_reporter=by_reporter))

    def given(self, *others: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "threadKey": encoded(self.chain.keys.thread_key),
            "reportId": self.chain.report_id,
            "threads": [self.events, *others],
            "bodies": BODIES,
        }


def shown(made: Any, *, by_reporter: bool) -> dict[str, Any]:
    sealed = {"leaf": encoded(made.leaf), "sealed": encoded(made.record)}
    return {"seq": made.seq, "index": None, "by_reporter": by_reporter, **sealed}


def test_a_message_that_came_with_the_words_and_speaks_as_the_organisation_is_called_what_it_is(
    page: Page,
) -> None:
    said = Said()
    said.say(claims="reporter", by_reporter=True)
    said.say(claims="organisation", by_reporter=False)
    said.say(claims="organisation", by_reporter=True)
    said.say(claims="organisation", by_reporter=True, kind="closed")
    found = in_page(page, READ, said.given())
    assert found["problems"] == [None, None, None, "posed", "posed"]
    assert found["titles"][1:] == ["reporter", "us", "reporter", "reporter"]


@pytest.mark.parametrize("claims", ["reporter", "organisation"])
def test_whoever_has_only_the_words_can_neither_forge_nor_hide_a_named_body(page: Page, claims: str) -> None:
    said = Said()
    said.say(claims=claims, by_reporter=True, named=[1])
    assert in_page(page, READ, said.given())["named"] == []
    said.say(claims="organisation", by_reporter=False, named=[2])
    said.say(claims=claims, by_reporter=True, named=[])
    assert in_page(page, READ, said.given())["named"] == [2]
    said.say(claims="organisation", by_reporter=False, named=[])
    assert in_page(page, READ, said.given())["named"] == []


def test_a_body_named_in_one_report_of_a_case_stands_against_it_in_all(page: Page) -> None:
    said = Said()
    said.say(claims="organisation", by_reporter=False, named=[1])
    other = list(said.events)
    said.say(claims="organisation", by_reporter=False, named=[2])
    assert in_page(page, READ, said.given(other))["named"] == [1, 2]


def test_a_step_that_does_not_fit_the_one_before_it_is_named(page: Page) -> None:
    said = Said()
    for _ in range(3):
        said.say(claims="organisation", by_reporter=False)
    first, _gone, second, third = said.events
    found = in_page(page, READ, said.given() | {"threads": [[first, second, third]]})
    assert found["problems"] == [None, "broken", "broken"]
