"""Making a key: what leaves the browser, what is refused, and what happens when the answer is lost."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterator

import pyrage
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from stories.living import Living, living
from stories.people import PASSPHRASE, PASSWORD, chromium, join

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living(tmp_path_factory.mktemp("key")) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser, server: Living) -> Iterator[Page]:
    """The page of somebody who just joined."""
    context = browser.new_context()
    page = context.new_page()
    join(page, server.invitation("worker"), re.sub(r"\W", "", request.node.name)[-50:].strip("_").lower())
    page.wait_for_url("**/staff/key/")
    yield page
    context.close()


def make(page: Page, passphrase: str, again: str = "") -> None:
    page.fill("#key-passphrase", passphrase)
    page.fill("#key-passphrase-again", again or passphrase)
    page.click("#make-key")


def sent_by(page: Page) -> list[str]:
    """Every body that is sent from now on."""
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data) if request.post_data else None)
    return bodies


def test_only_the_recipient_and_the_wrapped_identity_leave_the_browser(page: Page) -> None:
    bodies = sent_by(page)
    # One letter is written in two ways by two keyboards, and a telephone adds a space.
    make(page, unicodedata.normalize("NFD", "café am fluß bei nacht "))
    page.wait_for_url(re.compile(r"/staff/$"), timeout=30_000)
    (body,) = bodies
    sent = json.loads(body)
    assert set(sent) == {"recipient", "wrapped"}
    identity = pyrage.passphrase.decrypt(base64.b64decode(sent["wrapped"]), "café am fluß bei nacht")
    assert str(pyrage.x25519.Identity.from_str(identity.decode()).to_public()) == sent["recipient"]
    assert "fluß" not in body
    assert PASSWORD not in body
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_short_passphrase_or_two_that_differ_make_nothing(page: Page) -> None:
    bodies = sent_by(page)
    for passphrase, again, said in (
        ("three words only"[:15], "", "too short"),
        (f"  {'x' * 15}  ", "", "too short"),
        (PASSPHRASE, "quiet", "differ"),
    ):
        make(page, passphrase, again)
        expect(page.locator("#status")).to_contain_text(said)
    assert bodies == []


def test_when_the_answer_is_lost_the_same_key_is_sent_again(page: Page) -> None:
    bodies: list[str | None] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data)
        answer = route.fetch()
        assert answer.status == 201
        route.abort() if len(bodies) == 1 else route.fulfill(response=answer)

    page.route("**/staff/key/", lose_the_first)
    make(page, PASSPHRASE)
    expect(page.locator("#status")).to_contain_text("try again", timeout=30_000)
    page.click("#make-key")
    page.wait_for_url(re.compile(r"/staff/$"), timeout=30_000)
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
