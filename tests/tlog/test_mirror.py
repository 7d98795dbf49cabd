"""A mirror holds nothing that was not proven, goes on after a crash at any write, and never goes back."""

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Error, Misconfigured
from amanat.tlog.audit import audit, tiles_at
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.mirror import Copied, Mirror, copy, new_files
from amanat.tlog.note import parse_note
from amanat.tlog.policy import parse_policy
from amanat.tlog.sightings import Alarm
from amanat.tlog.store import FolderStore
from amanat.tlog.tile import ENTRIES, format_tile_path
from cli.follower import cosigned, flip, grown, published
from tlog.makers import LOG, NORTH, entries, publish

POLICY = parse_policy(f"log {LOG.verifier}\nwitness north {NORTH.verifier}\nquorum north\n")
SIZE = 600


class Crash(Exception):
    """The power went."""


@pytest.fixture
def log(tmp_path: Path) -> FolderStore:
    return grown(tmp_path / "log", SIZE)


def look(log: FolderStore, folder: Path) -> Copied | Alarm:
    return Mirror(log, folder, POLICY, patience=1).look()


def files(folder: Path) -> dict[str, bytes]:
    """What is published in a folder: every file but those of the mirror itself."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = ((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths)
    return {name: data for name, data in named if not name.startswith(".mirror/")}


def checkpoint(store: FolderStore) -> Checkpoint:
    return parse_checkpoint(parse_note(store.read("checkpoint")).text)


def test_the_copy_is_the_log_to_the_byte_and_grows_with_it(log, tmp_path):
    for size, old in ((SIZE, SIZE), (601, SIZE), (768, 601), (1000, 768)):
        if size > old:
            grown(tmp_path / "log", size, old)
        copied = look(log, tmp_path / "copy")
        assert isinstance(copied, Copied)
        assert copied.size == size
        assert files(tmp_path / "copy") == files(tmp_path / "log")
        again = look(log, tmp_path / "copy")
        assert isinstance(again, Copied)
        assert again.files == 0


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_only_and_all_files_that_the_old_tree_lacks_are_new(one, two):
    old, size = sorted((one, two))

    def needed(count: int) -> set[str]:
        levels = [(ENTRIES, count), *((level, count >> 8 * level) for level in range(4))]
        return {format_tile_path(tile) for level, filled in levels for tile in tiles_at(level, filled)}

    assert {format_tile_path(tile) for tile in new_files(old, size)} == needed(size) - needed(old)


@pytest.mark.parametrize(
    "path", ["tile/entries/001", "tile/entries/002.p/88", "tile/0/001", "tile/1/000.p/2"]
)
def test_no_false_file_and_no_checkpoint_over_it_is_published(log, tmp_path, path):
    flip(tmp_path / "log" / path)
    with contextlib.suppress(Error):
        assert isinstance(look(log, tmp_path / "copy"), Alarm)
    left = files(tmp_path / "copy")
    assert not left.keys() & {path, "checkpoint"}
    flip(tmp_path / "log" / path)
    assert left.items() <= files(tmp_path / "log").items()
    assert isinstance(look(log, tmp_path / "copy"), Copied)
    assert files(tmp_path / "copy") == files(tmp_path / "log")


def test_a_crash_after_any_write_leaves_proven_files_and_the_next_run_goes_on(log, tmp_path):
    right = files(tmp_path / "log")
    count = len(list(new_files(0, SIZE)))
    for crash_at in range(1, count + 1):
        store = FolderStore(tmp_path / f"copy{crash_at}")

        def crash(done: int, _all: int, at: int = crash_at) -> None:
            if done == at:
                raise Crash

        with pytest.raises(Crash):
            copy(log, store, checkpoint(log), 0, after_each=crash)
        left = files(tmp_path / f"copy{crash_at}")
        assert len(left) == crash_at
        assert left.items() <= right.items()
        assert copy(log, store, checkpoint(log), 0) == count - crash_at
        audit(store, checkpoint(log))


def test_files_are_written_in_one_order_bundles_first_and_the_checkpoint_last(log, tmp_path, monkeypatch):
    paths = []
    write = FolderStore.write
    monkeypatch.setattr(
        FolderStore, "write", lambda self, path, data: paths.append(path) or write(self, path, data)
    )
    look(log, tmp_path / "copy")
    assert paths == [
        "checkpoints/600.note",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/88",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/88",
        "tile/1/000.p/2",
        "checkpoint",
    ]


def test_what_a_crash_or_a_disk_spoilt_is_written_again(log, tmp_path):
    look(log, tmp_path / "copy")
    (tmp_path / "copy/checkpoint").unlink()
    flip(tmp_path / "copy/tile/entries/001")
    (tmp_path / "copy/tile/0/000").write_bytes(b"")
    copied = look(log, tmp_path / "copy")
    assert isinstance(copied, Copied)
    assert copied.files == 2
    assert files(tmp_path / "copy") == files(tmp_path / "log")


def test_nothing_is_published_before_the_quorum_and_cosignatures_follow(tmp_path):
    log = publish(tmp_path / "log", 5)
    waiting = look(log, tmp_path / "copy")
    assert isinstance(waiting, Copied)
    assert (waiting.size, files(tmp_path / "copy")) == (0, {})
    cosigned(log, NORTH)
    assert isinstance(look(log, tmp_path / "copy"), Copied)
    assert files(tmp_path / "copy") == files(tmp_path / "log")


def test_it_never_goes_back_and_never_follows_a_second_history(log, tmp_path):
    look(log, tmp_path / "copy")
    before = files(tmp_path / "copy")
    small = grown(tmp_path / "small", 500)
    forks = [published(tmp_path / f"fork{size}", [b"fork", *entries(size - 1)]) for size in (SIZE, 700)]
    for other in (small, *forks):
        assert isinstance(look(other, tmp_path / "copy"), Alarm)
        assert files(tmp_path / "copy") == before


def test_without_its_memory_the_published_checkpoint_still_holds_it(log, tmp_path):
    look(log, tmp_path / "copy")
    before = files(tmp_path / "copy")
    for size in (500, SIZE, 700):
        shutil.rmtree(tmp_path / "copy/.mirror")
        fork = published(tmp_path / f"fork{size}", [b"fork", *entries(size - 1)])
        assert isinstance(look(fork, tmp_path / "copy"), Alarm)
        assert files(tmp_path / "copy") == before
        assert isinstance(look(log, tmp_path / "copy"), Copied)


def test_a_published_checkpoint_that_does_not_hold_is_not_built_on(log, tmp_path):
    look(log, tmp_path / "copy")
    flip(tmp_path / "copy/checkpoint")
    with pytest.raises(Misconfigured):
        look(log, tmp_path / "copy")
