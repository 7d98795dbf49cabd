"""Batches read back as they were written, count whole or not at all, and nothing else passes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.matching.journal import RECORD_BYTES, Changes, format_batch, parse_batches
from matching.makers import random_prints


def batch(count: int, seed: int = 1) -> Changes:
    adds = Changes.adding(np.arange(count, dtype=np.uint64), random_prints(count, seed))
    return adds.then(Changes.removing(np.array([seed], np.uint64)))


def written(*batches: Changes, generation: int = 4) -> bytes:
    data = b""
    for changes in batches:
        data += format_batch(changes, generation=generation, place=len(data))
    return data


def same(one: Changes, other: Changes) -> bool:
    return written(one) == written(other)


def test_batches_read_back_in_order():
    changes, taken = parse_batches(written(batch(3), batch(2, 7)), generation=4)
    assert same(changes, batch(3).then(batch(2, 7)))
    assert taken == (4 + 1 + 3 + 1) * RECORD_BYTES


@pytest.mark.parametrize("cut", range(1, 3 * RECORD_BYTES + 1, 7))
def test_a_batch_cut_off_does_not_count_and_the_one_before_does(cut):
    whole = written(batch(3))
    changes, taken = parse_batches(
        (whole + format_batch(batch(1), generation=4, place=len(whole)))[:-cut], generation=4
    )
    assert (same(changes, batch(3)), taken) == (True, len(whole))


@given(st.integers(0, (4 + 1) * RECORD_BYTES * 8 - 1))
def test_a_bit_turned_below_a_later_commit_is_malformed(bit):
    data = bytearray(written(batch(3), batch(2)))
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Malformed):
        parse_batches(bytes(data), generation=4)


def test_a_batch_of_another_generation_or_another_place_is_malformed():
    with pytest.raises(Malformed):
        parse_batches(written(batch(1)), generation=5)
    with pytest.raises(Malformed):
        parse_batches(written(batch(1)) * 2, generation=4)


@given(
    st.lists(
        st.sampled_from([b"a".ljust(8, b"\0"), b"c".ljust(8, b"\0"), bytes(40), b"\0" * 8, b"x" * 48]),
        max_size=12,
    ).map(b"".join)
)
def test_any_bytes_are_batches_that_write_back_or_malformed(data):
    try:
        changes, taken = parse_batches(data, generation=0)
    except Malformed:
        return
    # Only empty batches could be forged without a hash; the writer never makes one.
    assert taken == 0
    assert len(changes) == 0


def test_an_add_after_a_removal_lives_and_one_before_it_does_not():
    prints = random_prints(3)
    one = np.array([1], np.uint64)
    changes = (
        Changes.adding(one, prints[:1]).then(Changes.removing(one)).then(Changes.adding(one, prints[1:2]))
    )
    entries, alive = changes.alive()
    assert entries.tolist() == [1]
    assert np.array_equal(alive, prints[1:2])
    assert changes.dead().tolist() == [1]
    again = changes.then(changes)
    assert np.array_equal(again.alive()[1], prints[1:2])
