"""A log grows only by adding files, and a crash in the middle changes nothing in the end."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Conflict
from amanat.tlog.audit import audit
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import check_note, parse_note
from amanat.tlog.sequencer import integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tree import Frontier, root
from tlog.makers import LOG, ORIGIN, entries, publish


class Crash(Exception):
    """The process dies here."""


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_batch_continues_the_tree():
    old = Frontier.empty().extend(leaf_hash(entry) for entry in entries(5))
    batch = integrate(old, entries(3, 5))
    assert (batch.first_index, batch.leaves) == (5, tuple(entries(3, 5)))
    assert batch.frontier.root() == root([leaf_hash(entry) for entry in entries(8)])


def test_the_signed_checkpoint_is_the_batchs_and_by_the_log():
    note = parse_note(sign_checkpoint(integrate(Frontier.empty(), entries(8)), LOG))
    check_note(note, LOG.verifier)
    checkpoint = parse_checkpoint(note.text)
    assert (checkpoint.origin, checkpoint.size) == (ORIGIN, 8)
    assert checkpoint.root == root([leaf_hash(entry) for entry in entries(8)])


@given(st.lists(st.integers(0, 300), min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_however_a_log_grew_its_files_are_right(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("log")
    size, batch = 0, integrate(Frontier.empty(), ())
    for step in steps:
        batch = integrate(batch.frontier, entries(step, size))
        write_tiles(FolderStore(folder), size, batch.leaves)
        size += step
        audit(FolderStore(folder), batch.checkpoint(ORIGIN))


def test_the_files_of_a_log_of_600_are_those_of_the_specification(tmp_path):
    publish(tmp_path, 600)
    expected = {f"tile/{level}/{name}" for level in ("0", "entries") for name in ("000", "001", "002.p/88")}
    assert set(files(tmp_path)) == {"checkpoint", "tile/1/000.p/2", *expected}


@pytest.mark.parametrize(("old", "size"), [(0, 700), (5, 300), (250, 700), (256, 512), (510, 513)])
def test_a_crash_at_any_file_and_a_second_run_give_the_same_bytes(tmp_path, old, size):
    publish(tmp_path / "whole", old)
    paths: list[str] = []
    write_tiles(FolderStore(tmp_path / "whole"), old, entries(size - old, old), after_each=paths.append)
    for number in range(len(paths)):
        folder = tmp_path / str(number)
        publish(folder, old)

        def crash(path: str, last: str = paths[number]) -> None:
            if path == last:
                raise Crash

        with pytest.raises(Crash):
            write_tiles(FolderStore(folder), old, entries(size - old, old), after_each=crash)
        write_tiles(FolderStore(folder), old, entries(size - old, old))
        assert files(folder) == files(tmp_path / "whole")


def test_a_second_run_writes_nothing(tmp_path):
    publish(tmp_path, 300)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.name != "checkpoint"}
    write_tiles(FolderStore(tmp_path), 0, entries(300))
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())


def test_a_log_never_changes_what_it_published(tmp_path):
    store = publish(tmp_path, 300)
    before = files(tmp_path)
    with pytest.raises(Conflict):
        write_tiles(store, 0, entries(300, 1))
    assert files(tmp_path) == before


def test_growing_works_from_the_full_tile_when_the_partial_one_was_deleted(tmp_path):
    store = publish(tmp_path, 300)
    write_tiles(store, 0, entries(5))
    for level in ("0", "entries"):
        (tmp_path / "tile" / level / "000.p" / "5").unlink()
    write_tiles(store, 5, entries(295, 5))
    assert store.read("tile/0/000") == b"".join(leaf_hash(entry) for entry in entries(256))


def test_no_leaves_write_no_files(tmp_path):
    write_tiles(FolderStore(tmp_path), 5, [])
    assert not files(tmp_path)
