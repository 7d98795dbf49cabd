from datetime import date

import pytest

from amanat.server.statements.rules.chain import Step, chain_of
from amanat.server.statements.rules.timeline import Bounds, bounds_of, in_order, marks


@pytest.mark.parametrize(
    ("edtf", "first", "last", "uncertain"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31), False),
        ("2014~", date(2014, 1, 1), date(2014, 12, 31), True),
        ("2012-02", date(2012, 2, 1), date(2012, 2, 29), False),
        ("2014-05-03~", date(2014, 5, 3), date(2014, 5, 3), True),
        ("2006/2014", date(2006, 1, 1), date(2014, 12, 31), False),
        ("2014-22", date(2014, 6, 1), date(2014, 8, 31), False),
    ],
)
def test_a_date_covers_its_days(edtf: str, first: date, last: date, uncertain: bool) -> None:
    assert bounds_of(edtf) == Bounds(first, last, uncertain)


@pytest.mark.parametrize("edtf", ["", "soon", "2014-13", "2014-02-30", "1/2/3", "0000"])
def test_what_is_no_date_has_no_bounds(edtf: str) -> None:
    assert bounds_of(edtf) is None


def test_events_without_a_date_come_last_and_are_never_left_out() -> None:
    dates = ["", "2014-05", "2013~", "2014-05-01", ""]
    assert in_order(dates) == [2, 3, 1, 0, 4]
    drawn = marks(dates, width=100)
    assert [mark.left is None for mark in drawn] == [True, False, False, False, True]
    assert all(mark.left is None or 0 <= mark.left <= 100 for mark in drawn)


def test_an_answer_stands_under_its_request_and_a_matter_that_comes_back_is_a_loop() -> None:
    def asks(asker: str, asked: str, quote: str) -> Step:
        return Step(asker, asked, "asked", "", quote, "", "s")

    steps = [
        asks("ministry", "court", "one"),
        Step("", "court", "refused", "", "two", "one", "s"),
        asks("court", "police", "three"),
        asks("police", "ministry", "four"),
        Step("", "police", "refused", "", "five", "nowhere", "s"),
    ]
    rows = [(link.number, link.parent, link.depth, link.loop) for link in chain_of(steps)]
    assert rows == [
        (0, None, 0, False),
        (1, 0, 1, False),
        (2, 0, 1, False),
        (3, 2, 2, True),
        (4, None, 0, False),
    ]
