"""A header reads back to the same bytes, and a header of another shape is refused."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.receipt.header import (
    KINDS,
    Header,
    format_header,
    header_from_object,
    header_to_object,
    parse_header,
)
from amanat.strict import canonical_json
from receipt_makers import header
from vector_files import vectors

HASHES = st.binary(min_size=32, max_size=32)
TIMES = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0))
EVENTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "claimed_time": TIMES,
        "fresh_size": st.integers(0, 2**53 - 1),
        "fresh_root": HASHES,
        "due_time": st.none() | TIMES,
        "counterparty": st.none() | st.text(min_size=1),
    }
)
HEADERS = st.builds(
    lambda event, key: Header(seq=0, prev_leaf_hash=None, author_pk=key, **event), EVENTS, HASHES
)
HEADERS |= st.builds(
    lambda event, seq, previous: Header(seq=seq, prev_leaf_hash=previous, **event),
    EVENTS,
    st.integers(1, 2**32 - 1),
    HASHES,
)


@given(HEADERS)
def test_a_header_reads_what_it_writes(value):
    assert parse_header(format_header(value)) == value
    assert header_from_object(header_to_object(value)) == value


@given(
    st.binary()
    | st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=3).map(repr).map(str.encode)
)
def test_any_bytes_are_a_header_or_malformed(data):
    try:
        value = parse_header(data)
    except Malformed:
        return
    assert format_header(value) == data


@given(
    st.sampled_from([*header_to_object(header(0)), "due_time", "counterparty", "seq"]),
    st.none() | st.booleans() | st.integers(-2, 2**33) | st.text() | st.lists(st.none()) | st.just({}),
    st.integers(0, 1),
)
def test_a_header_with_one_member_changed_reads_back_or_is_malformed(name, value, seq):
    data = canonical_json({**header_to_object(header(seq)), name: value})
    try:
        read = parse_header(data)
    except Malformed:
        return
    assert format_header(read) == data


@pytest.mark.parametrize("text", vectors("headers")["accepted"])
def test_headers_of_the_vectors_are_accepted(text):
    assert format_header(parse_header(text.encode())) == text.encode()


@pytest.mark.parametrize("text", vectors("headers")["refused"])
def test_headers_of_the_vectors_are_refused(text):
    with pytest.raises(Malformed):
        parse_header(text.encode())


def test_only_the_first_event_names_the_author_and_only_later_ones_a_previous_leaf():
    for change in ({"author_pk": None}, {"prev_leaf_hash": bytes(32)}, {"seq": 1}):
        with pytest.raises(Malformed):
            dataclasses.replace(header(0), **change)


def test_all_kinds_of_the_protocol_are_known():
    assert len(set(KINDS)) == len(KINDS) == 17
    assert {"received", "acknowledged", "message", "closed", "content_erased"} <= set(KINDS)


def test_times_are_written_in_utc_with_whole_seconds():
    value = dataclasses.replace(header(0), claimed_time=datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC))
    assert b'"claimed_time":"2026-01-02T03:04:05Z"' in format_header(value)
