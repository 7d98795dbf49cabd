"""A patient reader outlasts a short failure, and no more."""

import pytest

from amanat.errors import NotFound, Unavailable
from amanat.tlog.patient import PAUSES_SECONDS, PatientReader


class Failing:
    def __init__(self, failures: int, error: type[Exception] = Unavailable) -> None:
        self.failures, self.error, self.asked = failures, error, 0

    def read(self, path: str) -> bytes:
        self.asked += 1
        if self.asked <= self.failures:
            raise self.error("no")
        return path.encode()


def test_a_short_failure_is_outlasted():
    slept = []
    assert PatientReader(Failing(3), slept.append).read("tile/0/000") == b"tile/0/000"
    assert slept == list(PAUSES_SECONDS)


def test_a_long_one_is_not_and_what_is_missing_is_not_asked_again():
    with pytest.raises(Unavailable):
        PatientReader(Failing(4), lambda _seconds: None).read("checkpoint")
    with pytest.raises(NotFound):
        PatientReader(missing := Failing(9, NotFound), pytest.fail).read("checkpoint")
    assert missing.asked == 1
