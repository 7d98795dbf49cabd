"""What the people of the stories do in their browsers: Amna reports, Bilal works, each in a context apart."""

import re
import time
from pathlib import Path

from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from chromium import chromium as chromium

PASSWORD = "long-enough-for-a-story-42"
PASSPHRASE = "quiet lantern over seven rivers"
PHONE = {"width": 360, "height": 740}


def report(page: Page, url: str, **answers: str) -> list[str]:
    """Fill the form, send it sealed, and return the twelve words."""
    page.goto(f"{url}/report/")
    for name, text in answers.items():
        page.fill(f"#{name}", text)
    expect(page.locator("#send-sealed")).to_be_enabled(timeout=20_000)
    page.click("#send-sealed")
    expect(page.locator("#words li")).to_have_count(12, timeout=20_000)
    return [word.strip() for word in page.locator("#words li").all_inner_texts()]


def come_back(page: Page, url: str, words: list[str]) -> None:
    """Open the thread with the twelve words."""
    page.goto(f"{url}/return/")
    page.fill("#return-words", " ".join(words))
    page.click("#return-open")
    expect(page.locator("#timeline")).to_be_visible(timeout=20_000)


def code(secret: str) -> str:
    """The six digits of this moment for a base32 secret."""
    import base64

    key = base64.b32decode(re.sub(r"\s", "", secret).upper() + "=" * (-len(re.sub(r"\s", "", secret)) % 8))
    totp = TOTP(key)
    totp.time = time.time()
    return f"{totp.token():06d}"


def join(page: Page, invitation: str, name: str) -> str:
    """Accept an invitation and confirm the second factor; returns its secret."""
    page.goto(invitation)
    page.fill("#id_sign_in_name", name)
    page.fill("#id_pseudonym", name.capitalize())
    page.fill("#id_password", PASSWORD)
    page.fill("#id_password_again", PASSWORD)
    page.click("main form button[type=submit]")
    secret = page.locator("#totp-secret").inner_text()
    page.fill("#id_code", code(secret))
    page.click("main form button[type=submit]")
    return secret


def make_key(page: Page) -> None:
    """Make the key that reads reports."""
    page.wait_for_url("**/staff/key/")
    page.fill("#key-passphrase", PASSPHRASE)
    page.fill("#key-passphrase-again", PASSPHRASE)
    page.click("#make-key")
    page.wait_for_url(re.compile(r"/staff/$"), timeout=30_000)


def open_newest(page: Page, url: str) -> None:
    """Open the only report of the inbox and unlock it."""
    page.goto(f"{url}/staff/")
    page.locator("a[href*='/staff/reports/']").first.click()
    unlock_if_asked(page)


def unlock_if_asked(page: Page) -> None:
    """Wait until a report is open, with the passphrase where the page asks for it."""
    shown = page.locator("#unlock, #lock").filter(visible=True)
    expect(shown).to_have_count(1, timeout=20_000)
    if page.locator("#unlock").is_visible():
        page.fill("#passphrase", PASSPHRASE)
        page.click("#unlock")
    expect(page.locator("#report-text")).to_be_visible(timeout=30_000)


def save(page: Page, selector: str, folder: Path) -> Path:
    """Click something that downloads, and keep the file."""
    with page.expect_download(timeout=20_000) as download:
        page.click(selector)
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target
