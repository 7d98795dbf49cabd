"""Numbers are intervals worked out from their words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.record.numberwords import Interval, interval_of, number_value, numbers


@pytest.mark.parametrize(
    ("words", "low", "high"),
    [
        ("280", 280, 280), ("1,200", 1200, 1200), ("12,50,000", 1250000, 1250000), ("at least 280", 280, None),  # noqa: E501
        ("up to 400", None, 400), ("280 to 300", 280, 300), ("between 70 and 90", 70, 90), ("280–300", 280, 300),  # noqa: E501
        ("more than 400", 401, None), ("fewer than 20", None, 19), ("no fewer than seven", 7, None),
        ("as many as 60", None, 60), ("no", 0, 0), ("none", 0, 0), ("twenty-seven", 27, 27), ("a dozen", 12, 12),  # noqa: E501
        ("two hundred and five", 205, 205), ("1.5 million", 1500000, 1500000), ("3 lakh", 300000, 300000),
        ("about 1,200", 1200, 1200), ("an", 1, 1),
    ],
)  # fmt: skip
def test_words_give_their_interval(words, low, high):
    interval = interval_of(words)
    assert interval is not None
    assert (interval.low, interval.high) == (low, high)


@pytest.mark.parametrize(
    "words", ["hundreds", "many", "280 children", "300 to 280", "1.2345 million", "", "from 3 and 4", "x"]
)
def test_what_is_no_number_has_no_interval(words):
    assert interval_of(words) is None


@pytest.mark.parametrize(
    "text", ["at 14:30", "No. 2020/77", "a 12-year plan", "hundreds of people", "B2B", "3.4.5", "§5"]
)
def test_what_looks_like_a_number_is_none(text):
    assert list(numbers(text, 0, len(text))) == []


def test_two_numbers_joined_by_other_words_stay_two():
    text = "lost by six votes to four"
    assert [text[n.start : n.end] for n in numbers(text, 0, len(text))] == ["six", "four"]


@given(st.integers(0, 10**9))
def test_digits_with_and_without_commas_are_the_same(value):
    assert number_value(f"{value:,}") == number_value(str(value)) == value


WORDS = st.sampled_from(
    [
        "at",
        "least",
        "up",
        "to",
        "280",
        "300",
        "1,200",
        "between",
        "and",
        "-",
        "no",
        "none",
        "hundred",
        "two",
        "twenty",
        "million",
        "more",
        "than",
        ".",
        ",",
        "x\n",
    ]
)


@given(st.lists(WORDS, max_size=20))
def test_every_number_found_is_read_the_same_again(words):
    text = " ".join(words)
    for number in numbers(text, 0, len(text)):
        assert isinstance(number.interval, Interval)
        again = interval_of(text[number.start : number.end])
        assert again is not None
        assert (again.low, again.high) == (number.interval.low, number.interval.high)
