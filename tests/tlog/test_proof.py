"""Every proof of every tree of up to 100 leaves holds, and no changed one does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, NotFound, Unverified
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.proof import (
    LeafHashes,
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
    root_from,
)
from amanat.tlog.tree import root, split_point
from tlog.makers import entries

LEAVES = [leaf_hash(entry) for entry in entries(101)]
ROOTS = [root(LEAVES[:size]) for size in range(101)]
OTHER = bytes(range(32))


def path_by_definition(index: int, leaves: list[bytes]) -> tuple[bytes, ...]:
    """PATH(m, D[n]) of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return ()
    k = split_point(len(leaves))
    if index < k:
        return (*path_by_definition(index, leaves[:k]), root(leaves[k:]))
    return (*path_by_definition(index - k, leaves[k:]), root(leaves[:k]))


def proof_by_definition(old_size: int, leaves: list[bytes], whole: bool = True) -> tuple[bytes, ...]:
    """SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2."""
    if old_size == len(leaves):
        return () if whole else (root(leaves),)
    k = split_point(len(leaves))
    if old_size <= k:
        return (*proof_by_definition(old_size, leaves[:k], whole), root(leaves[k:]))
    return (*proof_by_definition(old_size - k, leaves[k:], False), root(leaves[:k]))


def test_every_inclusion_proof_up_to_100_leaves_holds_and_none_that_was_changed():
    for size in range(1, 101):
        for index in range(size):
            proof = prove_inclusion(LEAVES[:size], index)
            check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            for bad in (proof[:-1], (*proof, OTHER), (*proof[:-1], OTHER)):
                if bad != proof:
                    with pytest.raises(Unverified):
                        check_inclusion(LEAVES[index], index, size, bad, ROOTS[size])


def test_every_consistency_proof_up_to_100_leaves_holds_and_none_that_was_changed():
    for size in range(101):
        for old in range(size + 1):
            proof = prove_consistency(LEAVES[:size], old)
            check_consistency(old, ROOTS[old], size, ROOTS[size], proof)
            for bad in (proof[:-1], (*proof, OTHER), (OTHER, *proof[1:])):
                if bad != proof:
                    with pytest.raises(Unverified):
                        check_consistency(old, ROOTS[old], size, ROOTS[size], bad)


def test_the_proofs_are_those_of_the_definition():
    for size in (1, 2, 3, 7, 8, 37, 64, 100):
        for index in range(size):
            assert prove_inclusion(LEAVES[:size], index) == path_by_definition(index, LEAVES[:size])
        for old in range(1, size + 1):
            assert prove_consistency(LEAVES[:size], old) == proof_by_definition(old, LEAVES[:size])


def test_root_from_a_reader_is_the_root():
    assert [root_from(LeafHashes(LEAVES), size) for size in range(101)] == ROOTS


@given(st.integers(1, 100), st.data())
def test_a_proof_holds_for_its_own_leaf_place_size_and_root_only(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(LEAVES[:size], index)
    other_index = data.draw(st.integers(0, 120).filter(lambda other: other != index))
    for bad in (
        (OTHER, index, size, ROOTS[size]),
        (LEAVES[index], other_index, size, ROOTS[size]),
        (LEAVES[index], index, size, OTHER),
    ):
        with pytest.raises(Unverified):
            check_inclusion(bad[0], bad[1], bad[2], proof, bad[3])


@given(
    st.integers(1, 2**63 - 1),
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
)
def test_made_up_proofs_are_unverified_and_nothing_else(size, index, hashes):
    with pytest.raises(Unverified):
        check_inclusion(LEAVES[0], index, size, hashes, OTHER)
    with pytest.raises(Unverified):
        check_consistency(index, LEAVES[0], size, OTHER, hashes)


def test_an_index_at_or_beyond_the_size_is_refused():
    for index in (1, 2, -1):
        with pytest.raises(Unverified):
            check_inclusion(LEAVES[0], index, 1, (), LEAVES[0])
        with pytest.raises(NotFound):
            prove_inclusion(LEAVES[:1], index)


def test_hashes_of_another_length_are_malformed():
    with pytest.raises(Malformed):
        check_inclusion(LEAVES[0], 0, 2, [bytes(31)], ROOTS[2])
    with pytest.raises(Malformed):
        check_consistency(1, ROOTS[1][:20], 2, ROOTS[2], [LEAVES[1]])


def test_the_empty_tree_comes_before_every_tree_and_only_by_its_own_root():
    check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    check_consistency(0, EMPTY_ROOT, 5, ROOTS[5], ())
    for bad in (
        (0, OTHER, 5, ROOTS[5], ()),
        (0, EMPTY_ROOT, 5, ROOTS[5], (OTHER,)),
        (0, EMPTY_ROOT, 0, OTHER, ()),
    ):
        with pytest.raises(Unverified):
            check_consistency(*bad)


def test_a_tree_does_not_shrink_and_one_size_has_one_root():
    for bad in (
        (5, ROOTS[5], 4, ROOTS[4], ()),
        (5, ROOTS[5], 5, OTHER, ()),
        (5, ROOTS[5], 5, ROOTS[5], (OTHER,)),
    ):
        with pytest.raises(Unverified):
            check_consistency(*bad)
    with pytest.raises(NotFound):
        prove_consistency(LEAVES[:4], 5)
