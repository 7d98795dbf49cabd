"""The shared vectors hold the page's modules to the same bytes as Python, in a real Chromium."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.pages import STATIC, chromium, encoded, in_page, served
from vector_files import FOLDER, vectors

pytestmark = pytest.mark.browser
MODULES = """
const B = await import("/static/amanat/bytes.js");
const W = await import("/static/amanat/words.js");
const K = await import("/static/amanat/keys.js");
const L = await import("/static/amanat/leaf.js");
const S = await import("/static/amanat/seal.js");
const attempt = (act) => { try { return act(); } catch (error) { return refused(error); } };
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def ask(page: Page, script: str, argument: Any) -> Any:
    return in_page(page, MODULES + script, argument)


def raw(name: str) -> Any:
    """The vectors as they stand in the file, base64 and all."""
    return json.loads((Path(FOLDER) / f"{name}.json").read_text(encoding="ascii"))


def test_words(page: Page) -> None:
    cases = raw("words")
    script = "return given.map((secret) => W.toWords(fromBase64(secret)).join(' '));"
    assert ask(page, script, [case["secret"] for case in cases["valid"]]) == [
        case["words"] for case in cases["valid"]
    ]
    script = "return given.map((text) => toBase64(W.fromWords(text)));"
    read = [case["words"] for case in cases["valid"]] + [case["text"] for case in cases["forgiven"]]
    secrets = [case["secret"] for key in ("valid", "forgiven") for case in cases[key]]
    assert ask(page, script, read) == secrets


def test_refused_words_are_refused_for_the_same_reason(page: Page) -> None:
    script = """return given.map((text) => { try { W.fromWords(text); return null; } catch (error) {
      const [, number] = /^word (\\d+)$/.exec(error.where) ?? [];
      return number ? ["word", Number(number)] : [error.what === "checksum" ? "checksum" : "count", null];
    }});"""
    cases = raw("words")["refused"]
    wanted = [[case["what"], case.get("word")] for case in cases]
    assert ask(page, script, [case["text"] for case in cases]) == wanted


@pytest.mark.parametrize(
    "space", [*"\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff\u200b"]
)
def test_both_take_the_same_characters_for_white_space(page: Page, space: str) -> None:
    from amanat.errors import Malformed
    from amanat.sealing.words import from_words

    text = space.join(["abandon"] * 11 + ["about"])
    try:
        wanted = encoded(from_words(text))
    except Malformed:
        wanted = "malformed"
    assert ask(page, "return attempt(() => toBase64(W.fromWords(given)));", text) == wanted


def test_keys(page: Page) -> None:
    script = """return given.map(({ secret }) => {
      const keys = K.derive(fromBase64(secret));
      return { thread_key: keys.threadKey, salt_0: keys.salt0, author_seed: keys.authorSeed,
        author_public: keys.authorPublic, locator: keys.locator, locator_hash: K.locatorHash(keys.locator) };
    }).map((keys) => Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, toBase64(key)])));"""
    cases = raw("keys")
    for case, found in zip(cases, ask(page, script, cases), strict=True):
        assert found == {name: case[name] for name in found}


def test_tags_and_salts(page: Page) -> None:
    script = """return given.map(({ thread_key, salt_0, seq }) => [
      toBase64(L.tag(fromBase64(thread_key), seq)),
      toBase64(L.salt(fromBase64(thread_key), fromBase64(salt_0), seq))]);"""
    cases = raw("tags")
    assert ask(page, script, cases) == [[case["tag"], case["salt"]] for case in cases]


def test_leaves_and_their_commitments(page: Page) -> None:
    script = """return given.map(({ thread_key, salt_0, header, payload }) => {
      const [threadKey, salt0] = [fromBase64(thread_key), fromBase64(salt_0)];
      const leaf = L.makeLeaf({ threadKey, salt0, header, payload });
      return [B.canonicalJson(header), L.payloadDigest(payload), leaf, L.leafHash(leaf)].map(toBase64);
    });"""
    cases = raw("commitments")["leaves"]
    names = ("header_bytes", "payload_digest", "leaf", "leaf_hash")
    assert ask(page, script, cases) == [[case[name] for name in names] for case in cases]


def test_work(page: Page) -> None:
    script = """const { findWork, zeroBits } = await import("/static/amanat/work.js");
    const rows = given.map(async (row) => {
      const leaf = fromBase64(row.leaf);
      const attempts = row.attempts.map(({ number }) => (
        { number, zero_bits: zeroBits(row.challenge, leaf, number) }));
      const found = row.found.map(async ({ bits }) => (
        { bits, number: await findWork(row.challenge, leaf, bits) }));
      return { ...row, attempts, found: await Promise.all(found) };
    });
    return Promise.all(rows);"""
    assert ask(page, script, raw("work")) == raw("work")


def test_headers(page: Page) -> None:
    cases = raw("headers")
    script = """return given.map((text) => attempt(() => {
      const value = L.checkHeader(B.parseJson(B.utf8(text)));
      return B.fromUtf8(B.canonicalJson(value));
    }));"""
    assert ask(page, script, cases["accepted"]) == cases["accepted"]
    assert set(ask(page, script, cases["refused"])) == {"malformed"}


def test_json(page: Page) -> None:
    cases = raw("json")
    script = (
        "return given.map((text) => attempt(() => B.fromUtf8(B.canonicalJson(B.parseJson(B.utf8(text))))));"
    )
    assert ask(page, script, cases["accepted"]) == cases["accepted"]
    assert set(ask(page, script, cases["refused"])) == {"malformed"}
    script = "return given.map((bytes) => attempt(() => B.parseJson(fromBase64(bytes))));"
    assert set(ask(page, script, cases["refused_bytes"])) == {"malformed"}


def test_padding(page: Page) -> None:
    cases = raw("padding")
    script = """const pattern = (length) => Uint8Array.from({ length }, (_, at) => at % 251);
    return given.map(({ length }) => attempt(() => {
      const padded = B.pad(pattern(length));
      return [padded.length, toBase64(B.sha256(padded)), B.equal(B.unpad(padded), pattern(length))];
    }));"""
    wanted = [[case["size"], case["sha256"], True] for case in cases["padded"]]
    assert ask(page, script, cases["padded"]) == wanted
    assert ask(page, script, [{"length": cases["too_long"]}]) == ["malformed"]
    script = """return given.map(({ head, size }) => attempt(() => {
      const bytes = new Uint8Array(size);
      bytes.set(fromBase64(head).subarray(0, size));
      return B.unpad(bytes);
    }));"""
    assert set(ask(page, script, cases["refused"])) == {"malformed"}


def test_sealed_fields_are_opened_and_only_at_their_address(page: Page) -> None:
    script = """const answers = [];
    for (const { key, case_id, table, field, row_id, revision, sealed } of given) {
      const address = { caseId: case_id, table, field, rowId: row_id, revision };
      const open = (where) => S.openField(fromBase64(key), where, fromBase64(sealed)).then(toBase64, refused);
      answers.push(await open(address));
      const others = [{ revision: revision + 1 }, { rowId: `${row_id}x` }, { table: "x" }, { caseId: "x" }];
      for (const other of others) {
        answers.push(await open({ ...address, ...other }));
      }
    }
    return answers;"""
    cases = raw("fields")
    wanted = [answer for case in cases for answer in [case["plaintext"], *["unverified"] * 4]]
    assert ask(page, script, cases) == wanted


def test_the_vendored_bundle_is_the_one_that_is_written_down() -> None:
    bundle = (STATIC / "vendor" / "sealing.mjs").read_bytes()
    assert hashlib.sha256(bundle).hexdigest() in (STATIC / "vendor" / "VENDORED.md").read_text()
    assert vectors("keys")


REFERRALS = """
const R = await import("/static/amanat/referral.js");
const held = async (act) => { try { return await act(); } catch (error) { return refused(error); } };
"""


def test_the_letters_ids_and_keys_of_referrals(page: Page) -> None:
    script = """return [
      given.letters.map(({ secret }) => R.letterKeys(fromBase64(secret)))
        .map(({ locator, packageKey }) => [toBase64(locator), toBase64(packageKey)]),
      given.ids.map(({ parent_key, number }) => R.referralId(fromBase64(parent_key), number)),
      given.keys.map(({ parent_key, referral }) => R.referralKeys(fromBase64(parent_key), referral))
        .map(({ key, salt0 }) => [toBase64(key), toBase64(salt0)])];"""
    cases = raw("referrals")
    assert ask(page, REFERRALS + script, cases) == [
        [[case["locator"], case["package_key"]] for case in cases["letters"]],
        [case["referral"] for case in cases["ids"]],
        [[case["ref_key"], case["salt_0"]] for case in cases["keys"]],
    ]


def test_a_package_opens_for_its_letter_and_its_referral_alone(page: Page) -> None:
    script = """const { secret, referral, sealed } = given;
    const keyOf = (letter) => R.letterKeys(letter).packageKey;
    const open = (letter, id) => held(() => R.openPackage(keyOf(letter), id, fromBase64(sealed)));
    const opened = await open(fromBase64(secret), referral);
    const again = await R.sealPackage(keyOf(fromBase64(secret)), opened);
    const changes = [{ v: 2 }, { chosen: [["x"]] }, { law: 1 }, { more: "" }];
    const wrong = [...changes.map((change) => ({ ...opened, ...change })), null];
    return [opened, again.length === fromBase64(sealed).length, await open(new Uint8Array(16), referral),
      await open(fromBase64(secret), "00".repeat(16)),
      ...await Promise.all(wrong.map((value) => held(async () => R.checkPackage(value))))];"""
    case = raw("referrals")["packages"][0]
    refused = ["unverified"] * 2 + ["malformed"] * 5
    assert ask(page, REFERRALS + script, case) == [case["package"], True, *refused]


def test_the_steps_of_a_referral(page: Page) -> None:
    script = """const answers = [];
    for (const { parent_key, referral, seed, header, payload } of given) {
      const keys = R.referralKeys(fromBase64(parent_key), referral);
      const { key: _key, signature: _signature, ...unsigned } = payload;
      const signed = R.signPayload(fromBase64(seed), header, unsigned);
      const step = await R.makeStep(keys, referral, header, signed);
      const head = await R.openHead(keys, referral, header.seq, step.head);
      const opened = await R.openBody(keys, referral, header.seq, step.body, head);
      const other = { ...head, payload_digest: toBase64(new Uint8Array(32)) };
      const bytes = [step.leaf, R.leafOfHead(keys, head), R.checkSigned(header, opened)];
      answers.push([opened, ...bytes.map(toBase64),
        await held(async () => R.checkSigned(header, { ...opened, text: "another" })),
        await held(async () => R.checkSigned(header, unsigned)),
        await held(() => R.openBody(keys, referral, header.seq, step.body, other)),
        await held(() => R.openHead(keys, referral, header.seq + 1, step.head))]);
    }
    return answers;"""
    cases = raw("referrals")["steps"]
    refused = ["unverified", "malformed", "unverified", "unverified"]
    assert ask(page, REFERRALS + script, cases) == [
        [case["payload"], case["leaf"], case["leaf"], case["payload"]["key"], *refused] for case in cases
    ]
