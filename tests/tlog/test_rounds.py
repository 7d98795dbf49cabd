"""The loop of a follower waits longer and longer, says so, and ends when there is something to end for."""

import pytest

from amanat.errors import Unavailable
from amanat.tlog.rounds import LONGEST_WAIT_SECONDS, rounds, wait_seconds


def test_waits_grow_to_an_hour_and_never_below_the_usual():
    assert [wait_seconds(60, failures) for failures in (0, 1, 2, 3)] == [60, 120, 240, 480]
    assert wait_seconds(60, 1000) == LONGEST_WAIT_SECONDS
    assert wait_seconds(7200, 5) == 7200


def test_failures_are_told_and_waited_out_and_success_is_told_after_them():
    outcomes = iter([None, Unavailable("no answer"), Unavailable("no answer"), None, "alarm"])
    told, slept = [], []

    def step():
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    assert rounds(step, every=10, once=False, tell=told.append, sleep=slept.append) == "alarm"
    assert slept == [10, 20, 40, 10]
    assert [line.split(";")[0] for line in told] == [
        "no answer",
        "no answer",
        "works again after 2 failed",
    ]


def test_once_is_one_round_and_its_error_is_raised():
    calls = []
    assert rounds(lambda: calls.append(1), every=1, once=True, tell=print, sleep=pytest.fail) is None
    assert calls == [1]

    def fail() -> None:
        raise Unavailable("no answer")

    with pytest.raises(Unavailable):
        rounds(fail, every=1, once=True, tell=print, sleep=pytest.fail)
