"""Going through a whole log finds whatever was changed in it."""

import pytest

from amanat.errors import Malformed, NotFound, Unverified
from amanat.tlog.audit import audit, entries_of
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.hashing import EMPTY_ROOT
from amanat.tlog.note import parse_note
from amanat.tlog.tile import format_bundle
from tlog.makers import ORIGIN, entries, publish

SIZE = 600


@pytest.fixture
def store(tmp_path):
    return publish(tmp_path, SIZE)


def checkpoint(store) -> Checkpoint:
    return parse_checkpoint(parse_note(store.read("checkpoint")).text)


def test_a_right_log_passes(store):
    audit(store, checkpoint(store))
    assert list(entries_of(store, SIZE)) == entries(SIZE)


def test_the_empty_log_passes(store):
    audit(store, Checkpoint(ORIGIN, 0, EMPTY_ROOT))


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/001"])
def test_one_changed_byte_in_any_file_is_found(store, path):
    data = bytearray(store.read(path))
    data[-1] ^= 1
    store.write(path, bytes(data))
    with pytest.raises(Unverified):
        audit(store, checkpoint(store))


def test_another_root_is_found(store):
    with pytest.raises(Unverified):
        audit(store, Checkpoint(ORIGIN, SIZE, EMPTY_ROOT))


def test_a_missing_file_is_found(store, tmp_path):
    (tmp_path / "tile" / "entries" / "001").unlink()
    with pytest.raises(NotFound):
        audit(store, checkpoint(store))


def test_a_missing_entry_is_found(store):
    store.write("tile/entries/001", format_bundle(entries(255, 256)))
    with pytest.raises(Malformed):
        audit(store, checkpoint(store))
