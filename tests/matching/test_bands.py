"""The fast ways answer what the definition answers: any distance, skewed lists, hostile tables."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.fingerprint.value import Prints
from amanat.matching import bands, linear
from amanat.matching.bands import Bands, build
from amanat.matching.layout import SCAN, banded, sixteen
from matching.makers import near_prints, random_prints, turned

COARSE, FINE, WIDE = banded(6), banded(14), sixteen(9)


@pytest.fixture(params=["compiled", "numpy"])
def loops(request, monkeypatch):
    """Each way of running the loops."""
    if request.param == "numpy":
        monkeypatch.setattr(bands, "compiled", lambda: None)
    return request.param


@st.composite
def cases(draw: st.DrawFn) -> tuple[Prints, Prints, int]:
    """Rows and queries near the same few centres, and a distance: pairs lie on both sides of it."""
    seed = draw(st.integers(0, 2**32))
    prints = near_prints(draw(st.integers(0, 80)), seed)
    return prints, near_prints(draw(st.integers(0, 6)), seed, more=1), draw(st.integers(0, 40))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_scan_and_bands_compiled_or_not_answer_what_the_definition_answers(case):
    prints, queries, distance = case
    wanted = linear.search(prints, queries, distance)
    for layout in (SCAN, COARSE, FINE, WIDE):
        assert build(prints, layout).search(queries, distance) == wanted
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bands, "compiled", lambda: None)
            assert build(prints, layout).search(queries, distance) == wanted


@pytest.fixture(scope="module", params=[FINE, WIDE], ids=["fine", "wide"])
def index(request) -> Bands:
    """Of few rows under each prefix, and of some forty, so that many tags are compared at once."""
    return build(random_prints(20_000), request.param)


@pytest.mark.parametrize("distance", [0, 1, 10, 23, 31])
def test_bands_miss_nothing_at_the_very_edge(loops, index, distance):
    prints = index.prints
    queries = np.concatenate([turned(prints[:40], distance), turned(prints[40:60], distance + 1)])
    hits = index.search(queries, distance)
    assert hits == linear.search(prints, queries, distance)
    assert hits.row.tolist() == list(range(40))


def test_beyond_the_match_distance_it_scans_and_still_finds_everything(loops, index):
    queries = turned(index.prints[:5], 60)
    assert index.search(queries, 60).row.tolist() == list(range(5))


@pytest.fixture(scope="module", params=[COARSE, FINE], ids=["coarse", "fine"])
def skewed(request) -> Bands:
    """Whoever writes such a list wants each query to walk all of it, once for every band."""
    prints = random_prints(5_000)
    prints[:, 0] = 7
    return build(prints, request.param)


def test_a_list_that_fills_one_bucket_is_scanned_and_answered_exactly(loops, skewed):
    queries = np.concatenate([skewed.prints[:3], turned(skewed.prints[3:6], 31)])
    assert skewed.search(queries, 31) == linear.search(skewed.prints, queries, 31)


def test_a_list_of_one_print_over_and_over_answers_every_row(loops):
    prints = np.repeat(random_prints(1), 5_000, axis=0)
    for layout in (SCAN, COARSE, FINE):
        assert build(prints, layout).search(prints[:2], 31).row.tolist() == [*range(5_000)] * 2


def test_more_hits_than_the_buffer_holds_are_all_there(monkeypatch):
    monkeypatch.setattr(bands, "BUFFER_HITS", 2)
    prints = turned(np.repeat(random_prints(1), 40, axis=0), 5)
    prints = np.concatenate([prints, random_prints(2_000)])
    for layout in (SCAN, FINE):
        assert build(prints, layout).search(prints[:9], 31) == linear.search(prints, prints[:9], 31)


def test_threads_share_the_queries_and_change_nothing(index):
    queries = turned(index.prints[:7], 20)
    assert index.search(queries, threads=3) == index.search(queries)


def test_no_rows_and_no_queries_are_no_hits(loops):
    for layout in (SCAN, COARSE, FINE):
        assert len(build(random_prints(0), layout).search(random_prints(2))) == 0
        assert len(build(random_prints(2), layout).search(random_prints(0))) == 0


@pytest.mark.parametrize("distance", [-1, 257])
def test_a_distance_that_no_print_has_is_refused(distance):
    with pytest.raises(ValueError, match="0 to 256"):
        build(random_prints(1)).search(random_prints(1), distance)


@pytest.mark.parametrize("value", [0xFFFFFFFF, 2_001])
def test_a_table_or_a_filed_row_that_points_outside_is_malformed_and_reads_nothing(loops, value):
    good = build(random_prints(2_000), FINE)
    table = np.full_like(good.table, value)
    table[::2] = 0
    for hostile in ({"table": table}, {"filed": np.full_like(good.filed, value)}):
        index = dataclasses.replace(good, **hostile)
        with pytest.raises(Malformed, match="point outside"):
            index.search(good.prints[:1])
