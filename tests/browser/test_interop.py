"""What one side seals the other opens: reports, grants, records, wrapped identities, and JSON of any text."""

import base64
import secrets
from collections.abc import Iterator
from typing import Any

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from amanat.cli.demonstration.wrapping import wrap_identity
from amanat.errors import Malformed
from amanat.receipt.chain import Chain, Fresh
from amanat.receipt.leaf import make_leaf, parse_header
from amanat.sealing.field import FieldAddress
from amanat.sealing.grant import Grant, seal_grant
from amanat.sealing.padding import unpad
from amanat.sealing.unseal import open_field, open_grant, open_report
from amanat.strict import canonical_json, decode_base64, parse_json
from amanat.tlog.hashing import EMPTY_ROOT
from browser.pages import STATIC, chromium, encoded, in_page, served
from browser.test_vectors import MODULES
from server.makers import ANSWERS, NOW

pytestmark = pytest.mark.browser
TEXT = "ایجاد شدہ 🙏 \u0000 “quoted”\n"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def ask(page: Page, script: str, argument: Any = None) -> Any:
    return in_page(page, MODULES + script, argument)


def test_a_report_made_in_the_page_is_opened_in_python_and_by_nobody_else(page: Page) -> None:
    reader, recovery = (pyrage.x25519.Identity.generate() for _ in range(2))
    script = """const { makeReport } = await import("/static/amanat/reporting.js");
    const { body, words } = await makeReport({ text: given.text }, given.intake);
    return { body, words };"""
    intake = {
        "recipients": [str(reader.to_public()), str(recovery.to_public())],
        "checkpoint": "",
        "policy": "quorum none\n",
    }
    made = ask(page, script, {"text": TEXT, "intake": intake})
    sealed = decode_base64(made["body"]["sealed"])
    body = open_report(sealed, str(reader))
    assert body == open_report(sealed, str(recovery))
    assert body["payload"]["text"] == TEXT
    header = parse_header(canonical_json(body["header"]))
    thread_key, salt_0 = decode_base64(body["thread_key"]), decode_base64(body["salt_0"])
    assert make_leaf(thread_key, salt_0, header, body["payload"]) == decode_base64(made["body"]["leaf"])
    address = FieldAddress(body["report_id"], "event", "record", "0", 0)
    record = parse_json(unpad(open_field(thread_key, address, decode_base64(made["body"]["record"]))))
    assert record == {"header": body["header"], "payload": body["payload"]}
    assert len(made["words"]) == 12


def test_a_report_made_in_python_is_opened_in_the_page(page: Page) -> None:
    reader, chain = pyrage.x25519.Identity.generate(), Chain()
    sealed, event = chain.report(
        ANSWERS | {"text": TEXT}, [str(reader.to_public())], now=NOW, fresh=Fresh(0, EMPTY_ROOT)
    )
    script = """const body = await S.openReport(fromBase64(given.sealed), given.identity);
    const key = fromBase64(body.thread_key);
    const record = await S.openRecord(key, body.report_id, 0, fromBase64(given.record));
    const wrong = await S.openReport(fromBase64(given.sealed), given.other).catch(refused);
    return [body.payload.text, record.payload.text, wrong];"""
    given_ = {"sealed": encoded(sealed), "record": encoded(event.record), "identity": str(reader)}
    given_["other"] = str(pyrage.x25519.Identity.generate())
    assert ask(page, script, given_) == [TEXT, TEXT, "unverified"]


def test_grants_pass_in_both_directions(page: Page) -> None:
    reader = pyrage.x25519.Identity.generate()
    grant = Grant("ab" * 16, secrets.token_bytes(32), secrets.token_bytes(32))
    script = """const grant = await S.openGrant(fromBase64(given.sealed), given.identity);
    return toBase64(await S.sealGrant(grant, given.recipient));"""
    told = {"sealed": encoded(seal_grant(grant, str(reader.to_public()))), "identity": str(reader)}
    again = ask(page, script, told | {"recipient": str(reader.to_public())})
    assert open_grant(decode_base64(again), str(reader)) == grant


def test_an_identity_wrapped_in_the_page_is_unwrapped_in_python(page: Page) -> None:
    script = """const { identity, recipient } = await S.newIdentity();
    return [identity, recipient, toBase64(await S.wrapIdentity(identity, given))];"""
    identity, recipient, wrapped = ask(page, script, "خاموش چراغ")
    assert str(pyrage.x25519.Identity.from_str(identity).to_public()) == recipient
    assert pyrage.passphrase.decrypt(decode_base64(wrapped), "خاموش چراغ").decode() == identity
    assert b"-> scrypt " in decode_base64(wrapped)
    assert b" 16\n" in decode_base64(wrapped)[:80]


def test_an_identity_wrapped_in_python_is_unwrapped_in_the_page_with_its_passphrase_only(page: Page) -> None:
    script = """return Promise.all(["quiet lantern", "quiet lanterns"].map(
      (passphrase) => S.unwrapIdentity(fromBase64(given), passphrase).catch(refused)));"""
    wrapped = wrap_identity("AGE-SECRET-KEY-1INVENTED", "quiet lantern")
    assert ask(page, script, encoded(wrapped)) == ["AGE-SECRET-KEY-1INVENTED", "unverified"]


@pytest.mark.parametrize("size", [0, 1, 100, 5000, 70_000])
def test_fields_pass_in_both_directions(page: Page, size: int) -> None:
    key, data = secrets.token_bytes(32), secrets.token_bytes(size)
    script = """const address = { caseId: "c", table: "ٹ", field: "f", rowId: "7", revision: 3 };
    return toBase64(await S.sealField(fromBase64(given[0]), address, fromBase64(given[1])));"""
    sealed = decode_base64(ask(page, script, [encoded(key), encoded(data)]))
    assert open_field(key, FieldAddress("c", "ٹ", "f", "7", 3), sealed) == data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON, min_size=30, max_size=60))
def test_both_write_any_json_as_the_same_bytes(page: Page, values: list[Any]) -> None:
    written = [canonical_json(value) for value in values]
    script = "return given.map((bytes) => toBase64(B.canonicalJson(B.parseJson(fromBase64(bytes)))));"
    assert ask(page, script, [encoded(data) for data in written]) == [encoded(data) for data in written]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON.map(canonical_json), min_size=30, max_size=60), st.randoms(use_true_random=False))
def test_both_refuse_the_same_damaged_json(page: Page, texts: list[bytes], random: Any) -> None:
    damaged = []
    for text in texts:
        at = random.randrange(len(text))
        damaged.append(text[:at] + bytes([random.choice(b'0-"\\,{}[]:.e \n\xff')]) + text[at + 1 :])
    script = "return given.map((bytes) => attempt(() => { B.parseJson(fromBase64(bytes)); return 'read'; }));"
    found = ask(page, script, [base64.b64encode(text).decode() for text in damaged])
    assert found == [_reads(text) for text in damaged]


def _reads(text: bytes) -> str:
    try:
        parse_json(text)
    except Malformed:
        return "malformed"
    return "read"


def test_a_lone_surrogate_is_never_written(page: Page) -> None:
    script = "return ['\\ud800', { '\\udc00': 1 }].map((value) => attempt(() => B.canonicalJson(value)));"
    assert ask(page, script) == ["malformed", "malformed"]
