"""The pages as somebody with a cracked phone meets them: small, quick to leave, honest when something fails,
readable by a screen reader in every theme. One real server for all of them.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from amanat.receipt.verify import verify_receipt
from amanat.tlog.policy import parse_policy
from stories.living import Living
from stories.people import PHONE, come_back, report

pytestmark = pytest.mark.browser
WIRE_BYTES = 150_000


def write(page: Page, server: Living, text: str = "An invented report.") -> None:
    page.goto(f"{server.url}/report/")
    page.fill("#text", text)
    expect(page.locator("#send-sealed")).to_be_enabled(timeout=20_000)


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("saves_data", [False, True])
def test_the_first_load_of_the_form_with_its_lock_is_small_over_the_wire(
    browser: Browser, server: Living, language: str, saves_data: bool
) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    if saves_data:
        saving = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"
        page.add_init_script(saving)
    sizes, asked = watch_the_wire(page)
    page.goto(f"{server.url}/{language}/report/")
    expect(page.locator("#send-sealed")).to_be_enabled(timeout=20_000)
    page.wait_for_load_state("networkidle")
    # The face of Urdu is asked for after all of it, and only where that is cheap.
    comes = language == "ur" and not saves_data
    if comes:
        # The file itself only where the machine has no such face.
        page.locator('link[href*="nastaliq-face"]').wait_for(state="attached")
        page.wait_for_load_state("networkidle")
    faces = [number for number, url in enumerate(asked) if "nastaliq-face" in url or url.endswith(".woff2")]
    assert bool(faces) is comes
    assert faces == list(range(len(asked) - len(faces), len(asked)))
    first = [sizes[url] for number, url in enumerate(asked) if number not in faces and url in sizes]
    assert len(first) >= 10
    assert sum(first) < WIRE_BYTES, sum(first)
    if comes:
        load = """document.fonts.load('16px "Amanat Nastaliq"', "\u0627").then(({ length }) => length)"""
        assert page.evaluate(load) == 1
    context.close()


def watch_the_wire(page: Page) -> tuple[dict[str, float], list[str]]:
    """What each address weighed on the way, compressed and with its head; and the addresses in order."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, float] = {}
    asked: list[str] = []
    by_id: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        by_id[event["requestId"]] = event["request"]["url"]
        asked.append(event["request"]["url"])

    session.on("Network.requestWillBeSent", note)
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.__setitem__(by_id[event["requestId"]], event["encodedDataLength"]),
    )
    return sizes, asked


def test_one_press_or_escape_twice_leaves_and_the_way_back_shows_nothing(page: Page, server: Living) -> None:
    for leave in ("button", "escape"):
        page.goto("about:blank#before")
        write(page, server)
        if leave == "button":
            page.click("#leave")
        else:
            page.keyboard.press("Escape")
            page.keyboard.press("Escape")
        page.wait_for_url("about:blank")
        page.go_back()
        assert "/report/" not in page.url


def test_one_escape_alone_does_not_leave(page: Page, server: Living) -> None:
    write(page, server)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.url == f"{server.url}/report/"


def test_nothing_is_kept_in_the_browser_nor_filled_in_on_the_way_back(page: Page, server: Living) -> None:
    write(page, server)
    page.goto(f"{server.url}/")
    page.go_back()
    expect(page.locator("#text")).to_have_value("")
    kept = "async () => [localStorage.length, sessionStorage.length, document.cookie, (await caches.keys())]"
    assert page.evaluate(kept) == [0, 0, "", []]


def test_when_the_lock_cannot_be_loaded_nothing_can_be_sent(page: Page, server: Living) -> None:
    page.route("**/sealing.mjs", lambda route: route.abort())
    sent = watch(page)
    page.goto(f"{server.url}/report/")
    page.fill("#text", "An invented report.")
    expect(page.locator("#status")).to_contain_text("nothing can be sent")
    expect(page.locator("#send-sealed")).to_be_disabled()
    page.keyboard.press("Enter")
    assert sent == []


def test_an_empty_report_is_not_sent(page: Page, server: Living) -> None:
    write(page, server, text="   ")
    sent = watch(page)
    page.click("#send-sealed")
    expect(page.locator("#status")).to_contain_text("Please write")
    assert sent == []


@pytest.mark.parametrize("status", [400, 409, 413, 500, 503, 507])
def test_an_answer_other_than_a_promise_is_said_to_be_none(page: Page, server: Living, status: int) -> None:
    write(page, server)
    page.route("**/report/sealed", lambda route: route.fulfill(status=status, body="{}"))
    page.click("#send-sealed")
    expect(page.locator("#status")).to_contain_text("did NOT receive")
    expect(page.locator("#text")).to_have_value("An invented report.")


def test_a_promise_with_a_wrong_signature_is_not_believed(page: Page, server: Living) -> None:
    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("86400", "86399"))

    write(page, server)
    page.route("**/report/sealed", change)
    page.click("#send-sealed")
    expect(page.locator("#status")).to_contain_text("signature is not right")
    expect(page.locator("#words li")).to_have_count(0)


def test_when_the_answer_is_lost_the_same_bytes_are_sent_again(page: Page, server: Living) -> None:
    bodies: list[Any] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data)
        answer = route.fetch()
        assert answer.status == 201
        route.abort() if len(bodies) == 1 else route.fulfill(response=answer)

    write(page, server)
    page.route("**/report/sealed", lose_the_first)
    page.click("#send-sealed")
    expect(page.locator("#status")).to_contain_text("No answer came")
    page.click("#send-sealed")
    expect(page.locator("#words li")).to_have_count(12, timeout=20_000)
    assert bodies[0] == bodies[1]


def test_when_the_answer_to_a_message_is_lost_it_is_not_said_twice(page: Page, server: Living) -> None:
    bodies: list[Any] = []

    def lose_the_first(route: Route) -> None:
        bodies.append(route.request.post_data)
        answer = route.fetch()
        assert answer.status == 201
        route.abort() if len(bodies) == 1 else route.fulfill(response=answer)

    words = report(page, server.url, text="An invented report.")
    come_back(page, server.url, words)
    page.route("**/return/event", lose_the_first)
    page.fill("#message-text", "An invented message.")
    page.click("#message-send")
    expect(page.locator("#message-status")).to_contain_text("not certain", timeout=20_000)
    page.click("#message-send")
    expect(page.locator("#message-status")).to_contain_text("Received", timeout=20_000)
    assert bodies[0] == bodies[1]
    expect(page.get_by_text("An invented message.")).to_have_count(1)


def test_three_words_are_asked_back_and_only_the_right_ones_pass(page: Page, server: Living) -> None:
    words = report(page, server.url, text="An invented report.")
    page.click("#check-words")
    expect(page.locator("#words")).to_be_hidden()
    asked = page.locator("#check-fields input")
    expect(asked).to_have_count(3)
    for field in asked.all():
        field.fill("abandon")
    page.click("#check-now")
    expect(page.locator("#check-result")).to_contain_text("Not right yet")
    for field in asked.all():
        field.fill(words[int((field.get_attribute("id") or "").removeprefix("check-"))])
    page.click("#check-now")
    expect(page.locator("#take-away")).to_be_visible()


def test_words_that_lead_nowhere_say_so_and_unknown_ones_by_number(page: Page, server: Living) -> None:
    page.goto(f"{server.url}/return/")
    for words, said in (
        (" ".join(["abandon"] * 11 + ["about"]), "Nothing is found"),
        (" ".join(["abandon"] * 4 + ["grapfruit"] + ["abandon"] * 7), "5"),
        (" ".join(["abandon"] * 12), "One word is wrong"),
    ):
        page.fill("#return-words", words)
        page.click("#return-open")
        expect(page.locator("#status")).to_contain_text(said)
    expect(page.locator("#timeline")).to_be_hidden()


def watch(page: Page) -> list[str]:
    """Everything that is sent with a body from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.post_data else None)
    return sent


def without_indices(route: Route) -> None:
    """The thread as a server shows it that says of no step where it is in the log."""
    answer = route.fetch()
    thread = answer.json()
    for event in thread["events"]:
        event["index"] = None
    route.fulfill(response=answer, json=thread)


def test_a_step_whose_place_is_withheld_is_looked_for_in_the_whole_log(page: Page, server: Living) -> None:
    words = report(page, server.url, text="An invented report.")
    page.wait_for_timeout(5_000)
    page.route("**/return/thread", without_indices)
    come_back(page, server.url, words)
    expect(page.locator("#thread")).to_contain_text("waiting for the public log")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=2))
    come_back(page, server.url, words)
    expect(page.locator("#thread")).to_contain_text("In the public log by")


def test_a_receipt_can_be_printed_and_what_is_printed_verifies(
    page: Page, server: Living, tmp_path: Path
) -> None:
    words = report(page, server.url, text="An invented report.")
    page.wait_for_timeout(5_000)
    page.add_init_script("window.print = () => { window.printed = true; };")
    come_back(page, server.url, words)
    page.click("#proving summary")
    page.click("#receipt-print")
    expect(page.locator("#sheet svg")).to_have_count(1, timeout=20_000)
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#timeline")).to_be_hidden()
    sheet = page.locator("#sheet").inner_text()
    assert not [word for word in words if f"\n{word}\n" in sheet]
    receipt = tmp_path / "typed.tlog-proof"
    receipt.write_text(page.locator("#sheet pre").text_content() or "", encoding="utf-8")
    verdict = verify_receipt(receipt.read_bytes(), parse_policy(server.policy.read_text()))
    assert verdict.level == 1
