"""The key in a member's browser: what is kept of it, and when it is forgotten."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from amanat.cli.demonstration.wrapping import wrap_identity
from browser.pages import STATIC, chromium, encoded, in_page, served
from browser.test_vectors import MODULES
from stories.people import PASSPHRASE

pytestmark = pytest.mark.browser
IDENTITY = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
USE = "const { lock, unlock, unlocked } = await import('/static/amanat/unlock.js');"
KEPT = """const open = indexedDB.open("amanat");
const database = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
if (!database.objectStoreNames.contains("keys")) { database.close(); return null; }
const get = database.transaction("keys").objectStore("keys").get("unlocked");
const key = await new Promise((resolve) => { get.onsuccess = () => resolve(get.result); });
database.close();
const out = await crypto.subtle.exportKey("raw", key).then(() => "exported", (error) => error.name);
const session = JSON.stringify(sessionStorage);
return { extractable: key.extractable, out, session, local: localStorage.length };"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BrowserContext, str]]:
    folder = tmp_path_factory.mktemp("member")
    wrapped = encoded(wrap_identity(IDENTITY, PASSPHRASE))
    (folder / "wrapped.json").write_text(json.dumps({"recipient": "", "wrapped": wrapped}))
    with served(static=STATIC, member=folder) as address, chromium() as browser:
        context = browser.new_context()
        context.clock.install()
        yield context, address
        context.close()


@pytest.fixture
def page(place: tuple[BrowserContext, str]) -> Iterator[Page]:
    opened = tab(place)
    yield opened
    do(opened, "await lock();")
    for other in place[0].pages:
        other.close()


def tab(place: tuple[BrowserContext, str]) -> Page:
    context, address = place
    opened = context.new_page()
    opened.goto(address)
    return opened


def do(page: Page, script: str, passphrase: str = PASSPHRASE):
    return in_page(page, MODULES + USE + script, passphrase)


def unlock(page: Page, passphrase: str = PASSPHRASE) -> str:
    return do(page, "return unlock(given, '/member/wrapped.json');", passphrase)


def unlocked(page: Page) -> str | None:
    return do(page, "return unlocked();")


def pass_minutes(page: Page, minutes: int) -> None:
    """Move the clock of all tabs; a timer that is due fires once, as when a machine wakes up."""
    page.clock.fast_forward(minutes * 60_000)
    page.wait_for_timeout(200)


def press(page: Page) -> None:
    """Use the page; a look at the clock then tells the other tabs."""
    page.keyboard.press("Shift")
    pass_minutes(page, 1)


def test_the_identity_stays_from_page_to_page_and_is_nowhere_in_the_clear(page: Page) -> None:
    assert unlocked(page) is None
    assert unlock(page) == IDENTITY
    page.reload()
    assert unlocked(page) == IDENTITY
    kept = do(page, KEPT)
    assert (kept["extractable"], kept["out"], kept["local"]) == (False, "InvalidAccessError", 0)
    assert "AGE-SECRET" not in kept["session"]
    assert PASSPHRASE not in kept["session"]


def test_a_wrong_passphrase_opens_and_keeps_nothing(page: Page) -> None:
    script = "return unlock(given, '/member/wrapped.json').then(() => 'opened', (error) => error.name);"
    assert do(page, script, "another lantern") == "Unverified"
    assert unlocked(page) is None
    assert page.evaluate("sessionStorage.length") == 0


def test_without_an_answer_there_is_no_key(page: Page) -> None:
    script = "return unlock(given, '/member/nowhere.json').then(() => 'opened', (error) => error.message);"
    assert do(page, script) == "no key"


def test_a_space_that_the_keyboard_added_makes_no_difference(page: Page) -> None:
    assert unlock(page, f" {PASSPHRASE} ") == IDENTITY


def test_a_lock_deletes_the_key_and_what_it_sealed(page: Page) -> None:
    unlock(page)
    do(page, "await lock();")
    assert page.evaluate("sessionStorage.length") == 0
    assert do(page, KEPT) is None


def test_use_keeps_it_open_and_fifteen_minutes_without_use_lock(page: Page) -> None:
    unlock(page)
    for _ in range(3):
        pass_minutes(page, 10)
        press(page)
    assert unlocked(page) == IDENTITY
    with page.expect_navigation():
        pass_minutes(page, 16)
    assert unlocked(page) is None


def test_after_a_machine_slept_the_first_key_pressed_does_not_count_as_use(page: Page) -> None:
    unlock(page)
    page.clock.set_system_time(page.evaluate("Date.now()") / 1000 + 8 * 3600)
    with page.expect_navigation():
        page.keyboard.press("Shift")
    assert unlocked(page) is None


def test_a_page_opened_after_fifteen_minutes_is_locked(page: Page, place: tuple[BrowserContext, str]) -> None:
    unlock(page)
    page.goto("about:blank")
    pass_minutes(page, 16)
    page.goto(place[1])
    assert unlocked(page) is None


def test_a_lock_in_one_tab_empties_the_others(page: Page, place: tuple[BrowserContext, str]) -> None:
    other = tab(place)
    assert (unlock(page), unlock(other)) == (IDENTITY, IDENTITY)
    do(other, "await lock();")
    with page.expect_navigation():
        pass_minutes(page, 1)
    assert unlocked(page) is None


def test_a_tab_whose_key_was_replaced_is_locked_and_leaves_the_new_one(
    page: Page, place: tuple[BrowserContext, str]
) -> None:
    other = tab(place)
    unlock(page)
    do(other, "await lock();")
    unlock(other)
    assert unlocked(page) is None
    assert unlocked(other) == IDENTITY


def test_a_tab_in_use_keeps_the_others_open(page: Page, place: tuple[BrowserContext, str]) -> None:
    other = tab(place)
    unlock(page), unlock(other)
    for _ in range(3):
        pass_minutes(page, 10)
        press(page)
    assert (unlocked(page), unlocked(other)) == (IDENTITY, IDENTITY)
