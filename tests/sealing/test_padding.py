"""Padding hides a length in one of four sizes, and reads back only what it wrote."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.sealing.padding import BUCKETS, pad, unpad
from vector_files import vectors


@given(st.binary(max_size=6000))
def test_padding_reads_back(data):
    padded = pad(data)
    assert len(padded) in BUCKETS
    assert unpad(padded) == data


@given(st.binary(max_size=64), st.sampled_from([*BUCKETS, 0, 100, 4095]))
def test_any_bytes_are_padding_or_malformed(head, size):
    padded = head.ljust(size, b"\0")
    try:
        data = unpad(padded)
    except Malformed:
        return
    assert pad(data) == padded


def test_padding_agrees_with_the_vectors():
    for row in vectors("padding")["padded"]:
        data = bytes(index % 251 for index in range(row["length"]))
        padded = pad(data)
        assert len(padded) == row["size"]
        assert hashlib.sha256(padded).digest() == row["sha256"]
        assert unpad(padded) == data


def test_padding_that_was_tampered_with_is_refused():
    for row in vectors("padding")["refused"]:
        with pytest.raises(Malformed):
            unpad(row["head"].ljust(row["size"], b"\0"))


def test_a_byte_at_the_very_end_is_noticed():
    with pytest.raises(Malformed, match="zeros"):
        unpad(pad(b"a")[:-1] + b"\1")


def test_more_than_the_largest_bucket_is_refused():
    assert len(pad(b"a" * 262140)) == 262144
    with pytest.raises(Malformed, match="262140"):
        pad(b"a" * 262141)
