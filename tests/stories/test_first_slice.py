"""The first slice as its people live it: a sealed report, a reader's answer, a receipt, and no server left to
ask."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from amanat.receipt.promise import open_promise
from amanat.tlog.keys import parse_verifier
from stories.living import AMANAT, Living, living
from stories.people import (
    PASSWORD,
    chromium,
    code,
    come_back,
    join,
    make_key,
    open_newest,
    report,
    save,
    unlock_if_asked,
)

pytestmark = pytest.mark.browser

TEXT = "Somebody near the old mill keeps the telephones of children."
VERIFIER = Path("src/amanat/server/static/verify.html").absolute()


def test_from_a_sealed_report_to_a_receipt_that_verifies_with_the_server_stopped(tmp_path: Path) -> None:
    with chromium() as browser, living(tmp_path) as server:
        amna, bilal = browser.new_context(accept_downloads=True), browser.new_context()
        bilals_page = bilal.new_page()
        secret = join(bilals_page, server.invitation("worker"), "bilal")
        used = code(secret)
        make_key(bilals_page)

        amnas_page = amna.new_page()
        words = report(amnas_page, server.url, text=TEXT, where="Kot Zarin", relation="A neighbour")
        amnas_page.click("#received summary")
        promise = save(amnas_page, "#promise-download", tmp_path).read_bytes()
        assert open_promise(promise, promise_key(server)).max_delay_seconds > 0

        open_newest(bilals_page, server.url)
        expect(bilals_page.locator("#report-text")).to_contain_text(TEXT)
        bilals_page.click("#acknowledge")
        expect(bilals_page.locator("#acknowledge")).to_be_hidden(timeout=20_000)
        bilals_page.fill("#message-text", "We have read it. Are they still there?")
        bilals_page.click("#message-send")
        expect(bilals_page.locator("#thread")).to_contain_text("Are they still there?", timeout=20_000)

        come_back(amnas_page, server.url, words)
        expect(amnas_page.locator("#thread")).to_contain_text("Are they still there?")
        amnas_page.fill("#message-text", "Yes, since Monday.")
        amnas_page.click("#message-send")
        expect(amnas_page.locator("#thread")).to_contain_text("Yes, since Monday.", timeout=20_000)
        bilals_page.reload()
        unlock_if_asked(bilals_page)
        expect(bilals_page.locator("#thread")).to_contain_text("Yes, since Monday.", timeout=20_000)

        sign_in_again(browser, server, secret, used)
        come_back(amnas_page, server.url, words)
        amnas_page.click("#proving summary")
        receipts = {level: download(amnas_page, level, tmp_path) for level in (1, 2, 3, 4)}
        policy = tmp_path / "policy.txt"
        policy.write_bytes(server.policy.read_bytes())
        server.stop()
        for level, receipt in receipts.items():
            check_offline(browser, receipt, policy, level)


def test_without_javascript_a_report_gets_words_and_a_signed_promise(tmp_path: Path) -> None:
    with chromium() as browser, living(tmp_path) as server:
        staff = browser.new_context().new_page()
        join(staff, server.invitation("worker"), "bilal")
        make_key(staff)
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{server.url}/report/")
        expect(page.locator("noscript .notice")).to_contain_text("end-to-end")
        page.fill("#text", TEXT)
        page.click("#send-plain")
        expect(page.locator("#words li")).to_have_count(12)
        page.click("main summary")
        promise = page.locator("pre").inner_text().rstrip("\n") + "\n"
        assert open_promise(promise.encode(), promise_key(server)).max_delay_seconds > 0
        open_newest(staff, server.url)
        expect(staff.locator("#report-text")).to_contain_text(TEXT)


def promise_key(server: Living):
    from urllib.request import urlopen

    with urlopen(f"{server.url}/log/promise-key.txt") as answer:
        return parse_verifier(answer.read().decode().strip())


def sign_in_again(browser: Browser, server: Living, secret: str, used: str) -> None:
    """A second browser needs password and code, and then the passphrase; a code is good once."""
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/staff/")
    page.fill("#id_sign_in_name", "bilal")
    page.fill("#id_password", PASSWORD)
    while code(secret) == used:
        page.wait_for_timeout(500)
    page.fill("#id_code", code(secret))
    page.click("main form button[type=submit]")
    open_newest(page, server.url)
    expect(page.locator("#report-text")).to_contain_text(TEXT)


def download(page: Page, level: int, folder: Path) -> Path:
    page.select_option("#receipt-level", str(level))
    if level == 4:
        page.fill("#receipt-challenge", "asked by Dan")
    into = folder / f"level-{level}"
    into.mkdir()
    return save(page, "#receipt-download", into)


def check_offline(browser: Browser, receipt: Path, policy: Path, level: int) -> None:
    challenge = ["--challenge", "asked by Dan"] if level == 4 else []
    command = [*AMANAT, "verify", str(receipt), "--policy", str(policy), *challenge]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (TEXT in done.stdout) is (level >= 3)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(VERIFIER.as_uri())
    script = "([r, p, c]) => amanatVerify(new Uint8Array(r), p, c)"
    found = page.evaluate(
        script, [list(receipt.read_bytes()), policy.read_text(), (challenge or [None, None])[1]]
    )
    assert found["ok"], found
    assert found["level"] == level
    damaged = bytearray(receipt.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    found = page.evaluate(script, [list(damaged), policy.read_text(), (challenge or [None, None])[1]])
    assert not found["ok"]
    context.close()
