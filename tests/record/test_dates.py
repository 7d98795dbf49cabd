"""Dates have their value in EDTF and their basis, or none."""

from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.record.dates import dates_of
from record_makers import reading_of


def found(text: str, published: date | None = None) -> list[tuple[str, str, str]]:
    doc = reading_of(text)
    return [
        (doc.text[slice(*d.span)], d.edtf, doc.text[slice(*d.basis)] if d.basis else "head" * d.by_head)
        for d in dates_of(doc, published=published)
    ]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("It fell on 14 April 2011.", ["2011-04-14"]),
        ("It fell on April 14, 2011.", ["2011-04-14"]),
        ("It fell on 2011-04-14.", ["2011-04-14"]),
        ("It fell in the summer of 2004.", ["2004-22"]),
        ("It fell in March 2009.", ["2009-03"]),
        ("It fell about 14 April 2011.", ["2011-04-14~"]),
        ("It was built in 1923.", ["1923"]),
        ("It lasted from 2006 to 2014.", ["2006/2014"]),
        ("It lasted (2006–2014).", ["2006/2014"]),
        ("Heard on 5 and 6 April 2016.", ["2016-04-05/2016-04-06"]),
        ("It fell on 31 February 2011.", []),
        ("It may march in May and 2000 people came.", ["2000"][:0]),
        ("It fell on Friday, the next day and in July.", []),
        ("Law 2011/14 and file 12-2011-44.", []),
        ("It ran from 2014 to 2006.", []),
    ],
)
def test_what_is_written_has_its_value(text, edtf):
    assert [value for _, value, _ in found(text)] == edtf
    assert all(parse_edtf(value) for value in edtf)


def test_what_is_counted_keeps_its_basis():
    text = (
        "The weir fell on 14 April 2011. The next day the army came. Two weeks later it left.\n\n"
        "On 2 May a court met; on 14 April nobody knew."
    )
    assert found(text) == [
        ("14 April 2011", "2011-04-14", ""),
        ("The next day", "2011-04-15", "14 April 2011"),
        ("Two weeks later", "2011-04-29~", "The next day"),
        ("2 May", "2011-05-02", "14 April 2011"),
        ("14 April", "2011-04-14", "14 April 2011"),
    ]


def test_weekdays_are_counted_from_the_head_of_the_document():
    told = [("Friday", "2018-10-05", "6 October 2018"), ("Last year", "2017", "6 October 2018")]
    assert found("Port Kesh, 6 October 2018\n\nOn Friday it fell. Last year it stood. It is.")[1:] == told
    given_by_person = found("On Friday it fell. In July it stood.", date(2018, 10, 6))
    assert given_by_person == [("Friday", "2018-10-05", "head"), ("July", "2018-07", "head")]


def test_a_month_shares_the_year_that_follows():
    text = "Letters of 12 May and 30 August 2019 came."
    assert found(text) == [("12 May", "2019-05-12", "30 August 2019"), ("30 August 2019", "2019-08-30", "")]


WORDS = st.sampled_from(
    [
        "on",
        "in",
        "14",
        "31",
        "April",
        "May",
        "2011",
        "1999",
        "9999",
        "the",
        "next",
        "day",
        "week",
        "later",
        "Two",
        "a",
        "before",
        "Friday",
        "last",
        "year",
        "summer",
        "of",
        ",",
        ".",
        "-",
        "and",
        "to",
        "\n",
    ]
)


@given(st.lists(WORDS, max_size=30))
@settings(deadline=None)
def test_every_value_is_edtf(words):
    for _, value, _ in found(f"x {' '.join(words)}"):
        assert parse_edtf(value)
