"""A folder store keeps whole files, and nothing outside its folder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, NotFound, Unavailable
from amanat.tlog.store import FolderStore


def test_what_was_written_is_read(tmp_path):
    store = FolderStore(tmp_path / "log")
    assert not store.exists("tile/0/x001/000")
    store.write("tile/0/x001/000", b"one")
    store.write("tile/0/x001/000", b"two")
    assert store.exists("tile/0/x001/000")
    assert store.read("tile/0/x001/000") == b"two"


def test_a_missing_file_and_a_folder_are_not_found(tmp_path):
    store = FolderStore(tmp_path)
    store.write("tile/0/000", b"x")
    for path in ("checkpoint", "tile", "tile/0/000/more"):
        assert not store.exists(path)
        with pytest.raises(NotFound):
            store.read(path)


@pytest.mark.parametrize(
    "path", ["", "/", "..", "../x", "a/../b", "/etc", "a//b", "a/", ".hidden", "a\\b", "a\x00", "٣", "a\n"]
)
def test_a_path_outside_a_log_is_malformed(tmp_path, path):
    store = FolderStore(tmp_path)
    for call in (store.read, store.exists, lambda path: store.write(path, b"")):
        with pytest.raises(Malformed):
            call(path)


def test_a_write_that_fails_leaves_the_old_file_and_no_temporary_one(tmp_path):
    store = FolderStore(tmp_path)
    store.write("checkpoint", b"old")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "inside").touch()
    with pytest.raises(Unavailable):
        store.write("taken", b"new")
    with pytest.raises(Unavailable):
        store.write("checkpoint/below", b"new")
    assert store.read("checkpoint") == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint", "taken"]


@given(data=st.binary(max_size=50))
def test_every_byte_comes_back(tmp_path_factory, data):
    store = FolderStore(tmp_path_factory.mktemp("store"))
    store.write("checkpoint", data)
    assert store.read("checkpoint") == data
