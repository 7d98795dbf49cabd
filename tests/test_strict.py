"""The law of every codec: any text gives a value that formats back to the same text, or `Malformed`."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amanat import strict
from amanat.errors import Malformed

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.text() | st.from_regex(r"\A[-+]?[0-9_]{1,20}\n?\Z"))
@example("0")
@example(str(2**63 - 1))
def test_a_decimal_reads_back_or_is_malformed(text):
    try:
        number = strict.parse_decimal(text)
    except Malformed:
        return
    assert str(number) == text
    assert number <= strict.MAX_DECIMAL


@pytest.mark.parametrize(
    "text", ["", "-5", "+7", "0_9", "٣", "01", "1 ", " 1", "1\n", "1e3", str(2**63), "9" * 5000]
)
def test_sizes_that_other_parsers_accept_are_refused(text):
    with pytest.raises(Malformed):
        strict.parse_decimal(text)


def test_a_decimal_may_have_a_lower_maximum():
    assert strict.parse_decimal("7", maximum=7) == 7
    with pytest.raises(Malformed):
        strict.parse_decimal("8", maximum=7)


@given(st.binary())
def test_base64_reads_what_it_writes(data):
    assert strict.decode_base64(strict.encode_base64(data), length=len(data)) == data


@given(st.text() | st.text(alphabet="AQgw/+=\n -_"))
def test_base64_reads_back_or_is_malformed(text):
    try:
        data = strict.decode_base64(text)
    except Malformed:
        return
    assert strict.encode_base64(data) == text


@pytest.mark.parametrize("text", ["AB==", "AA=", "AA", "AA==\n", "A A==", "AA==AA==", "_-8=", "é", "===="])
def test_base64_that_is_not_canonical_is_refused(text):
    with pytest.raises(Malformed):
        strict.decode_base64(text)


@given(st.text() | st.text(alphabet="0123456789abcdefABCDEF \n"))
def test_hex_reads_back_or_is_malformed(text):
    try:
        data = strict.decode_hex(text)
    except Malformed:
        return
    assert data.hex() == text


@pytest.mark.parametrize("decode", [strict.decode_base64, strict.decode_hex])
def test_a_wrong_length_is_refused(decode):
    with pytest.raises(Malformed, match="bytes where 3 are needed"):
        decode("abcd", length=3) if decode is strict.decode_hex else decode("abc=", length=3)


@given(st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)))
@example(datetime(1, 1, 1, tzinfo=UTC))
def test_a_time_reads_what_it_writes(moment):
    assert strict.parse_time(strict.format_time(moment)) == moment


@given(
    st.text()
    | st.from_regex(r"\A\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d:[0-6]\dZ\n?\Z")
    | st.from_regex(r"\A\d{4}-\d{2}-\d{2}[ Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|\+00:00)\Z")
)
@example("2016-12-31T23:59:60Z")
@example("0000-01-01T00:00:00Z")
@example("2026-02-30T00:00:00Z")
def test_a_time_reads_back_or_is_malformed(text):
    try:
        moment = strict.parse_time(text)
    except Malformed:
        return
    assert strict.format_time(moment) == text


def test_a_leap_second_and_a_day_that_never_was_are_refused():
    for text in ("2016-12-31T23:59:60Z", "2025-02-29T00:00:00Z", "2026-01-01T24:00:00Z"):
        with pytest.raises(Malformed, match="no such moment"):
            strict.parse_time(text)


def test_a_time_is_written_in_utc_and_never_from_a_naive_datetime():
    karachi = timezone(timedelta(hours=5))
    assert strict.format_time(datetime(2026, 1, 2, 8, 0, tzinfo=karachi)) == "2026-01-02T03:00:00Z"
    with pytest.raises(ValueError):
        strict.format_time(datetime(2026, 1, 2))  # noqa: DTZ001


def test_length_prefixes_keep_neighbours_apart():
    assert strict.length_prefixed(b"ab") == b"\0\0\0\2ab"
    assert strict.length_prefixed(b"a") + strict.length_prefixed(b"b") != strict.length_prefixed(
        b"ab"
    ) + strict.length_prefixed(b"")


@given(JSON_VALUES)
def test_json_reads_what_it_writes(value):
    assert strict.parse_json(strict.canonical_json(value)) == value


@given(st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
@example(b'{"a":1,"a":1}')
@example(b"-0")
@example(b"1.0")
@example(b"1e2")
@example(b"NaN")
@example(b"\xef\xbb\xbf1")
@example(b'"\\ud800"')
@example(b'"\\u0041"')
@example(b'"\\/"')
@example(b"9007199254740992")
@example(b"9" * 5000)
@example(b"[" * 100_000)
@example(b'{"b":1,"a":2}')
@example(b" 1")
@example(b"1\n")
def test_json_reads_back_or_is_malformed(data):
    try:
        value = strict.parse_json(data)
    except Malformed:
        return
    assert strict.canonical_json(value) == data


def test_json_keys_are_sorted_by_utf16_units_as_rfc_8785_says():
    assert strict.canonical_json({"\ufb33": 1, "\U0001f600": 2, "\r": 3, "€": 4}) == (
        '{"\\r":3,"€":4,"\U0001f600":2,"\ufb33":1}'.encode()
    )


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), [0.0], {"a": {"b": 1.0}}, 2**53, b"", {1: 2}, "\ud800", {"\ud800": 1}]
)
def test_what_is_not_plain_json_is_refused(value):
    with pytest.raises(Malformed):
        strict.canonical_json(value)


def test_json_is_32_levels_deep_at_most():
    assert strict.parse_json(b"[" * 32 + b"]" * 32)
    with pytest.raises(Malformed):
        strict.parse_json(b"[" * 33 + b"]" * 33)
    with pytest.raises(Malformed):
        strict.parse_json(b'{"":' * 33 + b"1" + b"}" * 33)


def test_true_is_not_one():
    assert strict.parse_json(b"true") is True
    assert strict.canonical_json([True, 1]) == b"[true,1]"
