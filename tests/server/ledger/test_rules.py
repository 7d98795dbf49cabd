"""The pace of the log: epochs, batches, and how often witnesses are bothered."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.server.ledger.rules import (
    MAX_DELAY_SECONDS,
    accepted_time,
    batch_size,
    epoch_of,
    may_ask_again,
    urgent_before,
)

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(1, 86_400))
def test_the_accepted_time_is_the_start_of_the_epoch_and_says_nothing_finer(moment: datetime, seconds: int):
    start = accepted_time(epoch_of(moment, seconds), seconds)
    assert start <= moment < start + timedelta(seconds=seconds)
    assert epoch_of(start, seconds) == epoch_of(moment, seconds)


def test_two_moments_of_one_epoch_are_accepted_at_the_same_time():
    epochs = {epoch_of(NOON + timedelta(seconds=second), 600) for second in (0, 1, 599)}
    assert {accepted_time(epoch, 600) for epoch in epochs} == {NOON}


@pytest.mark.parametrize(
    ("urgent", "limit", "size"),
    [(0, 4096, 8), (1, 4096, 8), (8, 4096, 8), (9, 4096, 16), (100, 4096, 104), (100, 32, 32), (100, 1, 8)],
)
def test_a_batch_is_of_fixed_size_unless_promises_would_run_out(urgent: int, limit: int, size: int):
    assert batch_size(urgent=urgent, leaves=8, limit=limit) == size


@given(st.integers(0, 10_000), st.integers(1, 256), st.integers(1, 10_000))
def test_a_batch_is_always_made_of_whole_ones(urgent: int, leaves: int, limit: int):
    size = batch_size(urgent=urgent, leaves=leaves, limit=limit)
    assert size > 0
    assert size % leaves == 0
    assert size <= max(limit, leaves)


def test_a_leaf_is_urgent_long_before_its_promise_is_broken():
    entered = epoch_of(NOON, 600)
    assert entered >= urgent_before(NOON + timedelta(seconds=MAX_DELAY_SECONDS // 2), 600)
    assert entered < urgent_before(NOON + timedelta(seconds=MAX_DELAY_SECONDS // 2 + 600), 600)


def test_witnesses_are_asked_again_after_a_pause_and_also_when_the_clock_went_back():
    assert may_ask_again(None, NOON, 600)
    assert not may_ask_again(NOON, NOON + timedelta(seconds=59), 600)
    assert may_ask_again(NOON, NOON + timedelta(seconds=60), 600)
    assert may_ask_again(NOON, NOON - timedelta(hours=1), 600)
    assert may_ask_again(NOON, NOON + timedelta(seconds=1), 2)
