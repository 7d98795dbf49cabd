"""The page reads the updates that Python signs, and finds in them the tags of its own chains alone."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from amanat.receipt.chain import Chain, Fresh
from amanat.receipt.leaf import cover_leaf
from amanat.receipt.promise import promise_key_name
from amanat.receipt.referring import Referring
from amanat.receipt.updates import sign_updates, updates_of
from amanat.tlog.keys import ED25519, Signer
from browser.pages import STATIC, chromium, encoded, in_page, served

pytestmark = pytest.mark.browser
ORIGIN = "amanat.example/log"
SIGNER = Signer(promise_key_name(ORIGIN), ED25519, b"\x20" * 32)
NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
FRESH = Fresh(0, b"\0" * 32)
SCRIPT = """
const U = await import("/static/amanat/updates.js");
try {
  const updates = U.openUpdates(fromBase64(given.note), given.key);
  return [updates.first, updates.size, ...given.keys.map((key) => U.countKnown(updates, fromBase64(key)))];
} catch (error) { return refused(error); }
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def signed() -> tuple[bytes, Chain]:
    """A thread of two steps, a referral with two, one handed onward with one, among cover leaves."""
    chain = Chain()
    chain.seq, chain.previous = 1, b"\0" * 32
    leaves = [
        chain.event("message", "Invented.", by_reporter=True, now=NOW, fresh=FRESH).leaf for _ in range(2)
    ]
    referring = Referring(chain.keys.thread_key, number=1)
    onward = Referring(referring.keys.key)
    leaves += [referring.step(kind, now=NOW, fresh=FRESH).leaf for kind in ("delivered", "transferred")]
    leaves += [onward.step("delivered", now=NOW, fresh=FRESH).leaf]
    leaves += [cover_leaf() for _ in range(20)]
    return sign_updates(updates_of(ORIGIN, size=1000, leaves=leaves), SIGNER), chain


def test_the_words_alone_find_every_step_of_a_thread_and_its_referrals(page: Page) -> None:
    note, chain = signed()
    keys = [encoded(chain.keys.thread_key), encoded(Chain().keys.thread_key)]
    given = {"note": encoded(note), "key": str(SIGNER.verifier), "keys": keys}
    assert in_page(page, SCRIPT, given) == [975, 1000, 5, 0]


def test_updates_that_were_changed_or_are_signed_by_another_key_are_refused(page: Page) -> None:
    note, _chain = signed()
    other = Signer(SIGNER.name, ED25519, b"\x21" * 32)
    for wrong, key, wanted in (
        (note.replace(b"\n975\n", b"\n974\n"), SIGNER, "unverified"),
        (note.replace(b"\n975\n1000\n", b"\n976\n1001\n"), SIGNER, "unverified"),
        (note, other, "unverified"),
    ):
        given = {"note": encoded(wrong), "key": str(key.verifier), "keys": []}
        assert in_page(page, SCRIPT, given) == wanted, wanted
