"""How alike two films are, by the one semantics that is written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.fingerprint.likeness import Segment, compare_films
from amanat.fingerprint.vpdq import Frame


def prints(*seeds: int, quality: int = 100, start: int = 0) -> list[Frame]:
    """A frame a second; each seed a print that is far from every other one's."""
    frames = []
    for number, seed in enumerate(seeds, start=start):
        value = bytes([(seed * 37 + k * (seed + 3)) % 256 for k in range(32)])
        frames.append(Frame(number, quality, value, number * 1000))
    return frames


def flipped(frame: Frame, bits: int) -> Frame:
    value = int.from_bytes(frame.print, "big") ^ ((1 << bits) - 1)
    return Frame(frame.number, frame.quality, value.to_bytes(32, "big"), frame.time_ms)


def test_a_film_is_wholly_in_itself() -> None:
    found = compare_films(prints(1, 2, 3), prints(1, 2, 3))
    assert (found.percent, found.other_percent) == (100, 100)
    assert found.segments == (Segment(3, 0, 2000, 0, 2000),)
    assert found.is_match(percent=100, other_percent=100)


@pytest.mark.parametrize(("bits", "matches"), [(31, True), (32, False)])
def test_thirty_one_bits_match_and_thirty_two_do_not(bits: int, matches: bool) -> None:
    assert compare_films(prints(1), [flipped(prints(1)[0], bits)]).is_match() is matches


@pytest.mark.parametrize(("quality", "matches"), [(50, True), (49, False)])
def test_frames_below_fifty_are_left_out_first(quality: int, matches: bool) -> None:
    assert compare_films(prints(1, quality=quality), prints(1)).is_match() is matches
    assert compare_films(prints(1), prints(1, quality=quality)).is_match() is matches


def test_shares_are_of_distinct_prints() -> None:
    found = compare_films(prints(1, 1, 1, 2), prints(1, 3))
    assert (found.matched, found.distinct, found.percent) == (1, 2, 50)
    assert (found.other_matched, found.other_distinct, found.other_percent) == (1, 2, 50)


@pytest.mark.parametrize(("a", "b"), [((), (1,)), ((1,), ()), ((), ())])
def test_an_empty_side_never_matches(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    found = compare_films(prints(*a), prints(*b))
    assert found.percent == found.other_percent == 0
    assert not found.is_match(percent=0, other_percent=0)


def test_a_part_is_found_where_it_is() -> None:
    found = compare_films(prints(4, 5, 6), prints(1, 2, 3, 4, 5, 6, 7))
    assert found.segments == (Segment(3, 0, 2000, 3000, 5000),)
    assert found.is_match()
    assert not compare_films(prints(1, 2, 3, 4, 5, 6, 7), prints(4, 5, 6)).is_match()


def test_two_parts_and_a_strange_frame_between_are_two_segments() -> None:
    found = compare_films(prints(1, 2, 9, 6, 7), prints(1, 2, 3, 4, 5, 6, 7))
    assert found.segments == (Segment(2, 0, 1000, 0, 1000), Segment(2, 3000, 4000, 5000, 6000))


def test_a_still_passage_against_a_shorter_one_stays_one_segment() -> None:
    found = compare_films(prints(1, 1, 1, 1), prints(8, 1, 1))
    assert found.segments == (Segment(4, 0, 3000, 1000, 2000),)


@given(st.lists(st.integers(1, 6), max_size=8), st.lists(st.integers(1, 6), max_size=8))
def test_shares_swap_with_the_sides_and_segments_cover_what_matched(a: list[int], b: list[int]) -> None:
    here, there = compare_films(prints(*a), prints(*b)), compare_films(prints(*b), prints(*a))
    assert (here.matched, here.distinct) == (there.other_matched, there.other_distinct)
    assert sum(part.frames for part in here.segments) == sum(seed in b for seed in a)
