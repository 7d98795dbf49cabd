"""An opening shows exactly what its level shows, and reads back to the same bytes."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.receipt.leaf import make_leaf, statement_leaf
from amanat.receipt.opening import (
    Opening,
    challenge_message,
    check_opening,
    format_opening,
    open_leaf,
    parse_opening,
)
from amanat.strict import canonical_json, encode_base64, parse_json
from receipt_makers import AMNA, Making

FULL = parse_json(format_opening(Making(level=4).opening()))
VALUES = st.none() | st.booleans() | st.integers(-1, 6) | st.text() | st.lists(st.none()) | st.just({})


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_an_opening_reads_back_and_holds(level):
    opening = Making(level=level).opening()
    assert parse_opening(format_opening(opening)) == opening
    check_opening(opening)


@given(st.binary())
def test_any_bytes_are_an_opening_or_malformed(data):
    try:
        opening = parse_opening(data)
    except Malformed:
        return
    assert format_opening(opening) == data


@given(st.sampled_from(list(FULL)), VALUES, st.integers(1, 4))
def test_an_opening_with_one_member_changed_reads_back_or_is_malformed(name, value, level):
    data = canonical_json({**parse_json(format_opening(Making(level=level).opening())), name: value})
    try:
        opening = parse_opening(data)
    except Malformed:
        return
    assert format_opening(opening) == data


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_level_has_exactly_its_own_keys(level):
    value = parse_json(format_opening(Making(level=level).opening()))
    for name in FULL:
        other = (
            {key: item for key, item in value.items() if key != name}
            if name in value
            else {**value, name: FULL[name]}
        )
        with pytest.raises(Malformed):
            parse_opening(canonical_json(other))


def test_an_opening_never_shows_more_than_its_level():
    assert open_leaf(1, b"leaf", header="header", payload="words", salt=b"salt") == Opening(1, b"leaf")
    assert open_leaf(2, b"leaf", payload="words").payload is None


def test_a_public_statement_has_nothing_to_open():
    value = {**FULL, "leaf": encode_base64(statement_leaf("The log begins."))}
    with pytest.raises(Malformed, match="cannot be opened so far"):
        parse_opening(canonical_json(value))


def test_a_leaf_with_another_commitment_does_not_belong_to_its_opening():
    cover = Making().leaf()[:-32] + bytes(32)
    with pytest.raises(Unverified, match="commits to something else"):
        check_opening(dataclasses.replace(Making(level=2).opening(), leaf=cover))


def test_a_key_of_small_order_signs_nothing():
    # The neutral point "verifies" a signature of zeros in careless implementations.
    weak = dataclasses.replace(Making().opening().header, author_pk=b"\1" + bytes(31))
    making = Making(level=4)
    leaf = make_leaf(AMNA.thread_key, AMNA.salt_0, weak, making.payload)
    opening = dataclasses.replace(making.opening(), header=weak, leaf=leaf, signature=b"\1" + bytes(63))
    with pytest.raises(Unverified, match="sign nothing"):
        check_opening(opening)


def test_a_challenge_is_bound_to_its_leaf():
    assert challenge_message(b"one", "same") != challenge_message(b"other", "same")
    assert challenge_message(b"one", "same").startswith(b"amanat/challenge/v1\0")
