"""Receipts and promises as the pages read them, in a real Chromium: the same answers as in Python."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from amanat.tlog.note import ED25519, Signer
from browser.pages import STATIC, chromium, encoded, in_page, served
from vector_files import vectors

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def test_every_receipt_of_the_vectors_gives_its_verdict(page: Page):
    cases = vectors("receipts")
    rows = [[encoded(case["receipt"]), cases["policies"][case["policy"]]] for case in cases["verified"]]
    found = in_page(
        page,
        "return Promise.all(given.map(([bytes, policy]) => verifyReceipt(fromBase64(bytes), policy)));",
        rows,
    )
    for case, verdict in zip(cases["verified"], found, strict=True):
        assert verdict == case["verdict"], case["name"]


def test_every_refused_receipt_is_refused_with_the_class_of_the_vectors(page: Page):
    cases = vectors("receipts")
    rows = [
        [encoded(case["receipt"]), cases["policies"][case["policy"]], case["challenge"]]
        for case in cases["refused"]
    ]
    script = """return Promise.all(given.map(([bytes, policy, challenge]) =>
      verifyReceipt(fromBase64(bytes), policy, challenge).catch(refused)));"""
    for case, answer in zip(cases["refused"], in_page(page, script, rows), strict=True):
        assert answer == case["error"], case["name"]


def test_a_receipt_is_written_as_it_was_read(page: Page):
    case = next(case for case in vectors("receipts")["verified"] if case["name"] == "level 4")
    script = """const text = new TextDecoder().decode(fromBase64(given));
    const [head] = text.split("\\n\\n");
    const [, extra, index, ...hashes] = head.split("\\n");
    const opening = JSON.parse(new TextDecoder().decode(fromBase64(extra.slice(6))));
    const checkpoint = fromBase64(given).subarray(new TextEncoder().encode(head).length + 2);
    const path = hashes.map((hash) => fromBase64(hash));
    return toBase64(formatReceipt({ opening, index: Number(index.slice(6)), hashes: path, checkpoint }));"""
    assert in_page(page, script, encoded(case["receipt"])) == encoded(case["receipt"])


def test_the_promises_of_the_vectors_are_opened_and_changed_ones_are_not(page: Page):
    script = """return given.map(([note, vkey]) => {
      try {
        const promise = log.openPromise(fromBase64(note), vkey);
        return { vkey, origin: promise.origin, leaf_hash: toBase64(promise.leafHash),
          accepted: formatTime(new Date(promise.accepted)), max_delay_seconds: promise.maxDelaySeconds };
      } catch (error) { return refused(error); }
    });"""
    for case in vectors("promises"):
        told = case["promise"]
        note, vkey = case["note"], told["vkey"]
        later = note.replace(b":00Z\n", b":01Z\n")
        rows = [[encoded(data), key] for data, key in [(note, vkey), (later, vkey), (note[1:], vkey)]]
        rows.append([encoded(note), str(Signer("another.example/promise", ED25519, bytes(32)).verifier)])
        assert in_page(page, script, rows) == [told, "unverified", "malformed", "malformed"]
