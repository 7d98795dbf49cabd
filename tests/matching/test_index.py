"""An index answers by entry, sees what others change at once, and refuses a folder that is none."""

import os
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Conflict, Malformed, NotFound, Unavailable
from amanat.matching.folder import Current, Terms
from amanat.matching.index import Index
from amanat.matching.write import add, create, is_due, merge, remove, set_terms
from matching.makers import random_prints, turned

PRINTS = random_prints(300)


def entries(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.uint64)


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "list", PRINTS[:200], np.arange(200, dtype=np.uint64))
    return tmp_path / "list"


def found(index: Index, prints: np.ndarray) -> list[int]:
    return index.search(prints).entry.tolist()


def test_what_others_add_and_remove_counts_in_the_next_search(folder):
    index = Index(folder)
    assert found(index, PRINTS[[3, 250]]) == [3]
    add(folder, PRINTS[250:252], entries(900, 901))
    assert found(index, PRINTS[[3, 250]]) == [3, 900]
    remove(folder, entries(3, 901, 77_777))
    assert found(index, PRINTS[[3, 250, 251]]) == [900]
    assert len(index) == 200 - 1 + 1


def test_a_removed_entry_that_is_added_again_is_there_with_its_new_print_only(folder):
    remove(folder, entries(5))
    add(folder, PRINTS[260:261], entries(5))
    for _ in range(2):
        assert found(Index(folder), PRINTS[[5, 260]]) == [5]
        merge(folder)


def test_a_merge_changes_no_answer_and_an_open_index_goes_on(folder):
    index = Index(folder)
    add(folder, PRINTS[250:260], np.arange(250, 260, dtype=np.uint64))
    add(folder, PRINTS[:2], entries(0, 1))
    remove(folder, entries(9, 252))
    before = index.search(turned(PRINTS, 20))
    merge(folder)
    for each in (index, Index(folder)):
        after = each.search(turned(PRINTS, 20))
        assert (after.entry.tolist(), after.query.tolist()) == (before.entry.tolist(), before.query.tolist())
        assert len(each) == 200 - 1 + 9
    assert sorted(path.name for path in folder.iterdir()) == [
        "changes-1",
        "current",
        "lock",
        "merging",
        "segment-1",
    ]


def test_a_change_that_comes_while_a_merge_runs_is_carried_over(folder, monkeypatch):
    import amanat.matching.write as module

    write = module.write_segment

    def slowly(*arguments):
        add(folder, PRINTS[299:], entries(299))
        remove(folder, entries(7))
        with pytest.raises(Conflict):
            merge(folder)
        return write(*arguments)

    monkeypatch.setattr(module, "write_segment", slowly)
    merge(folder)
    assert found(Index(folder), PRINTS[[7, 8, 299]]) == [8, 299]


def test_an_entry_with_several_prints_is_answered_once_at_its_nearest(tmp_path):
    near = np.concatenate([turned(PRINTS[:1], 12), turned(PRINTS[:1], 5), turned(PRINTS[:1], 30)])
    index = create(tmp_path / "list", near, entries(4, 4, 4))
    add(tmp_path / "list", turned(PRINTS[:1], 3), entries(4))
    matches = index.search(PRINTS[:1])
    assert (matches.entry.tolist(), matches.distance.tolist()) == ([4], [3])


def test_the_terms_of_a_list_say_how_far_it_matches(folder):
    index = Index(folder)
    query = turned(PRINTS[:1], 20)
    assert found(index, query) == [0]
    set_terms(folder, Terms(distance=19))
    assert found(index, query) == []
    assert index.search(query, 31).entry.tolist() == [0]


def test_only_the_owner_can_read_an_index(folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_an_index_is_never_made_over_another_and_a_folder_without_one_is_not_found(folder, tmp_path):
    with pytest.raises(Conflict):
        create(folder, PRINTS[:1], entries(1))
    for act in (Index, merge, lambda place: add(place, PRINTS[:1], entries(1))):
        with pytest.raises((NotFound, Unavailable)):
            act(tmp_path / "nothing")


def test_a_torn_batch_is_not_read_and_the_next_writer_cuts_it_off(folder):
    add(folder, PRINTS[250:251], entries(250))
    whole = (folder / "changes-0").read_bytes()
    (folder / "changes-0").write_bytes(whole + whole[:90])
    index = Index(folder)
    assert found(index, PRINTS[[250]]) == [250]
    add(folder, PRINTS[251:252], entries(251))
    assert found(index, PRINTS[[250, 251]]) == [250, 251]
    assert len((folder / "changes-0").read_bytes()) == 2 * len(whole)


def test_changes_that_no_crash_makes_are_malformed(folder):
    add(folder, PRINTS[250:251], entries(250))
    data = bytearray((folder / "changes-0").read_bytes())
    data[20] ^= 1
    (folder / "changes-0").write_bytes(data)
    with pytest.raises(Malformed):
        Index(folder)


def test_a_disk_that_is_full_leaves_the_index_as_it_was(folder, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    before = (folder / "changes-0").read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        add(folder, PRINTS[250:251], entries(250))
    with pytest.raises(Unavailable):
        merge(folder)
    monkeypatch.undo()
    assert (folder / "changes-0").read_bytes() == before
    assert found(Index(folder), PRINTS[[1, 250]]) == [1]


def test_a_merge_is_due_after_many_changes(folder, monkeypatch):
    monkeypatch.setattr("amanat.matching.write.MERGE_AFTER", 5)
    assert not is_due(folder)
    remove(folder, np.arange(6, dtype=np.uint64))
    assert is_due(folder)


@given(st.builds(Current, st.integers(0, 2**50), st.builds(Terms, st.integers(0, 256), st.booleans())))
def test_the_head_reads_back_to_the_same_bytes(current):
    assert Current.parse(current.format()) == current


WRONG_HEADS = [
    b"[]",
    b"{}",
    b'{"distance":"31","generation":0,"negative":false,"version":1}',
    b'{"distance":257,"generation":0,"negative":false,"version":1}',
    b'{"distance":1,"generation":0,"negative":0,"version":1}',
    b'{"distance":1,"generation":0,"negative":true,"version":2}',
]


@given(st.binary(max_size=40) | st.sampled_from(WRONG_HEADS))
def test_other_bytes_are_no_head(data):
    with pytest.raises(Malformed):
        Current.parse(data)
