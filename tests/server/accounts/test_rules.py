from datetime import timedelta

import pytest

from amanat.server.accounts import rules
from server.makers import NOW


@pytest.mark.parametrize(
    ("role", "reads", "manages"),
    [
        ("worker", True, False),
        ("supervisor", True, False),
        ("administrator", False, True),
        ("", False, False),
    ],
)
def test_who_reads_does_not_manage_and_who_manages_does_not_read(
    role: str, reads: bool, manages: bool
) -> None:
    assert (rules.may_read(role), rules.may_manage_people(role)) == (reads, manages)


@pytest.mark.parametrize(
    ("of_name", "altogether", "waits"), [(0, 0, False), (4, 99, False), (5, 5, True), (0, 100, True)]
)
def test_sign_in_waits_after_five_failures_of_a_name_or_a_hundred_of_all(
    of_name: int, altogether: int, waits: bool
) -> None:
    assert rules.is_throttled(of_name=of_name, altogether=altogether) is waits


@pytest.mark.parametrize(
    ("after", "used", "usable"),
    [(timedelta(), False, True), (timedelta(hours=72), False, False), (timedelta(), True, False)],
)
def test_an_invitation_is_good_once_and_for_three_days(after: timedelta, used: bool, usable: bool) -> None:
    assert rules.is_usable(expires=NOW + rules.INVITATION_AGE, used=used, now=NOW + after) is usable
