"""Tiles lie where the specification says, and every hash of a tree can be read from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, NotFound
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.proof import prove_consistency, prove_consistency_from, prove_inclusion, prove_inclusion_from
from amanat.tlog.tile import (
    ENTRIES,
    Tile,
    TileHashes,
    format_bundle,
    format_tile_path,
    parse_bundle,
    parse_tile_path,
    read_entries,
    read_tile,
)
from amanat.tlog.tree import root
from tlog.makers import assert_law, entries, publish, text_law

TILES = st.builds(Tile, st.integers(-1, 63), st.integers(0, 2**63 - 1), st.integers(1, 256))


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),
        (Tile(1, 999, 8), "tile/1/999.p/8"),
        (Tile(63, 1000, 255), "tile/63/x001/000.p/255"),
        (Tile(ENTRIES, 5, 1), "tile/entries/005.p/1"),
    ],
)
def test_a_tile_lies_at_the_path_of_the_specification(tile, path):
    assert format_tile_path(tile) == path
    assert parse_tile_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/1234",
        "tile/0/x000/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/08",
        "tile/0/000/",
        "tile/8/0/000",
        "tile/data/000",
        "tile/0/٠٠٠",
        "tile/0/000\n",
        "tile/0/" + "x001/" * 7 + "000",
        "tile/0/" + "x001/" * 900 + "000",
        "../tile/0/000",
    ],
)
def test_any_other_spelling_of_a_path_is_refused(path):
    with pytest.raises(Malformed):
        parse_tile_path(path)


def test_a_tile_that_cannot_be_is_refused():
    for bad in ((64, 0, 1), (-2, 0, 1), (0, -1, 1), (0, 2**63, 1), (0, 0, 0), (0, 0, 257)):
        with pytest.raises(Malformed):
            Tile(*bad)


@given(TILES)
def test_every_tile_has_one_path(tile):
    assert parse_tile_path(format_tile_path(tile)) == tile


@given(st.text() | st.from_regex(r"tile/(\d{1,2}|entries)/(x\d{3}/){0,2}\d{3}(\.p/\d{1,3})?", fullmatch=True))
def test_any_text_is_a_path_or_malformed(text):
    text_law(parse_tile_path, format_tile_path, text)


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_every_bundle_comes_back(items):
    assert parse_bundle(format_bundle(items)) == tuple(items)


@given(st.binary() | st.lists(st.binary(max_size=5), max_size=300).map(format_bundle))
def test_any_bytes_are_a_bundle_or_malformed(data):
    assert_law(parse_bundle, format_bundle, data)


def test_a_bundle_that_is_cut_off_or_too_long_is_malformed():
    for bad in (b"\x00", b"\x00\x02a", b"\x00\x00" * 257):
        with pytest.raises(Malformed):
            parse_bundle(bad)
    with pytest.raises(Malformed):
        format_bundle([bytes(65536)])
    assert parse_bundle(format_bundle([bytes(65535)])) == (bytes(65535),)


@pytest.mark.parametrize("size", [1, 5, 255, 256, 257, 600])
def test_proofs_through_tiles_are_those_from_all_leaves(tmp_path, size):
    reader = TileHashes(publish(tmp_path, size), size)
    leaves = [leaf_hash(entry) for entry in entries(size)]
    step = max(1, size // 60)
    for index in {*range(0, size, step), size - 1}:
        assert prove_inclusion_from(reader, size, index) == prove_inclusion(leaves, index)
    for old in {*range(0, size + 1, step), size}:
        assert prove_consistency_from(reader, size, old) == prove_consistency(leaves, old)


def test_every_proof_of_every_tree_up_to_100_leaves_can_be_read_from_the_tiles_of_a_larger_one(tmp_path):
    store = publish(tmp_path, 260)
    leaves = [leaf_hash(entry) for entry in entries(100)]
    for size in range(1, 101):
        reader = TileHashes(store, size)
        for index in range(size):
            assert prove_inclusion_from(reader, size, index) == prove_inclusion(leaves[:size], index)
        for old in range(size + 1):
            assert prove_consistency_from(reader, size, old) == prove_consistency(leaves[:size], old)


def test_a_node_beyond_the_tree_is_not_found(tmp_path):
    reader = TileHashes(publish(tmp_path, 5), 5)
    for level, index in ((0, 5), (1, 2), (3, 0), (8, 0)):
        with pytest.raises(NotFound):
            reader.read_hash(level, index)


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(tmp_path):
    store = publish(tmp_path, 256)
    partial = Tile(0, 0, 9)
    assert read_tile(store, partial) == tuple(leaf_hash(entry) for entry in entries(9))
    assert read_entries(store, Tile(ENTRIES, 0, 9)) == tuple(entries(9))
    with pytest.raises(NotFound):
        read_tile(store, Tile(0, 1, 9))


def test_a_tile_of_the_wrong_length_is_malformed(tmp_path):
    store = publish(tmp_path, 5)
    for bad in (b"", bytes(32 * 4), bytes(32 * 5 + 1), bytes(32 * 257)):
        store.write("tile/0/000.p/5", bad)
        with pytest.raises(Malformed):
            read_tile(store, Tile(0, 0, 5))
    store.write("tile/entries/000.p/5", format_bundle(entries(4)))
    with pytest.raises(Malformed):
        read_entries(store, Tile(ENTRIES, 0, 5))


def test_a_full_tile_holds_the_hashes_of_the_level_below(tmp_path):
    store = publish(tmp_path, 600)
    leaves = [leaf_hash(entry) for entry in entries(600)]
    assert read_tile(store, Tile(1, 0, 2)) == (root(leaves[:256]), root(leaves[256:512]))
    assert not store.exists("tile/2/000")
