"""No planted word of a reporter or a worker reaches the server, its disk, its logs or its temporary files.

The words are watched on the way (every request of the browsers) and afterwards (every byte the server's
processes left below their folder). The search itself is shown to find what is there.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect

from stories.canary import hits, hits_below, hits_in_tables
from stories.living import Living, living
from stories.people import PASSPHRASE, chromium, come_back, join, make_key, open_newest, report

pytestmark = pytest.mark.browser

PLANTED = {
    "text": "canary-cormorant by the green gate",
    "where": "canary-sandpiper street",
    "relation": "canary-kingfisher",
    "come_back": "canary-lapwing at noon",
}
FILE_NAME = "canary-hoopoe.tlog-proof"
MESSAGE, ANSWER = "canary-nightjar asks something", "canary-bulbul answers it"
PUBLIC = ("", "safety/", "log/", "figures/", "fingerprint/", "report/", "return/", "referral/")


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
    assert hits_in_tables(tmp_path / "base.sqlite3", [text]) == [("notes", text)]
    assert hits(b"nothing of it", [text]) == []


def test_nothing_of_a_sealed_report_is_sent_or_kept_in_the_clear(tmp_path: Path) -> None:
    with chromium() as browser, living(tmp_path) as server, kept_wal(server):
        sent: list[tuple[str, bytes]] = []
        amna, bilal = browser.new_context(accept_downloads=True), browser.new_context()
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
        check_a_receipt_of(reporter, server)
        assert amna.cookies() == []
        planted = [*PLANTED.values(), MESSAGE, ANSWER, PASSPHRASE, " ".join(words), " ".join(words[:3])]
        planted.append(FILE_NAME)
        server.release_figures()
        check_what_the_public_sees(reporter, planted, server)
        check_what_was_sent(sent, planted, server)
        assert (server.data / "amanat.sqlite3-wal").stat().st_size > 100_000
        assert hits_in_tables(server.data / "amanat.sqlite3", planted) == []
        assert hits_below(tmp_path, planted) == []
    assert hits_below(tmp_path, planted) == []


@contextmanager
def kept_wal(server: Living) -> Iterator[None]:
    """A reader in the middle of its work: the write-ahead log keeps every page until it is done."""
    with closing(sqlite3.connect(server.data / "amanat.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM intake_report").fetchone()
        yield


def check_a_receipt_of(page: Page, server: Living) -> None:
    """Choose a file with a telling name in the checker that the server gives out to be kept."""
    with page.expect_download() as download:
        page.evaluate("address => { location = address; }", f"{server.url}/verify.html")
    kept = server.folder / "verify.html"
    download.value.save_as(kept)
    page.goto(kept.as_uri())
    page.set_input_files("#receipt-file", {"name": FILE_NAME, "mimeType": "text/plain", "buffer": b"nothing"})
    page.fill("#policy-text", server.policy.read_text())
    page.click("#check")
    expect(page.locator("main, body").first).to_contain_text("not", timeout=20_000)


def check_what_the_public_sees(page: Page, planted: list[str], server: Living) -> None:
    """Neither what is on a page nor what it was made of says anything of a report."""
    for language in ("en", "ur"):
        for address in PUBLIC:
            answer = page.goto(f"{server.url}/{language}/{address}")
            assert answer is not None
            assert answer.ok, address
            assert hits(answer.body(), planted) == [], address
            assert hits(page.content().encode(), planted) == [], address


def watch(context: BrowserContext, sent: list[tuple[str, bytes]]) -> None:
    def note(request: Request) -> None:
        sent.append((request.url, request.post_data_buffer or b""))

    context.on("request", note)


def check_what_was_sent(sent: list[tuple[str, bytes]], planted: list[str], server: Living) -> None:
    assert len([body for _, body in sent if body]) >= 5, "the watch saw no bodies"
    for url, body in sent:
        parts = urlsplit(url)
        assert parts.scheme in {"blob", "data", "file"} or parts.netloc == f"127.0.0.1:{server.port}", url
        assert hits(url.encode(), planted) == [], parts.path
        assert hits(body, planted) == [], parts.path


def left_in_the_browser(page: object) -> list[int]:
    script = "async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]"
    return page.evaluate(script)  # type: ignore[attr-defined,no-any-return]
