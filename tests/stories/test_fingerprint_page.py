"""Bilal's neighbour has a picture on her phone: it is fingerprinted there, with the network cut, and only the
numbers go into a report.
"""

import io
import json
from hashlib import sha256

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from fingerprint.drawing import draw
from stories.living import Living
from stories.people import PHONE

pytestmark = pytest.mark.browser


def picture() -> FilePayload:
    file = io.BytesIO()
    Image.fromarray(draw("scene", 1, 300, 400, 3)).save(file, "PNG")
    return {"name": "a-name.png", "mimeType": "image/png", "buffer": file.getvalue()}


def opened(page: Page, url: str) -> None:
    page.goto(f"{url}/fingerprint/")
    expect(page.locator("#files")).to_be_enabled(timeout=20_000)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_once_loaded_the_page_needs_no_network_and_asks_for_nothing(
    browser: Browser, server: Living, language: str
) -> None:
    context = browser.new_context(viewport=PHONE, bypass_csp=True, locale=language)  # type: ignore[arg-type]
    page = context.new_page()
    opened(page, f"{server.url}/{language}")
    context.set_offline(True)
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.set_input_files("#files", picture())
    expect(page.locator("#results section")).to_have_count(1, timeout=20_000)
    assert asked == []
    row = json.loads(page.locator("#lines").text_content() or "")
    assert row["sha256"] == sha256(picture()["buffer"]).hexdigest()
    assert len(row["pdq"]) == 64
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    context.close()


def test_the_page_may_not_connect_and_one_press_leaves_it(page: Page, server: Living) -> None:
    opened(page, server.url)
    assert page.evaluate("fetch('/healthz').then(() => 'connected', () => 'refused')") == "refused"
    page.click("#leave")
    page.wait_for_url("about:blank")


def test_the_saved_lines_go_into_a_report_and_nothing_but_lines_does(page: Page, server: Living) -> None:
    opened(page, server.url)
    page.set_input_files("#files", picture())
    expect(page.locator("#taking")).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        page.click("#save")
    row = json.loads(download.value.path().read_text())
    lines: FilePayload = {
        "name": "fingerprints.jsonl",
        "mimeType": "",
        "buffer": json.dumps({**row, "name": "a-name.png"}).encode(),
    }
    page.goto(f"{server.url}/report/")
    page.fill("#text", "An invented report.")
    page.set_input_files("#prints", picture())
    expect(page.locator("#prints-status")).to_contain_text("nothing was added")
    expect(page.locator("#text")).to_have_value("An invented report.")
    page.set_input_files("#prints", lines)
    expect(page.locator("#prints-status")).to_contain_text("were added")
    text = page.locator("#text").input_value()
    assert text.startswith("An invented report.\n\n{")
    assert json.loads(text.splitlines()[-1]) == {name: row[name] for name in row if name != "number"}
    expect(page.locator("#send-sealed")).to_be_enabled(timeout=20_000)
    page.click("#send-sealed")
    expect(page.locator("#words li")).to_have_count(12, timeout=20_000)
