"""The page that checks receipts, opened from the disk as people do, in both languages, light and dark."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browser.pages import STATIC, chromium
from vector_files import vectors

pytestmark = pytest.mark.browser

PAGE = STATIC / "verify.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A narrow page; anything it asks of a network, and any error in it, fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    opened, wrong = context.new_page(), list[str]()
    opened.on("request", lambda request: wrong.append(request.url) if request.url != PAGE.as_uri() else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()
    assert not wrong


def case(name: str) -> dict[str, Any]:
    cases = vectors("receipts")
    found: dict[str, Any] = next(
        item for item in cases["verified"] + cases["refused"] if item["name"] == name
    )
    return {**found, "keys": cases["policies"][found["policy"]]}


def upload(name: str, data: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def ask(page: Page, name: str, *, keys: str | None = None, challenge: str = "") -> str:
    """The answer to a receipt of the vectors, chosen as files."""
    asked = case(name)
    page.set_input_files("#receipt-file", upload("level.tlog-proof", asked["receipt"]))
    page.set_input_files("#policy-file", upload("policy.txt", (keys or asked["keys"]).encode()))
    expect(page.locator("#policy-name")).to_have_text("policy.txt")
    expect(page.locator("#receipt-name")).to_have_text("level.tlog-proof")
    page.fill("#challenge", challenge)
    page.click("#check")
    return page.inner_text("#answer")


def test_a_receipt_that_holds_says_what_it_proves(page: Page):
    text = ask(page, "level 4")
    assert "This receipt holds" in text
    assert "amanat.example/log" in text
    assert "4 March 2026 at 12:03:00 UTC" in text
    assert "w1, w2, w3, w4" in text
    assert "A report" in text
    assert "An invented report. شکریہ" in text
    assert "Is this yours, Amna?" in text
    assert "ask for a sentence of your own" in text
    assert "does not prove that what is written is true" in text


def test_an_answer_to_ones_own_sentence_is_told_apart(page: Page):
    assert "the sentence that you asked for" in ask(page, "level 4", challenge="Is this yours, Amna?")
    assert "does not answer the sentence" in ask(page, "level 4", challenge="Is this yours, Bilal?")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_lower_level_shows_no_more_than_it_opens(page: Page, level: int):
    text = ask(page, f"level {level}")
    assert f"Level {level} of 4" in text
    assert ("A report" in text) == (level >= 2)
    assert ("An invented report" in text) == (level >= 3)


def test_without_a_quorum_no_time_is_claimed(page: Page):
    text = ask(page, "no quorum needed")
    assert "no time is proven" in text
    assert "Without witnesses the log alone vouches for it" in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("two of four witnesses", "Not enough witnesses"),
        ("another log", "a log that these keys do not name"),
        ("signed by another log key", "The log did not sign it"),
        ("one hash changed", "not in the log where the receipt says"),
        ("the words changed", "not what was put into the log"),
        ("the signature changed", "A signature in it is wrong"),
    ],
)
def test_a_receipt_that_does_not_hold_says_why(page: Page, name: str, words: str):
    text = ask(page, name)
    assert "does NOT hold (unverified)" in text
    assert words in text


def test_a_broken_receipt_and_broken_keys_are_told_apart(page: Page):
    assert "not a whole receipt (malformed)" in ask(page, "a byte less")
    text = ask(page, "level 1", keys="quorum 3\n")
    assert "The keys are not a whole policy file (malformed)" in text
    assert "policy, line 1" in text


def test_keys_may_be_pasted(page: Page):
    page.set_input_files("#receipt-file", upload("level.tlog-proof", case("level 1")["receipt"]))
    expect(page.locator("#receipt-name")).to_have_text("level.tlog-proof")
    page.click("#check")
    assert "Choose a receipt and the keys first" in page.inner_text("#answer")
    page.fill("#policy-text", case("level 1")["keys"])
    page.click("#check")
    assert "This receipt holds" in page.inner_text("#answer")


def test_files_may_be_dropped(page: Page):
    asked = case("level 1")
    script = """([receipt, keys]) => {
      const files = new DataTransfer();
      files.items.add(new File([Uint8Array.from(receipt)], "level.tlog-proof"));
      files.items.add(new File([keys], "policy.txt"));
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(script, [list(asked["receipt"]), asked["keys"]])
    expect(page.locator("#policy-name")).to_have_text("policy.txt")
    expect(page.locator("#receipt-name")).to_have_text("level.tlog-proof")
    page.click("#check")
    assert "This receipt holds" in page.inner_text("#answer")


def test_an_answer_is_taken_back_when_another_question_is_prepared(page: Page):
    assert ask(page, "level 4")
    page.fill("#challenge", "Is this mine?")
    assert page.inner_text("#answer") == ""


def test_the_other_language_says_the_same_answer_again(page: Page):
    ask(page, "level 4")
    page.click("[data-language=ur]")
    assert page.get_attribute("html", "dir") == "rtl"
    assert "یہ رسید درست ہے" in page.inner_text("#answer")
    assert "An invented report. شکریہ" in page.inner_text("#answer")
    assert page.get_attribute("time", "datetime") == "2026-03-04T12:03:00Z"
    page.click("[data-language=en]")
    assert "This receipt holds" in page.inner_text("#answer")


def test_both_languages_have_every_text(page: Page):
    source = (Path(__file__).parents[2] / "tools" / "vendor" / "verify.texts.js").read_text(encoding="utf-8")
    english, urdu = re.split(r"^  ur: \{$", source, flags=re.MULTILINE)
    names = [re.findall(r'^    "?([\w-]+)"?: "', part, flags=re.MULTILINE) for part in (english, urdu)]
    assert names[0] == names[1]
    assert len(names[0]) > 50


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("name", ["level 4", "one hash changed"])
def test_nobody_is_shut_out(browser: Browser, scheme: Literal["light", "dark"], language: str, name: str):
    # axe is put into the page as a script, which the page's own policy would rightly refuse.
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(PAGE.as_uri())
    page.click(f"[data-language={language}]")
    ask(page, name)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_the_page_runs_its_own_script_and_no_other():
    text = PAGE.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none'; ")
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        inside = re.findall(f"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        assert len(inside) == 1
        digest = b64encode(sha256(inside[0].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert not re.search(r"\bfetch\(|XMLHttpRequest|localStorage|innerHTML|\bsrc=|\bhref=", text)
