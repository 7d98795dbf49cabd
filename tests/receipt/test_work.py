import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.receipt import work
from vector_files import vectors

LEAF = bytes(range(64))


def test_the_vectors_hold() -> None:
    for row in vectors("work"):
        for attempt in row["attempts"]:
            assert work.zero_bits(row["challenge"], row["leaf"], attempt["number"]) == attempt["zero_bits"]
        for found in row["found"]:
            assert work.find(row["challenge"], row["leaf"], bits=found["bits"]) == found["number"]


@given(st.text(max_size=40), st.integers(0, 2**32 - 1))
def test_the_zero_bits_are_those_of_the_digest_written_out(challenge: str, number: int) -> None:
    named = challenge.encode()
    message = b"amanat/work/v1\0" + len(named).to_bytes(4) + named + LEAF + number.to_bytes(4)
    written = "".join(f"{byte:08b}" for byte in hashlib.sha256(message).digest())
    assert work.zero_bits(challenge, LEAF, number) == len(written) - len(written.lstrip("0"))


def test_work_for_one_leaf_or_challenge_is_none_for_another() -> None:
    number = work.find("a", LEAF, bits=10)
    assert work.is_done("a", LEAF, number, bits=10)
    assert not work.is_done("a", LEAF, number, bits=64)
    assert work.zero_bits("a", LEAF, number) != work.zero_bits("b", LEAF, number)
    assert work.zero_bits("a", LEAF, number) != work.zero_bits("a", LEAF[::-1], number)


@pytest.mark.parametrize("number", [-1, 2**32, 10**30])
def test_a_number_beyond_32_bits_is_malformed(number: int) -> None:
    with pytest.raises(Malformed):
        work.zero_bits("a", LEAF, number)


def test_nobody_is_asked_for_more_than_can_be_found() -> None:
    with pytest.raises(Malformed):
        work.find("a", LEAF, bits=33)
