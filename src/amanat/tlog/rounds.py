"""Doing the same again and again, patiently: the loop of whoever follows a log.

A round that fails is told and tried again, each time after a longer wait; the first that succeeds afterwards
is told too. It knows no log. Shown right by `tests/tlog/test_rounds.py`.
"""

from collections.abc import Callable
from typing import TypeVar

from amanat.errors import Error

__all__ = ["LONGEST_WAIT_SECONDS", "rounds", "wait_seconds"]

LONGEST_WAIT_SECONDS = 3600.0
Result = TypeVar("Result")


def wait_seconds(every: float, failures: int) -> float:
    """How long to wait after so many failures in a row: twice as long each time, up to an hour."""
    return max(every, min(every * 2.0 ** min(failures, 30), LONGEST_WAIT_SECONDS))


def rounds(
    step: Callable[[], Result | None],
    *,
    every: float,
    once: bool,
    tell: Callable[[str], None],
    sleep: Callable[[float], None],
) -> Result | None:
    """Call `step` until it returns something, and return that; with `once` exactly one time.

    An `Error` of a round is told and waited out; with `once` it is raised.
    """
    failures = 0
    while True:
        try:
            result = step()
        except Error as error:
            if once:
                raise
            failures += 1
            tell(f"{error}; next try in {wait_seconds(every, failures):.0f} s (failed {failures} in a row)")
        else:
            if failures:
                tell(f"works again after {failures} failed")
            failures = 0
            if result is not None or once:
                return result
        sleep(wait_seconds(every, failures))
