"""What is not in a log is shown to be absent, and what cannot be read is never taken for absent."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from amanat.errors import Error, Malformed, NotFound, Unverified
from amanat.receipt.absence import MAX_SEQ, Scan, as_of, fetch_bytes, scan
from amanat.receipt.leaf import case_leaf, cover_leaf, statement_leaf, tag
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.note import parse_note
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.store import FolderStore
from amanat.tlog.tile import format_bundle, parse_bundle
from cli.follower import flip, published
from tlog.makers import EAST, LOG, NORTH, SOUTH

KEY = bytes(range(32))
SIZE = 600
PLACES = {0: 3, 1: 300, 2: 299, 4: 599}
"""Two are in the wrong order, as shuffling may put them; 3 is left out."""


def leaves() -> list[bytes]:
    made = [cover_leaf() for _ in range(SIZE)]
    made[7] = statement_leaf("the key of this log changes")
    made[8] = b"what another program wrote"
    for seq, index in PLACES.items():
        made[index] = case_leaf(tag(KEY, seq), bytes(32))
    return made


@pytest.fixture
def log(tmp_path: Path) -> FolderStore:
    return published(tmp_path, leaves())


def checkpoint(log: FolderStore) -> Checkpoint:
    return parse_checkpoint(parse_note(log.read("checkpoint")).text)


def test_events_are_found_where_they_are_and_the_first_gap_is_known(log):
    found = scan(log, checkpoint(log), KEY)
    assert found == Scan(0, SIZE, {seq: (index,) for seq, index in PLACES.items()})
    assert found.first_gap == 3


def test_other_keys_find_nothing(log):
    found = scan(log, checkpoint(log), bytes(32))
    assert (found.places, found.first_gap) == ({}, 0)


def test_an_event_that_is_there_twice_is_told_twice(tmp_path):
    twice = [case_leaf(tag(KEY, 0), bytes(32)), case_leaf(tag(KEY, 0), bytes([1] * 32))]
    log = published(tmp_path, twice)
    assert scan(log, checkpoint(log), KEY).places == {0: (0, 1)}


@pytest.mark.parametrize(
    ("first", "seqs", "gap"),
    [(3, [0, 1, 2, 4], 3), (4, [1, 2, 4], 3), (300, [1, 4], 2), (301, [4], 5), (600, [], 0)],
)
def test_entries_before_the_first_asked_for_are_left_out(log, first, seqs, gap):
    found = scan(log, checkpoint(log), KEY, first=first)
    assert sorted(found.places) == seqs
    assert found.first_gap == gap


def test_a_first_entry_that_is_not_there_is_malformed(log):
    with pytest.raises(Malformed):
        scan(log, checkpoint(log), KEY, first=SIZE + 1)


def test_the_last_number_that_is_looked_for_is_found(tmp_path):
    log = published(tmp_path, [case_leaf(tag(KEY, MAX_SEQ), bytes(32))])
    assert list(scan(log, checkpoint(log), KEY).places) == [MAX_SEQ]


@pytest.mark.parametrize("path", ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"])
def test_a_bundle_that_is_cut_off_changed_or_gone_never_looks_like_absence(log, tmp_path, path):
    right = log.read(path)
    kept = parse_bundle(right)
    for wrong in (b"", right[:-1], format_bundle(kept[:-1]), format_bundle([*kept[:-1], cover_leaf()])):
        log.write(path, wrong)
        with pytest.raises(Error):
            scan(log, checkpoint(log), KEY)
    log.write(path, right)
    flip(tmp_path / path)
    with pytest.raises(Unverified, match=path):
        scan(log, checkpoint(log), KEY)
    (tmp_path / path).unlink()
    with pytest.raises(NotFound, match=path.split(".")[0]):
        scan(log, checkpoint(log), KEY)


def test_what_is_left_out_is_not_fetched_and_the_size_told_is_near(log):
    read = {}

    class Counting:
        def read(self, path: str) -> bytes:
            read[path] = log.read(path)
            return read[path]

    for first in (0, 300):
        read.clear()
        scan(Counting(), checkpoint(log), KEY, first=first)
        fetched = sum(map(len, read.values()))
        assert fetched * 0.5 < fetch_bytes(SIZE, first) < fetched * 2 + 25_000
    assert "tile/entries/000" not in read


def test_progress_is_told_in_entries(log):
    told: list[int] = []
    scan(log, checkpoint(log), KEY, first=300, after_each=told.append)
    assert told == [212, 300]


def policy(quorum: str) -> Policy:
    witnesses = "".join(
        f"witness {name} {key.verifier}\n" for name, key in (("n", NORTH), ("s", SOUTH), ("e", EAST))
    )
    return parse_policy(f"log {LOG.verifier}\n{witnesses}group two 2 n s e\nquorum {quorum}\n")


def test_the_moment_is_one_at_which_a_whole_quorum_knew_no_larger_log():
    times = {name: datetime(2026, 1, day, tzinfo=UTC) for name, day in (("n", 1), ("s", 2), ("e", 3))}
    assert as_of(times, policy("two")) == times["s"]
    assert as_of(times, policy("n")) == times["n"]
    assert as_of({"n": times["n"]}, policy("two")) is None
    assert as_of(times, policy("none")) is None
