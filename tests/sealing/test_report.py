"""A report is sealed to the intake recipients and opens for them only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.sealing.report import format_report, parse_report, seal_report
from amanat.sealing.unseal import open_report
from amanat.strict import canonical_json, encode_base64

KEY = encode_base64(b"k" * 32)
BODY = {
    "v": 1,
    "report_id": "00112233445566778899aabbccddeeff",
    "thread_key": KEY,
    "salt_0": KEY,
    "author_public": KEY,
    "header": {"v": 1},
    "payload": {"text": "An invented report. شکریہ"},
}


def _payload_size(sealed: bytes) -> int:
    # The age header is left out: it carries a stanza of random size on purpose.
    head, _, rest = sealed.partition(b"\n--- ")
    assert head.startswith(b"age-encryption.org/v1\n")
    return len(rest) - rest.index(b"\n") - 1


def test_every_recipient_opens_the_report_and_nobody_else(bilal, chandni, dan):
    sealed = seal_report(BODY, [bilal.recipient, chandni.recipient])
    assert open_report(sealed, bilal.identity) == BODY
    assert open_report(sealed, chandni.identity) == BODY
    with pytest.raises(Unverified):
        open_report(sealed, dan.identity)


def test_the_words_are_not_in_the_sealed_report(bilal):
    assert b"invented" not in seal_report(BODY, [bilal.recipient])


def test_short_reports_have_one_size(bilal):
    longer = {**BODY, "payload": {"text": "a" * 2000}}
    sizes = {_payload_size(seal_report(body, [bilal.recipient])) for body in (BODY, longer)}
    assert sizes == {16 + 4096 + 16}


@pytest.mark.parametrize("recipients", [[], ["age1"], ["ssh-ed25519 AAAA"], ["AGE1" + "Q" * 58], [""]])
def test_a_report_is_sealed_to_real_recipients_only(recipients):
    with pytest.raises(Malformed):
        seal_report(BODY, recipients)


def test_a_recipient_written_otherwise_is_refused(bilal):
    for text in (bilal.recipient + "\n", bilal.recipient.upper()):
        with pytest.raises(Malformed):
            seal_report(BODY, [text])


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"extra": 1},
        {"report_id": "00"},
        {"report_id": "0" * 31 + "A"},
        {"report_id": None},
        {"thread_key": "AAAA"},
        {"salt_0": KEY[:-1]},
        {"author_public": 7},
        {"header": []},
        {"payload": "text"},
    ],
)
def test_a_body_of_another_shape_is_refused(change):
    with pytest.raises(Malformed):
        format_report({**BODY, **change})
    with pytest.raises(Malformed):
        parse_report(canonical_json({**BODY, **change}))


@pytest.mark.parametrize("key", list(BODY))
def test_a_body_with_a_key_missing_is_refused(key):
    with pytest.raises(Malformed):
        format_report({name: value for name, value in BODY.items() if name != key})


@given(st.binary() | st.sampled_from([b"null", b"[]", b"{}", b'"v"']))
def test_any_bytes_are_a_report_or_malformed(data):
    try:
        body = parse_report(data)
    except Malformed:
        return
    assert format_report(body) == data


def test_a_body_reads_back():
    assert parse_report(format_report(BODY)) == BODY
