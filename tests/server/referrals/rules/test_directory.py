from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import amanat.server.referrals as app
from amanat.errors import Malformed
from amanat.server.referrals.rules.clocks import COUNTINGS, STARTS
from amanat.server.referrals.rules.directory import (
    CalendarEntry,
    ChangeEntry,
    ClockEntry,
    Directory,
    InstitutionEntry,
    format_directory,
)
from amanat.server.referrals.rules.directory_reading import MAX_BYTES, parse_directory
from amanat.server.referrals.rules.institutions import KINDS, REQUESTS

EXAMPLE = Path(app.__file__).parent / "directories" / "example.yaml"
names = st.text(
    st.characters(categories=["L", "N", "P"], include_characters=" \u200c"), min_size=1, max_size=20
).filter(lambda text: text == text.strip() and text)
clocks = st.builds(
    ClockEntry,
    request=st.sampled_from(REQUESTS),
    days=st.integers(1, 400),
    counting=st.sampled_from(COUNTINGS),
    law=names,
    starts_on=st.sampled_from(STARTS),
    rolls=st.booleans(),
    remind_days=st.integers(0, 400),
    escalate_days=st.integers(1, 400),
)
calendars = st.builds(
    CalendarEntry,
    name=names,
    timezone=st.sampled_from(["Asia/Karachi", "UTC"]),
    country=st.sampled_from(["", "PK"]),
    weekend=st.sampled_from([(), (4, 5), (5, 6)]),
    changes=st.lists(
        st.builds(
            ChangeEntry,
            day=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
            effect=st.sampled_from(["holiday", "usual"]),
            reason=names,
        ),
        max_size=3,
    ).map(tuple),
)
institutions = st.builds(
    InstitutionEntry,
    name=names,
    kind=st.sampled_from(KINDS),
    jurisdiction=names,
    calendar=names,
    contacts=st.lists(names, max_size=2).map("\n".join),
    overseen_by=st.just("") | names,
    clocks=st.lists(clocks, max_size=2, unique_by=lambda clock: clock.request).map(tuple),
)
directories = st.builds(
    Directory,
    st.lists(calendars, max_size=2, unique_by=lambda entry: entry.name).map(tuple),
    st.lists(institutions, max_size=3, unique_by=lambda entry: entry.name).map(tuple),
)


def test_the_example_that_is_shipped_can_be_taken_over_as_it_is() -> None:
    read = parse_directory(EXAMPLE.read_text(encoding="utf-8"))
    assert (len(read.calendars), len(read.institutions)) == (2, 7)
    known = {entry.name for entry in read.institutions}
    assert {entry.overseen_by for entry in read.institutions} - {""} <= known
    assert {entry.calendar for entry in read.institutions} <= {entry.name for entry in read.calendars}


@settings(max_examples=60)
@given(directories)
def test_what_is_written_is_read_as_the_same(directory: Directory) -> None:
    assert parse_directory(format_directory(directory)) == directory


@settings(max_examples=80)
@given(
    st.text(max_size=60)
    | st.recursive(
        st.none() | st.integers() | st.dates() | st.text(max_size=9) | st.sampled_from(["name", "police"]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["amanat_directory", "calendars", "institutions", "name"]), inner
            )
        ),
        max_leaves=12,
    ).map(lambda value: yaml.safe_dump({"amanat_directory": 1, "calendars": value}))
)
def test_any_text_is_a_directory_that_is_written_back_the_same_or_malformed(text: str) -> None:
    try:
        read = parse_directory(text)
    except Malformed:
        return
    assert parse_directory(format_directory(read)) == read


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("amanat_directory: 1", "amanat_directory: 2"),
        ("amanat_directory: 1", "amanat_directory: true"),
        ("amanat_directory: 1", "amanat_directory: 1\namanat_directory: 1"),
        ("amanat_directory: 1", "amanat_directory: 1\nunknown: 1"),
        ("kind: court", "kind: wizard"),
        ("kind: court", "kind: [court]"),
        ("days: 60", "days: 0"),
        ("days: 60", "days: '60'"),
        ("days: 60", "days: true"),
        ("timezone: UTC", "timezone: Moon"),
        ("country: PK", "country: XX"),
        ("[saturday, sunday]", "[saturday, caturday]"),
        ("[saturday, sunday]", "[monday, tuesday, wednesday, thursday]"),
        ("day: 2027-04-12", "day: 2027-13-12"),
        ("day: 2027-04-12", "day: '2027-04-12'"),
        ("name: Ombudsperson of Kohsar", "name: District Court of Kohsar"),
        ("name: Ombudsperson of Kohsar", "name: ' '"),
        ("kind: ombudsperson", "kind: &kind ombudsperson\n    contacts: *kind"),
        ("kind: ombudsperson", "kind: !!python/object/apply:os.getcwd []"),
        ("jurisdiction: Online", 'jurisdiction: "On\\u202eline"'),
        ("request: recommendation", "request: complaint"),
    ],
)
def test_one_mistake_refuses_the_whole_and_says_where(before: str, after: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert before in text
    with pytest.raises(Malformed) as raised:
        parse_directory(text.replace(before, after, 1))
    assert raised.value.where


def test_a_text_too_large_or_too_deep_is_refused() -> None:
    for text in ("#" * (MAX_BYTES + 1), "[" * 5000, "x: " + "{a: " * 2000, "\ud800"):
        with pytest.raises(Malformed):
            parse_directory(text)
