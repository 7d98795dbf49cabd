"""The rules of the figures: they add up or are refused, and files are read as they were written."""

import json
from dataclasses import replace
from random import Random

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Conflict, Malformed
from amanat.server.public.rules.bars import WIDE, bars
from amanat.server.public.rules.flow import HEIGHT, WIDTH, flow
from amanat.server.public.rules.lines import Line, check_lines, quantile, shown, to_lines
from amanat.server.public.rules.release import Release, definitions, format_release, parse_release, to_csv
from amanat.server.public.rules.schema import SCHEMA
from amanat.server.public.rules.series import falls
from amanat.server.public.rules.tally import OUTCOMES, Tally, check
from server.public.attack import rest_of
from server.public.tallies import tally_of

NUMBERS = {"number": 2, "corrects": 1, "note": "The first left some out.", "made": "2026-05-03T14:37:00Z"}
COVERED = {"origin": "amanat.example/log", "epoch_seconds": 600, "until_epoch": 7, "tree_size": 8}
WORDS = {"definitions": definitions(), "districts": {"kohsar": {"en": "Kohsar", "ur": "کوہسار"}}}


def release_of(tally: Tally, **given) -> Release:
    return Release(**{**NUMBERS, **COVERED, **WORDS, "lines": tuple(to_lines(tally)), **given})


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), most=st.integers(0, 60))
def test_whatever_adds_up_is_published_so_that_it_adds_up(seed: int, most: int) -> None:
    chance = Random(seed)
    before = tally_of(chance, most=most)
    tally = tally_of(chance, before, most=most)
    check(tally)
    first = to_lines(before)
    lines = to_lines(tally, first)
    check_lines(lines)
    assert falls(first, lines) == []
    assert rest_of(lines) >= rest_of(first)
    assert all(line.value % 5 == 0 for line in lines if not line.figure.endswith("_days"))
    assert {line.value for line in lines if line.figure == "reports.closed"} == {
        shown(tally.reports["closed"])
    }


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), change=st.sampled_from([-3, -1, 1, 2]), what=st.integers(0, 3))
def test_whatever_does_not_add_up_is_refused_with_the_arithmetic(seed: int, change: int, what: int) -> None:
    tally = tally_of(Random(seed), most=6)
    kind = next(iter(tally.kinds), None)
    broken = [
        replace(tally, received=tally.received + change),
        replace(tally, reports={**tally.reports, "merged": tally.reports["merged"] + change}),
        replace(tally, sent=tally.sent + change),
        replace(tally, kinds={**tally.kinds, kind: {**tally.kinds[kind], OUTCOMES[0]: 10**6}})
        if kind
        else tally,
    ][what]
    if broken == tally:
        return
    with pytest.raises(Conflict, match=r"is not .* \+ .* = -?\d+"):
        check(broken)


@pytest.mark.parametrize("at", range(3))
def test_lines_that_were_changed_do_not_add_up(at: int) -> None:
    lines = to_lines(tally_of(Random(3), most=12))
    counted = [
        line for line in lines if line.figure in ("reports.closed", "referrals.sent", "reports.received")
    ]
    changed = [replace(line, value=line.value + 5) if line == counted[at] else line for line in lines]
    with pytest.raises(Malformed, match="is not"):
        check_lines(changed)


def test_a_time_needs_five_on_both_sides_of_it() -> None:
    assert quantile([4] * 9, tenths=5, count=5) is None
    assert quantile([4] * 10, tenths=5, count=10) == 5
    assert quantile([4] * 49, tenths=9, count=45) is None
    assert quantile([1] * 44 + [40] * 6, tenths=9, count=50) == 45
    # Not more than what is published says that there are.
    assert quantile([4] * 10, tenths=5, count=5) is None


def test_a_release_is_read_as_it_was_written_and_fits_its_schema() -> None:
    release = release_of(tally_of(Random(1), most=30))
    data = format_release(release)
    assert parse_release(data) == release
    jsonschema.validate(json.loads(data), SCHEMA)
    assert len(to_csv(release).splitlines()) == len(release.lines) + 1


@given(
    data=st.binary(max_size=60)
    | st.builds(
        lambda text: json.dumps(text).encode(),
        st.dictionaries(
            st.sampled_from(["format", "lines", "covers", "number"]),
            st.none() | st.integers() | st.lists(st.none()),
        ),
    )
)
def test_any_bytes_are_malformed_or_write_back(data: bytes) -> None:
    law(data)


@given(at=st.integers(0, 9000), letter=st.sampled_from(b'0159"{}[],:ax \n'))
def test_a_changed_file_is_malformed_or_writes_back(at: int, letter: int) -> None:
    data = bytearray(format_release(release_of(tally_of(Random(1), most=30))))
    data[at % len(data)] = letter
    law(bytes(data))


def law(data: bytes) -> None:
    try:
        release = parse_release(data)
    except Malformed:
        return
    assert format_release(release) == data


@pytest.mark.parametrize(
    "change",
    [
        {"corrects": 2},
        {"note": ""},
        {"number": True},
        {"made": "yesterday"},
        {"tree_size": -1},
        {"definitions": {}},
        {"districts": {"kohsar": {"en": "Kohsar"}}},
        {"lines": (Line("reports.received", "", "", 3),)},
    ],
)
def test_a_release_with_something_wrong_is_malformed(change) -> None:
    with pytest.raises(Malformed):
        release_of(tally_of(Random(1)), **change)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_picture_stays_inside_its_frame_and_its_bars_are_as_wide_as_the_numbers(seed: int) -> None:
    values = {
        line.figure: line.value for line in to_lines(tally_of(Random(seed), most=40)) if not line.district
    }
    boxes, _bands = flow(values)
    for box in boxes:
        assert box.value == values[box.name]
        assert 0 <= box.x <= WIDTH - 10
        assert box.label_y >= 10
        assert box.y + box.height <= HEIGHT


def test_bars_are_as_long_as_their_numbers_and_the_longest_fills_the_picture() -> None:
    drawn, height = bars([("police", 15, 60, "15 / 60"), ("school", 0, 15, ""), ("court", 10, None, "")])
    assert [(bar.filled, bar.whole) for bar in drawn] == [(90, WIDE), (0, 90), (60, 60)]
    assert all(0 < bar.label_y < bar.y < bar.y + bar.thick <= height for bar in drawn)
    assert bars([]) == ([], 0)
    assert [bar.whole for bar in bars([("nothing", 0, 0, "")])[0]] == [0]
