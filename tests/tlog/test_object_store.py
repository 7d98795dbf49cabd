"""An object store keeps a log as a folder does, and its checkpoint changes hands only by agreement."""

from collections.abc import Iterator

import pytest

from amanat.errors import Conflict, Malformed, Misconfigured, NotFound, Unavailable
from amanat.receipt.leaf import cover_leaf
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.object_store import ObjectStore, open_object_store
from amanat.tlog.proof import check_inclusion, prove_inclusion_from
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.store import FolderStore, Store
from amanat.tlog.tile import TileHashes
from amanat.tlog.tree import root
from tlog.buckets import new_bucket, object_server


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with object_server() as running:
        yield running


@pytest.fixture
def bucket(address: str, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    return open_object_store(new_bucket(address, monkeypatch))


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path) -> Store:
    return FolderStore(tmp_path / "log") if request.param == "folder" else request.getfixturevalue("bucket")


def test_what_was_written_is_read(bucket: ObjectStore):
    assert not bucket.exists("tile/0/x001/000")
    with pytest.raises(NotFound):
        bucket.read("tile/0/x001/000")
    bucket.write("tile/0/x001/000", b"one")
    bucket.write("tile/0/x001/000", b"two")
    assert bucket.exists("tile/0/x001/000")
    assert bucket.read("tile/0/x001/000") == b"two"


@pytest.mark.parametrize("path", ["", "..", "../x", "/etc", "a//b", ".hidden", "a\n"])
def test_a_path_outside_a_log_is_malformed(bucket: ObjectStore, path: str):
    for call in (bucket.read, bucket.exists, lambda path: bucket.write(path, b"")):
        with pytest.raises(Malformed):
            call(path)


def test_the_checkpoint_is_replaced_only_by_whoever_knows_the_present_one(store: Store):
    store.swap("checkpoint", None, b"one")
    with pytest.raises(Conflict):
        store.swap("checkpoint", None, b"other")
    store.swap("checkpoint", b"one", b"two")
    with pytest.raises(Conflict):
        store.swap("checkpoint", b"one", b"three")
    with pytest.raises(Conflict):
        store.swap("elsewhere", b"one", b"three")
    assert store.read("checkpoint") == b"two"
    assert not store.exists("elsewhere")


def test_of_two_writers_who_read_the_same_checkpoint_one_is_refused(bucket: ObjectStore, monkeypatch):
    bucket.write("checkpoint", b"one")
    read = bucket._get

    def slow(path: str):
        found = read(path)
        bucket.write("checkpoint", b"by somebody else")
        return found

    monkeypatch.setattr(bucket, "_get", slow)
    with pytest.raises(Conflict):
        bucket.swap("checkpoint", b"one", b"two")
    assert read("checkpoint")[0] == b"by somebody else"


def test_proofs_are_read_from_the_tiles_of_a_bucket(bucket: ObjectStore):
    leaves = [cover_leaf() for _ in range(600)]
    write_tiles(bucket, 0, leaves[:300])
    write_tiles(bucket, 300, leaves[300:])
    hashes = [leaf_hash(leaf) for leaf in leaves]
    for index in (0, 255, 256, 599):
        path = prove_inclusion_from(TileHashes(bucket, 600), 600, index)
        check_inclusion(hashes[index], index, 600, path, root(hashes))


def test_a_store_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    with object_server() as address:
        store = open_object_store(new_bucket(address, monkeypatch))
    for call in (
        lambda: store.read("checkpoint"),
        lambda: store.exists("checkpoint"),
        lambda: store.write("checkpoint", b"x"),
    ):
        with pytest.raises(Unavailable):
            call()


@pytest.mark.parametrize("url", ["s3://", "nonsense://x", "not an address"])
def test_what_is_no_bucket_is_a_wrong_setting(url: str):
    with pytest.raises(Misconfigured, match="AMANAT_LOG_STORE"):
        open_object_store(url)
