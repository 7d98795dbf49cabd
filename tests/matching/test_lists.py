"""Each list matches at its own distance, and a negative one speaks for what is nearer to it."""

import numpy as np
import pytest

from amanat.matching.folder import Terms
from amanat.matching.lists import search_lists
from amanat.matching.write import create
from matching.makers import random_prints, turned

PRINTS = random_prints(20)
NUMBERS = np.arange(20, dtype=np.uint64)


@pytest.fixture
def lists(tmp_path):
    """Two lists of one print, and a negative one with something 10 bits from it."""
    return {
        "strict": create(tmp_path / "strict", PRINTS[:1], NUMBERS[:1], terms=Terms(distance=8)),
        "wide": create(tmp_path / "wide", PRINTS[:1], NUMBERS[:1], terms=Terms(distance=31)),
        "not this": create(tmp_path / "not", turned(PRINTS[:1], 20), NUMBERS[:1], terms=Terms(negative=True)),
    }


def test_each_list_matches_at_its_own_distance(lists):
    found = search_lists(lists, np.concatenate([turned(PRINTS[:1], 9, seed=5), PRINTS[4:5]]))
    assert [len(found.matches[name]) for name in ("strict", "wide")] == [0, 1]
    assert found.matched().tolist() == [True, False]
    assert found.suppressed.tolist() == [False, False]


def test_what_is_nearer_to_a_negative_print_matches_nothing(lists):
    query = turned(PRINTS[:1], 20)
    found = search_lists(lists, query)
    assert found.matched().tolist() == [False]
    assert found.suppressed.tolist() == [True]
    assert search_lists({"wide": lists["wide"]}, query).matched().tolist() == [True]


def test_an_equal_print_on_a_list_and_on_a_negative_one_matches_nothing(lists, tmp_path):
    both = lists | {"also": create(tmp_path / "also", turned(PRINTS[:1], 20), NUMBERS[:1])}
    assert search_lists(both, turned(PRINTS[:1], 20)).matched().tolist() == [False]


def test_a_negative_print_hides_nothing_that_is_nearer_to_the_list(lists):
    assert search_lists(lists, PRINTS[:1]).matched().tolist() == [True]
