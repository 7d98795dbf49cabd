"""Groups and counts are what all pairs by hand give; the order of files and of days does not matter."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.fingerprint.value import Prints, distances
from amanat.matching.counting import count
from amanat.matching.groups import Forest, grow, label_of
from matching.makers import near_prints, random_prints, turned


def apart(one: Prints, other: Prints, share: float) -> int:
    """The definition, word for word."""

    def reaches(a: Prints, b: Prints) -> int:
        nearest = sorted(min(int(distances(row, against)) for against in b) for row in np.unique(a, axis=0))
        return nearest[max(1, math.ceil(share * len(nearest))) - 1]

    return min(reaches(one, other), reaches(other, one))


def components(items: list[Prints], distance: int, share: float) -> set[frozenset[str]]:
    labels = [label_of(item) for item in items]
    groups = {label: {label} for label in labels}
    for (a, one), (b, other) in combinations(zip(labels, items, strict=True), 2):
        if apart(one, other, share) <= distance and groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for label in groups[b]:
                groups[label] = groups[a]
    return {frozenset(group) for group in groups.values()}


def star_count(items: list[Prints], distance: int, share: float) -> int:
    middles: list[Prints] = []
    for _, item in sorted({label_of(item): item for item in items}.items()):
        if all(apart(item, middle, share) > distance for middle in middles):
            middles.append(item)
    return len(middles)


@st.composite
def archives(draw: st.DrawFn) -> list[Prints]:
    prints = near_prints(draw(st.integers(0, 14)), draw(st.integers(0, 2**32)))
    cuts = sorted(draw(st.lists(st.integers(0, len(prints)), max_size=8)))
    return [part for part in np.split(prints, cuts) if len(part)]


@settings(max_examples=40, deadline=None)
@given(archives(), st.sampled_from([0, 9, 31]), st.sampled_from([0.5, 1.0]), st.randoms())
def test_groups_and_counts_are_what_all_pairs_give_in_any_order(items, distance, share, chance):
    forest = grow(Forest(share=share), items)
    found = {frozenset(group.members) for group in forest.groups(distance)}
    assert found == components(items, distance, share)
    [counted] = count(forest, [distance])
    assert (counted.at_least, counted.at_most) == (len(found), star_count(items, distance, share))
    assert counted.at_least <= counted.at_most
    shuffled = chance.sample(items, len(items))
    later = grow(grow(Forest(share=share), shuffled[:3]), shuffled[3:])
    assert later.steps == forest.steps
    assert later.groups(distance) == forest.groups(distance)


def test_the_steps_of_a_group_justify_it():
    prints = random_prints(3)
    chain = [prints[:1], turned(prints[:1], 20), turned(turned(prints[:1], 20), 20, seed=9), prints[1:2]]
    forest = grow(Forest(), chain)
    groups = {len(group.members): group for group in forest.groups(31)}
    assert {len(step_members(group)) for group in groups.values()} == {0, 3}
    assert [step.distance for step in groups[3].steps] == [20, 20]
    assert groups[3].name == min(groups[3].members)
    assert len(forest.groups(19)) == 4


def step_members(group) -> set[str]:
    return {label for step in group.steps for label in (step.first, step.second)}


def test_an_excerpt_of_a_film_and_the_film_are_one_recording():
    film = random_prints(40)
    excerpt, other = turned(film[5:12], 10), random_prints(7, seed=8)
    [counted] = count(grow(Forest(), [film, excerpt, other]), [31])
    assert (counted.at_least, counted.at_most) == (2, 2)


def test_the_same_file_twice_is_one_item_and_one_without_prints_is_none():
    prints = random_prints(2)
    forest = grow(Forest(), [prints, prints[::-1], random_prints(0)])
    assert len(forest.items) == 1


def test_labels_differ_by_key_and_say_nothing_beyond_the_reach():
    prints = random_prints(1)
    assert label_of(prints, key=b"one") != label_of(prints, key=b"two")
    with pytest.raises(ValueError, match="reach"):
        grow(Forest(reach=20), [prints]).groups(21)


def test_a_thousand_copies_of_one_picture_are_one_group():
    copies = turned(np.repeat(random_prints(1), 700, axis=0), 6)
    forest = grow(Forest(), [row[None] for row in copies])
    assert [len(group.members) for group in forest.groups(31)] == [700]
    assert len(forest.steps) == 699
