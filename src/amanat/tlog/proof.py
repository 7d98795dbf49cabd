"""Inclusion and consistency proofs: RFC 6962 section 2.1, checked as in RFC 9162 section 2.1.

Every *prove* has a *check*. Provers take all leaf hashes, or a `HashReader` that reads single nodes (from
tiles, say). The proof file is in `prooffile.py`. Shown right by `tests/tlog/test_proof.py`: every proof of
every tree of up to 100 leaves.
"""

from collections.abc import Sequence
from typing import Protocol

from amanat.errors import Malformed, NotFound, Unverified
from amanat.tlog.hashing import EMPTY_ROOT, HASH_BYTES, node_hash
from amanat.tlog.prooffile import MAX_HASHES, ProofFile, format_proof_file, parse_proof_file
from amanat.tlog.tree import root, split_point

__all__ = [
    "MAX_HASHES",
    "HashReader",
    "LeafHashes",
    "ProofFile",
    "check_consistency",
    "check_inclusion",
    "format_proof_file",
    "parse_proof_file",
    "prove_consistency",
    "prove_consistency_from",
    "prove_inclusion",
    "prove_inclusion_from",
    "root_from",
]


class HashReader(Protocol):
    """Reads the root of a complete subtree: the leaves `index * 2**level` up to `(index + 1) * 2**level`."""

    def read_hash(self, level: int, index: int) -> bytes:
        """Its 32 bytes; raises `NotFound` when the tree is not that large."""
        ...


class LeafHashes:
    """A `HashReader` over leaf hashes in memory."""

    def __init__(self, leaf_hashes: Sequence[bytes]) -> None:
        self._leaf_hashes = leaf_hashes

    def read_hash(self, level: int, index: int) -> bytes:
        """As in `HashReader`."""
        inside = self._leaf_hashes[index << level : (index + 1) << level]
        if len(inside) != 1 << level:
            raise NotFound("the tree has no such node", where="proof")
        return root(inside)


def prove_inclusion(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path from a leaf's sibling up to the root's child, by the definition in RFC 6962 section 2.1.1."""
    return prove_inclusion_from(LeafHashes(leaf_hashes), len(leaf_hashes), index)


def prove_inclusion_from(reader: HashReader, size: int, index: int) -> tuple[bytes, ...]:
    """The same for the tree of the first `size` leaves, reading only the nodes it needs."""
    if not 0 <= index < size:
        raise NotFound(f"there is no leaf {index} in a tree of {size}", where="proof")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + split_point(high - low)
        if index < middle:
            path.append(_range_root(reader, middle, high))
            high = middle
        else:
            path.append(_range_root(reader, low, middle))
            low = middle
    return tuple(reversed(path))


def prove_consistency(leaf_hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """That the tree grew out of its first `old_size` leaves (RFC 6962 section 2.1.2); empty for 0 or all."""
    return prove_consistency_from(LeafHashes(leaf_hashes), len(leaf_hashes), old_size)


def prove_consistency_from(reader: HashReader, size: int, old_size: int) -> tuple[bytes, ...]:
    """The same, reading only the nodes it needs."""
    if not 0 <= old_size <= size:
        raise NotFound(f"no tree of {old_size} came before one of {size}", where="proof")
    if old_size in (0, size):
        return ()
    low, high, path = 0, size, []
    while old_size != high:
        middle = low + split_point(high - low)
        if old_size <= middle:
            path.append(_range_root(reader, middle, high))
            high = middle
        else:
            path.append(_range_root(reader, low, middle))
            low = middle
    # The old tree itself is known to whoever checks, unless it is only a part of one.
    return tuple(reversed(path)) if low == 0 else (_range_root(reader, low, high), *reversed(path))


def root_from(reader: HashReader, size: int) -> bytes:
    """The root of the first `size` leaves."""
    return _range_root(reader, 0, size) if size else EMPTY_ROOT


def check_inclusion(leaf_hash: bytes, index: int, size: int, hashes: Sequence[bytes], root: bytes) -> None:
    """Raise `Unverified` unless the path leads from the leaf to the root (RFC 9162 section 2.1.3.2)."""
    _check_lengths(leaf_hash, root, *hashes)
    if not 0 <= index < size:
        raise Unverified("the index is not below the size", where="inclusion proof")
    node, last, result = index, size - 1, leaf_hash
    for item in hashes:
        if last == 0:
            raise Unverified("the path is too long", where="inclusion proof")
        if node & 1 or node == last:
            result = node_hash(item, result)
            skipped = _trailing_zeros(node)
            node, last = node >> skipped, last >> skipped
        else:
            result = node_hash(result, item)
        node, last = node >> 1, last >> 1
    if last != 0 or result != root:
        raise Unverified("the path does not lead to the root", where="inclusion proof")


def check_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, hashes: Sequence[bytes]
) -> None:
    """Raise `Unverified` unless the new tree continues the old one (RFC 9162 section 2.1.4.2)."""
    _check_lengths(old_root, root, *hashes)
    if not 0 <= old_size <= size:
        raise Unverified("the old tree is larger than the new one", where="consistency proof")
    if old_size in (0, size):
        expected = EMPTY_ROOT if old_size == 0 else root
        if hashes or old_root != expected or (size == 0 and root != EMPTY_ROOT):
            raise Unverified(
                "two trees of one size, or a proof where none belongs", where="consistency proof"
            )
        return
    # A complete old tree is itself the first node of the path, so it is left out of the proof.
    path = [old_root, *hashes] if old_size & (old_size - 1) == 0 else list(hashes)
    if not path or _fold(old_size - 1, size - 1, path) != (old_root, root):
        raise Unverified("the new tree does not continue the old one", where="consistency proof")


def _fold(node: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """The roots of both trees that the path leads to; None when it is too long or too short."""
    skipped = _trailing_zeros(node + 1)
    node, last = node >> skipped, last >> skipped
    old = new = path[0]
    for item in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(item, old), node_hash(item, new)
            skipped = _trailing_zeros(node)
            node, last = node >> skipped, last >> skipped
        else:
            new = node_hash(new, item)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _trailing_zeros(number: int) -> int:
    """How often the number can be halved; 0 for 0."""
    return (number & -number).bit_length() - 1 if number else 0


def _range_root(reader: HashReader, low: int, high: int) -> bytes:
    """The root over leaves `low` to `high`; `low` is a multiple of the range's largest complete subtree."""
    size = high - low
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return reader.read_hash(level, low >> level)
    middle = low + split_point(size)
    return node_hash(_range_root(reader, low, middle), _range_root(reader, middle, high))


def _check_lengths(*hashes: bytes) -> None:
    if any(len(item) != HASH_BYTES for item in hashes):
        raise Malformed("a hash is not 32 bytes", where="proof")
