"""Roots are those of RFC 6962, and a frontier grows to the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash
from amanat.tlog.tree import Frontier, root, split_point
from tlog.makers import assert_law, entries

# The leaves and roots that every implementation of RFC 6962 is tested with.
KNOWN_LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashes(count: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries(count)]


def defined_root(leaf_hashes: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if len(leaf_hashes) < 2:
        return leaf_hashes[0] if leaf_hashes else EMPTY_ROOT
    k = split_point(len(leaf_hashes))
    return node_hash(defined_root(leaf_hashes[:k]), defined_root(leaf_hashes[k:]))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_small_trees_are_the_published_ones(size):
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN_LEAVES[:size]]
    assert root(leaves).hex() == KNOWN_ROOTS[size]
    assert Frontier.empty().extend(leaves).root().hex() == KNOWN_ROOTS[size]


def test_the_empty_root_is_the_hash_of_nothing():
    assert EMPTY_ROOT == root([]) == Frontier.empty().root()


def test_root_and_frontier_agree_with_the_definition_for_every_tree_up_to_100():
    frontier, leaves = Frontier.empty(), hashes(101)
    for size in range(101):
        assert frontier.root() == root(leaves[:size]) == defined_root(leaves[:size])
        frontier = frontier.append(leaves[size])


@given(st.integers(0, 70), st.integers(0, 70))
def test_growing_in_two_steps_is_growing_in_one(first, second):
    leaves = hashes(first + second)
    grown = Frontier.empty().extend(leaves[:first]).extend(leaves[first:])
    assert grown == Frontier.empty().extend(leaves)
    assert Frontier.parse(grown.format()) == grown


@given(st.binary(max_size=120))
def test_any_bytes_are_a_frontier_or_malformed(data):
    assert_law(Frontier.parse, Frontier.format, data)


@given(st.integers(0, 2**64 - 1), st.integers(0, 5))
def test_bytes_like_a_frontier_are_one_or_malformed(size, count):
    assert_law(Frontier.parse, Frontier.format, size.to_bytes(8, "big") + bytes(32 * count))


def test_a_frontier_with_a_hash_too_many_or_too_short_is_refused():
    for bad in ((1, ()), (2, (bytes(32), bytes(32))), (1, (bytes(31),)), (-1, (bytes(32),))):
        with pytest.raises(Malformed):
            Frontier(*bad)


@pytest.mark.parametrize(
    ("size", "point"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (2**40 + 1, 2**40)]
)
def test_a_tree_splits_at_the_largest_power_of_two_below_it(size, point):
    assert split_point(size) == point
