"""Receipts and promises as the pages read them, in a real Chromium: the same answers as in Python."""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from agreement.post_quantum import MIXED, good_text, line, with_lines
from amanat.receipt.verify import verify_receipt
from amanat.tlog.note import ED25519, Signer
from amanat.tlog.policy import parse_policy
from browser.pages import STATIC, chromium, encoded, in_page, served
from receipt_makers import policy_text
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


def test_the_cosignatures_of_the_vectors_hold_and_those_that_should_not_do_not(page: Page):
    found = vectors("cosignatures")
    rows = [[row["vkey"], row["text"], row["line"]] for row in (*found["accepted"], *found["refused"])]
    script = """const { checkCosignature } = await import("/static/amanat/cosignature.js");
    const { loadMldsa } = await import("/static/amanat/mldsa.js");
    await loadMldsa();
    return given.map(([vkey, text, line]) => {
      const verifier = log.parseVerifier(vkey);
      const [signature] = log.parseNote(new TextEncoder().encode(`${text}\\n${line}\\n`)).signatures;
      try {
        const checkpoint = log.parseCheckpoint(text);
        return Number(checkCosignature({ text, checkpoint, line: signature, verifier }));
      } catch (error) { return refused(error); }
    });"""
    expected = [row["time"] for row in found["accepted"]] + [row["error"] for row in found["refused"]]
    assert in_page(page, script, rows) == expected


def test_ml_dsa_is_fetched_only_for_a_policy_that_names_such_a_key(page: Page):
    cases = vectors("receipts")
    row = next(case for case in cases["verified"] if case["policy"] == "one with ML-DSA")
    opened = page.context.browser.new_page()
    fetched: list[str] = []
    opened.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    opened.goto(page.url)
    for policy, is_fetched in (("no quorum", False), ("one with ML-DSA", True)):
        arguments = [encoded(row["receipt"]), cases["policies"][policy]]
        script = "const [bytes, policy] = given; return verifyReceipt(fromBase64(bytes), policy);"
        assert in_page(opened, script, arguments)["level"] == 3
        assert ("mldsa.mjs" in fetched) is is_fetched
    opened.close()


def test_an_ml_dsa_line_that_could_not_be_checked_is_never_taken_for_one_that_holds(page: Page):
    cases = vectors("receipts")
    row = next(case for case in cases["verified"] if case["policy"] == "one with ML-DSA")
    opened = page.context.browser.new_page()
    opened.route("**/mldsa.mjs", lambda route: route.abort())
    opened.goto(page.url)
    script = """const [bytes, policy] = given;
    return verifyReceipt(fromBase64(bytes), policy).then(() => "holds", (error) => error.name);"""
    assert in_page(opened, script, [encoded(row["receipt"]), cases["policies"][row["policy"]]]) == "TypeError"
    opened.close()


def test_paper_leaves_out_ml_dsa_lines_as_long_as_the_others_make_the_quorum(page: Page):
    whole = with_lines(*(line(good_text(), number) for number in (1, 3, 4)))
    script = """const { forPaper } = await import("/static/amanat/sheet.js");
    const whole = { witnesses: "whole", inLogBy: 1 };
    const { receipt, facts } = await forPaper(fromBase64(given[0]), given[1], whole);
    return [toBase64(receipt), facts];"""
    two, all_three = (policy_text(witnesses=MIXED, threshold=number) for number in (2, 3))
    shown, facts = in_page(page, script, [encoded(whole), two])
    short = base64.b64decode(shown)
    assert len(short) < 2900 < len(whole)
    verdict = verify_receipt(short, parse_policy(two))
    assert facts["witnesses"] == list(verdict.witnesses)
    assert len(verdict.witnesses) == 2
    assert facts["inLogBy"] == int(verdict.in_log_by.timestamp()) * 1000
    # What would prove less without them stays as it is, and so does what has none.
    assert in_page(page, script, [encoded(whole), all_three])[0] == encoded(whole)
    assert in_page(page, script, [shown, two]) == [shown, {"witnesses": "whole", "inLogBy": 1}]
