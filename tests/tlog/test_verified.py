"""A log read with proof gives out nothing that is not part of the signed tree."""

import pytest

from amanat.errors import Error, Malformed, NotFound, Unverified
from amanat.tlog.audit import tiles_at
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.note import parse_note
from amanat.tlog.proof import check_consistency, prove_consistency_from
from amanat.tlog.store import FolderStore
from amanat.tlog.tile import ENTRIES, Tile, TileHashes, format_bundle, format_tile_path, read_entries
from amanat.tlog.tree import root
from amanat.tlog.verified import VerifiedReader, edge_root, filled_width
from tlog.makers import ORIGIN, entries, publish

SIZE = 600


def checkpoint(store: FolderStore) -> Checkpoint:
    return parse_checkpoint(parse_note(store.read("checkpoint")).text)


def files(size: int) -> list[Tile]:
    levels = [(ENTRIES, size), (0, size), (1, size >> 8), (2, size >> 16)]
    return [tile for level, count in levels for tile in tiles_at(level, count)]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, SIZE])
def test_a_right_log_is_read_as_it_is(tmp_path, size):
    store = publish(tmp_path, size)
    verified = VerifiedReader(store, checkpoint(store))
    for tile in files(size):
        assert verified.read(format_tile_path(tile)) == store.read(format_tile_path(tile))


def test_every_byte_that_is_changed_is_found_with_its_file(tmp_path):
    store = publish(tmp_path, SIZE)
    signed = checkpoint(store)
    for tile in files(SIZE):
        path = format_tile_path(tile)
        right = store.read(path)
        store.write(path, right[:-1] + bytes([right[-1] ^ 1]))
        with pytest.raises(Unverified):
            VerifiedReader(store, signed).read(path)
        store.write(path, right)


def test_a_file_that_is_cut_off_or_gone_is_an_error_and_never_fewer_entries(tmp_path):
    store = publish(tmp_path, SIZE)
    for number, width in ((1, 256), (2, 88)):
        path = format_tile_path(Tile(ENTRIES, number, width))
        right = store.read(path)
        for kept in (entries(width - 1, number * 256), []):
            store.write(path, format_bundle(kept))
            with pytest.raises(Error):
                VerifiedReader(store, checkpoint(store)).read(path)
        (tmp_path / path).unlink()
        with pytest.raises(NotFound):
            VerifiedReader(store, checkpoint(store)).read(path)
        store.write(path, right)


def test_entries_that_changed_places_are_found(tmp_path):
    store = publish(tmp_path, SIZE)
    right = list(read_entries(store, Tile(ENTRIES, 1)))
    store.write("tile/entries/001", format_bundle([right[1], right[0], *right[2:]]))
    with pytest.raises(Unverified, match="tile/entries/001"):
        VerifiedReader(store, checkpoint(store)).read("tile/entries/001")


def test_another_root_is_never_proven(tmp_path):
    with pytest.raises(Unverified):
        VerifiedReader(publish(tmp_path, 5), Checkpoint(ORIGIN, 5, EMPTY_ROOT))


def test_a_narrower_tile_is_the_beginning_of_the_proven_one(tmp_path):
    store = publish(tmp_path, SIZE)
    verified = VerifiedReader(store, checkpoint(store))
    assert verified.read("tile/0/002.p/80") == store.read("tile/0/002.p/88")[: 80 * 32]
    assert verified.read("tile/entries/001.p/2") == format_bundle(entries(2, 256))


def test_partial_files_that_were_deleted_are_taken_from_the_full_ones(tmp_path):
    store = publish(tmp_path, SIZE)
    signed = checkpoint(store)
    publish(tmp_path, 800, SIZE)
    (tmp_path / "tile/0/002.p/88").unlink()
    (tmp_path / "tile/entries/002.p/88").unlink()
    verified = VerifiedReader(store, signed)
    assert verified.read("tile/entries/002.p/88") == format_bundle(entries(88, 512))


@pytest.mark.parametrize("path", ["tile/0/003", "tile/0/002", "tile/0/002.p/89", "tile/3/000.p/1"])
def test_what_the_tree_does_not_have_is_not_found(tmp_path, path):
    store = publish(tmp_path, SIZE)
    with pytest.raises(NotFound):
        VerifiedReader(store, checkpoint(store)).read(path)


def test_only_tiles_are_read(tmp_path):
    store = publish(tmp_path, SIZE)
    with pytest.raises(Malformed):
        VerifiedReader(store, checkpoint(store)).read("checkpoint")


def test_a_proof_of_consistency_can_be_made_from_it(tmp_path):
    store = publish(tmp_path, SIZE)
    new = checkpoint(store)
    hashes = [leaf_hash(entry) for entry in entries(SIZE)]
    for old in (1, 255, 256, 300, 512, 599):
        reader = TileHashes(VerifiedReader(store, new), SIZE)
        check_consistency(old, root(hashes[:old]), SIZE, new.root, prove_consistency_from(reader, SIZE, old))


def test_the_edge_makes_the_root_in_trees_of_three_levels():
    # Places stand for hashes of tiles: any 32 bytes make the same shape.
    for size in (65536, 65536 + 256, 131_372):
        hashes = [leaf_hash(b"%d" % index) for index in range(size)]
        levels = [hashes]
        while len(levels[-1]) >= 256:
            below = levels[-1]
            levels.append([root(below[at : at + 256]) for at in range(0, len(below) // 256 * 256, 256)])
        edge = {level: items[len(items) // 256 * 256 :] for level, items in enumerate(levels)}
        assert edge_root(edge) == root(hashes)
        assert filled_width(size, 2, 0) == size // 65536
