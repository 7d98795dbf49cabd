"""Whatever is changed in a log, the file that was changed is named, and no other."""

from pathlib import Path

import pytest

from amanat.errors import Unavailable
from amanat.tlog.audit import tiles_at
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.fsck import Fault, faults, spare
from amanat.tlog.note import parse_note
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tile import ENTRIES, format_bundle, format_tile_path, parse_bundle
from tlog.makers import entries, publish

SIZE = 600
PATHS = [
    format_tile_path(tile)
    for level, count in ((ENTRIES, SIZE), (0, SIZE), (1, SIZE >> 8))
    for tile in tiles_at(level, count)
]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return publish(tmp_path, SIZE)


def checkpoint(store: FolderStore) -> Checkpoint:
    return parse_checkpoint(parse_note(store.read("checkpoint")).text)


def found(store: FolderStore) -> list[Fault]:
    return list(faults(store, checkpoint(store)))


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, SIZE])
def test_a_right_log_has_no_faults_and_every_entry_is_counted(tmp_path, size):
    store, told = publish(tmp_path, size), []
    assert list(faults(store, checkpoint(store), after_each=told.append)) == []
    assert told[-1:] == ([size] if size else [])


@pytest.mark.parametrize("path", PATHS)
def test_one_changed_bit_is_found_in_the_file_where_it_is(store, path):
    data = store.read(path)
    for at in (4, len(data) // 2, len(data) - 1):
        store.write(path, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert [fault.path for fault in found(store)] == [path]
    assert found(store)[0].false


@pytest.mark.parametrize("path", PATHS)
def test_a_missing_or_cut_off_file_is_found_and_no_other(store, tmp_path, path):
    data = store.read(path)
    for cut in (data[:-1], b""):
        store.write(path, cut)
        assert [(fault.path, fault.false) for fault in found(store)] == [(path, False)]
    (tmp_path / path).unlink()
    assert found(store) == [Fault(path, "it is missing", false=False)]


@pytest.mark.parametrize("path", ["tile/entries/001", "tile/entries/002.p/88"])
def test_a_bundle_that_lost_its_last_entry_is_found(store, path):
    store.write(path, format_bundle(parse_bundle(store.read(path))[:-1]))
    assert [(fault.path, fault.false) for fault in found(store)] == [(path, False)]


def test_all_bad_files_are_named_from_left_to_right(store, tmp_path):
    for path in ("tile/entries/000", "tile/entries/001", "tile/0/000", "tile/0/002.p/88"):
        (tmp_path / path).unlink()
    store.write("tile/1/000.p/2", bytes(64))
    names = [fault.path for fault in found(store)]
    assert names[:4] == ["tile/entries/000", "tile/0/000", "tile/entries/001", "tile/0/002.p/88"]


def test_an_entry_changed_together_with_its_tiles_is_found(tmp_path, store):
    """Who holds the server can write every file again, but not sign."""
    note = store.read("checkpoint")
    changed = [*entries(100), b"changed", *entries(SIZE - 101, 101)]
    other = FolderStore(tmp_path / "changed")
    write_tiles(other, 0, changed)
    other.write("checkpoint", note)
    assert [(fault.path, fault.false) for fault in found(other)] == [("checkpoint", True)]
    for path in ("tile/entries/000", "tile/0/000"):
        store.write(path, other.read(path))
    assert [fault.path for fault in found(store)] == ["tile/entries/000", "tile/0/000"]


def test_a_file_that_cannot_be_read_now_is_not_called_bad(store):
    class Broken:
        def read(self, path: str) -> bytes:
            if path == "tile/entries/001":
                raise Unavailable("no answer", where=path)
            return store.read(path)

    with pytest.raises(Unavailable):
        list(faults(Broken(), checkpoint(store)))


def test_files_that_are_not_needed_are_sorted_out(tmp_path):
    publish(tmp_path, 100)
    publish(tmp_path, SIZE, 100)
    publish(tmp_path, 610, SIZE)
    paths = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    sorted_out = spare([*paths, "index.html", "tile/0/x000/000"], SIZE)
    assert sorted_out.outgrown == ("tile/0/000.p/100", "tile/entries/000.p/100")
    assert sorted_out.ahead == ("tile/0/002.p/98", "tile/entries/002.p/98")
    assert sorted_out.strange == ("index.html", "tile/0/x000/000")
