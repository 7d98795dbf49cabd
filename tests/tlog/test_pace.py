"""A pace lets so many through a minute and knows keys apart; a witness keeps one for each log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amanat.tlog.pace import Pace
from amanat.tlog.witness import Witness
from amanat.tlog.witness_state import create_state
from tlog.makers import LOG, NORTH, ORIGIN
from tlog.test_witness import add, body

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def slow(tmp_path: Path) -> Witness:
    create_state(tmp_path / "witness.sqlite3", NORTH.verifier)
    return Witness(tmp_path / "witness.sqlite3", NORTH, {ORIGIN: LOG.verifier}, per_minute=2)


def test_a_minutes_worth_passes_at_once_and_then_one_for_each_share_of_a_minute():
    pace = Pace(6)
    assert [pace.take("log", now=NOON) for _ in range(8)] == [0] * 6 + [10, 10]
    assert pace.take("log", now=NOON + timedelta(seconds=4)) == 6
    assert pace.take("log", now=NOON + timedelta(seconds=10)) == 0
    assert pace.take("log", now=NOON + timedelta(seconds=10)) == 10


def test_no_more_than_a_minute_is_saved_up():
    pace = Pace(3)
    assert pace.take("log", now=NOON) == 0
    later = NOON + timedelta(hours=5)
    assert [pace.take("log", now=later) for _ in range(4)] == [0, 0, 0, 20]


def test_each_key_has_a_pace_of_its_own_and_a_clock_that_goes_back_gives_nothing():
    pace = Pace(1)
    assert pace.take("one", now=NOON) == 0
    assert pace.take("two", now=NOON) == 0
    assert pace.take("one", now=NOON - timedelta(hours=1)) == 60


def test_a_log_that_asks_too_often_is_told_to_wait(slow: Witness):
    assert [add(slow, 0, 3).status, add(slow, 3, 5).status] == [200, 200]
    answer = add(slow, 5, 9)
    assert (answer.status, answer.retry_after) == (429, 30)
    assert slow.seen()[0].size == 5
    later = NOON + timedelta(seconds=30)
    assert slow.add_checkpoint(body(5, 9), now=later).status == 200


def test_whoever_repeats_a_published_tree_does_not_hold_up_the_next(slow: Witness):
    add(slow, 0, 5)
    assert [add(slow, 5, 5).status for _ in range(4)] == [200, 200, 429, 429]
    assert add(slow, 5, 9).status == 200
