"""No planted word of a reporter or a worker reaches the server, its disk, its logs or its temporary files.

The words are watched on the way (every request of the browsers) and afterwards (every byte the server's
processes left below their folder). The search itself is shown to find what is there.
"""

import sqlite3
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from stories.canary import hits, hits_below
from stories.living import Living, living
from stories.people import PASSPHRASE, chromium, come_back, join, make_key, open_newest, report

pytestmark = pytest.mark.browser

PLANTED = {
    "text": "canary-cormorant by the green gate",
    "where": "canary-sandpiper street",
    "relation": "canary-kingfisher",
    "come_back": "canary-lapwing at noon",
}
MESSAGE, ANSWER = "canary-nightjar asks something", "canary-bulbul answers it"


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    import base64

    text = PLANTED["text"]
    for shift in range(3):
        (tmp_path / f"b64-{shift}").write_bytes(base64.b64encode(b"x" * shift + text.encode() + b"tail"))
    (tmp_path / "plain").write_text(f"before {text.upper()} after")
    (tmp_path / "hex").write_text(text.encode().hex())
    database = sqlite3.connect(tmp_path / "base.sqlite3")
    database.execute("create table notes (note text)")
    database.execute("insert into notes values (?)", (text,))
    database.commit()
    database.close()
    assert {name for name, _ in hits_below(tmp_path, [text])} == {
        "b64-0",
        "b64-1",
        "b64-2",
        "plain",
        "hex",
        "base.sqlite3",
    }
    assert hits(b"nothing of it", [text]) == []


def test_nothing_of_a_sealed_report_is_sent_or_kept_in_the_clear(tmp_path: Path) -> None:
    with chromium() as browser, living(tmp_path) as server:
        sent: list[tuple[str, bytes]] = []
        amna, bilal = browser.new_context(), browser.new_context()
        for context in (amna, bilal):
            watch(context, sent)
        staff = bilal.new_page()
        join(staff, server.invitation("worker"), "bilal")
        make_key(staff)
        reporter = amna.new_page()
        words = report(reporter, server.url, **PLANTED)
        assert left_in_the_browser(reporter) == [0, 0, 0]
        open_newest(staff, server.url)
        expect(staff.locator("#report-text")).to_contain_text(PLANTED["text"])
        staff.fill("#message-text", MESSAGE)
        staff.click("#message-send")
        expect(staff.locator("#thread")).to_contain_text(MESSAGE, timeout=20_000)
        come_back(reporter, server.url, words)
        reporter.fill("#message-text", ANSWER)
        reporter.click("#message-send")
        expect(reporter.locator("#thread")).to_contain_text(ANSWER, timeout=20_000)
        assert amna.cookies() == []
        planted = [*PLANTED.values(), MESSAGE, ANSWER, PASSPHRASE, " ".join(words), " ".join(words[:3])]
        check_what_was_sent(sent, planted, server)
        assert hits_below(tmp_path, planted) == []
    assert hits_below(tmp_path, planted) == []


def watch(context: BrowserContext, sent: list[tuple[str, bytes]]) -> None:
    def note(request: Request) -> None:
        sent.append((request.url, request.post_data_buffer or b""))

    context.on("request", note)


def check_what_was_sent(sent: list[tuple[str, bytes]], planted: list[str], server: Living) -> None:
    assert len([body for _, body in sent if body]) >= 5, "the watch saw no bodies"
    for url, body in sent:
        parts = urlsplit(url)
        assert parts.scheme in {"blob", "data"} or parts.netloc == f"127.0.0.1:{server.port}", url
        assert hits(url.encode(), planted) == [], parts.path
        assert hits(body, planted) == [], parts.path


def left_in_the_browser(page: object) -> list[int]:
    script = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    return page.evaluate(script)  # type: ignore[attr-defined,no-any-return]
