"""A sealed field opens with its key at its own address, and nowhere else."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.sealing.field import OVERHEAD_BYTES, FieldAddress, seal_field
from amanat.sealing.unseal import open_field
from vector_files import vectors

KEY = b"k" * 32
ADDRESS = FieldAddress("00112233445566778899aabbccddeeff", "event", "record", "7", 0)


@given(st.binary(max_size=500))
def test_a_field_opens_at_its_address(plaintext):
    sealed = seal_field(KEY, ADDRESS, plaintext)
    assert len(sealed) == len(plaintext) + OVERHEAD_BYTES
    assert open_field(KEY, ADDRESS, sealed) == plaintext


def test_fields_agree_with_the_vectors():
    for row in vectors("fields"):
        address = FieldAddress(row["case_id"], row["table"], row["field"], row["row_id"], row["revision"])
        assert address.additional_data() == row["aad"]
        assert seal_field(row["key"], address, row["plaintext"], nonce=row["nonce"]) == row["sealed"]
        assert open_field(row["key"], address, row["sealed"]) == row["plaintext"]


@pytest.mark.parametrize(
    "change",
    [{"case_id": "f" * 32}, {"table": "note"}, {"field": "name"}, {"row_id": "8"}, {"revision": 1}],
    ids=lambda change: next(iter(change)),
)
def test_a_field_does_not_open_at_another_address(change):
    with pytest.raises(Unverified):
        open_field(KEY, dataclasses.replace(ADDRESS, **change), seal_field(KEY, ADDRESS, b"words"))


def test_parts_of_an_address_cannot_run_into_each_other():
    one = FieldAddress("a", "bc", "", "1", 0)
    other = FieldAddress("ab", "c", "", "1", 0)
    assert one.additional_data() != other.additional_data()


def test_a_field_does_not_open_with_another_key():
    with pytest.raises(Unverified):
        open_field(b"j" * 32, ADDRESS, seal_field(KEY, ADDRESS, b"words"))


@given(st.integers(0, OVERHEAD_BYTES + 4), st.integers(1, 255))
def test_a_field_with_one_byte_changed_does_not_open(position, change):
    sealed = bytearray(seal_field(KEY, ADDRESS, b"words"))
    sealed[position] ^= change
    with pytest.raises((Malformed, Unverified)):
        open_field(KEY, ADDRESS, bytes(sealed))


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_without_surprise(data):
    for blob in (data, b"amanat-field/v1" + data):
        with pytest.raises((Malformed, Unverified)):
            open_field(KEY, ADDRESS, blob)


def test_a_nonce_is_fresh_each_time_and_has_12_bytes():
    assert seal_field(KEY, ADDRESS, b"") != seal_field(KEY, ADDRESS, b"")
    with pytest.raises(ValueError):
        seal_field(KEY, ADDRESS, b"", nonce=b"1" * 11)
