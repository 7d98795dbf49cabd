"""What Python refuses the page refuses too, with the same kind of error: codecs, keys, identities."""

from collections.abc import Callable, Iterator
from typing import Any

import pyrage
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from amanat.errors import Malformed, Unverified
from amanat.sealing.envelope import seal
from amanat.sealing.grant import Grant
from amanat.sealing.unseal import open_grant
from amanat.sealing.words import from_words
from amanat.strict import decode_base64, decode_hex, parse_time
from browser.pages import STATIC, chromium, encoded, in_page, served
from browser.test_vectors import MODULES

pytestmark = pytest.mark.browser
TIMES = st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]Z?\n?", fullmatch=True)
EDGES = ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2016-12-31T23:59:60Z"]
EDGES += ["2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z"]
EDGES += ["٢٠٢٦-01-01T00:00:00Z", "2026-01-01T00:00:00z", "2026-1-01T00:00:00Z", "+002026-01-01T00:00:00Z"]
WORDS = st.lists(
    st.sampled_from(["abandon", "ABOUT", "zoo", "Kit", "\u212ait", "İce", "x"]), min_size=11, max_size=13
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def ask(page: Page, script: str, argument: Any = None) -> Any:
    return in_page(page, MODULES + script, argument)


def answer(read: Callable[[], Any]) -> Any:
    """What Python reads, or the kind of its refusal."""
    try:
        return read()
    except (Malformed, Unverified) as error:
        return type(error).__name__.lower()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("AQgw/+=-_ \nÀ", max_size=9), min_size=50, max_size=100))
def test_both_read_the_same_base64(page: Page, texts: list[str]) -> None:
    wanted = [answer(lambda text=text: encoded(decode_base64(text))) for text in texts]
    assert (
        ask(page, "return given.map((text) => attempt(() => toBase64(fromBase64(text))));", texts) == wanted
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("09afAFg \n٣", max_size=6), min_size=50, max_size=100))
def test_both_read_the_same_hex(page: Page, texts: list[str]) -> None:
    wanted = [answer(lambda text=text: decode_hex(text).hex()) for text in texts]
    assert ask(page, "return given.map((text) => attempt(() => B.toHex(B.fromHex(text))));", texts) == wanted


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TIMES | st.sampled_from(EDGES), min_size=50, max_size=100))
def test_both_read_the_same_times(page: Page, texts: list[str]) -> None:
    wanted = [answer(lambda text=text: int(parse_time(text).timestamp()) * 1000) for text in [*texts, *EDGES]]
    script = "return given.map((text) => attempt(() => B.parseTime(text)));"
    assert ask(page, script, [*texts, *EDGES]) == wanted


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS.map(" ".join), min_size=20, max_size=40))
def test_both_refuse_the_same_words_at_the_same_place(page: Page, texts: list[str]) -> None:
    script = """return given.map((text) => { try { return toBase64(W.fromWords(text)); }
      catch (error) { return refused(error) && error.where; } });"""
    assert ask(page, script, texts) == [_words(text) for text in texts]


def _words(text: str) -> str | None:
    try:
        return encoded(from_words(text))
    except Malformed as error:
        return error.where


@pytest.mark.parametrize("identity", ["", "AGE-SECRET-KEY-1INVENTED", "age1", "AGE-SECRET-KEY-PQ-1QQQQ"])
def test_what_is_no_identity_is_malformed(page: Page, identity: str) -> None:
    sealed = seal(b"{}", [str(pyrage.x25519.Identity.generate().to_public())])
    script = "return S.openGrant(fromBase64(given[0]), given[1]).catch(refused);"
    assert answer(lambda: open_grant(sealed, identity)) == "malformed"
    assert ask(page, script, [encoded(sealed), identity]) == "malformed"


def test_nothing_is_sealed_to_what_is_no_recipient(page: Page) -> None:
    good = str(pyrage.x25519.Identity.generate().to_public())
    # Of another type, of another length, with a wrong checksum, in capitals, and no text at all.
    bad: list[Any] = [
        "",
        "age1pq1" + "q" * 60,
        good[:-1],
        good[:-1] + "b",
        good.upper(),
        f"{good}\n",
        None,
        {},
    ]
    script = """const grant = { caseId: "ab".repeat(16), fileKey: B.random(32), threadKey: B.random(32) };
    return Promise.all(given.map((to) => S.sealGrant(grant, to).then(() => "sealed", refused)));"""
    assert ask(page, script, [good, *bad]) == ["sealed", *["malformed"] * len(bad)]
    assert {answer(lambda text=text: seal(b"", [text])) for text in bad if isinstance(text, str)} == {
        "malformed"
    }


@pytest.mark.parametrize(("file_key", "thread_key"), [(31, 32), (32, 33), (0, 0)])
def test_a_grant_of_keys_of_another_length_is_never_sealed(
    page: Page, file_key: int, thread_key: int
) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    script = """const [fileKey, threadKey] = given.lengths.map(B.random);
    return S.sealGrant({ caseId: "ab".repeat(16), fileKey, threadKey }, given.recipient).catch(refused);"""
    assert answer(lambda: Grant("ab" * 16, bytes(file_key), bytes(thread_key))) == "malformed"
    assert ask(page, script, {"lengths": [file_key, thread_key], "recipient": recipient}) == "malformed"


def test_without_web_cryptography_a_field_says_that_the_page_needs_https(page: Page) -> None:
    script = """Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
    const address = S.eventAddress("ab".repeat(16), 0);
    try {
      const sealed = B.concat(B.utf8("amanat-field/v1"), B.random(28));
      const key = B.random(32);
      const acts = [S.sealField(key, address, B.random(1)), S.openField(key, address, sealed)];
      return await Promise.all(acts.map((act) => act.catch((error) => [refused(error), error.what])));
    } finally { delete crypto.subtle; }"""
    assert ask(page, script) == [["unverified", "this page needs HTTPS"]] * 2


@pytest.mark.parametrize("number", [-1, 2**32, 1.5])
def test_a_number_that_does_not_fit_32_bits_is_not_cut_down(page: Page, number: float) -> None:
    assert ask(page, "return attempt(() => toBase64(B.u32be(given)));", number) == "malformed"
    assert ask(page, "return attempt(() => toBase64(B.u32be(given)));", 2**32 - 1) == encoded(b"\xff" * 4)
