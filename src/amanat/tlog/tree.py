"""Roots of Merkle trees: RFC 6962 section 2.1, and the frontier that lets a tree grow without its old leaves.

`root` is the definition; `Frontier` is the fast form and equals it. Neither reads nor writes anything. Shown
right by `tests/tlog/test_tree.py`: the published roots for 0 to 8 leaves, and every tree of up to 100 leaves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.strict import MAX_DECIMAL
from amanat.tlog.hashing import EMPTY_ROOT, HASH_BYTES, node_hash

__all__ = ["Frontier", "root", "split_point"]


def split_point(size: int) -> int:
    """The largest power of two strictly below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these 32-byte leaf hashes."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = list(leaf_hashes)
    while len(level) > 1:
        # An odd last node rises unchanged: the same tree as splitting at the largest power of two.
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """The roots of the complete subtrees of a tree of `size` leaves, largest first: one a bit of `size`."""

    size: int
    hashes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_DECIMAL or len(self.hashes) != self.size.bit_count():
            raise Malformed("the number of hashes does not fit the size", where="frontier")
        if any(len(item) != HASH_BYTES for item in self.hashes):
            raise Malformed("a hash is not 32 bytes", where="frontier")

    @classmethod
    def empty(cls) -> "Frontier":
        """The frontier of the tree without leaves."""
        return cls(0, ())

    @classmethod
    def parse(cls, data: bytes) -> "Frontier":
        """The inverse of `format`; raises `Malformed`."""
        if len(data) < 8 or (len(data) - 8) % HASH_BYTES:
            raise Malformed("its length is impossible", where="frontier")
        hashes = tuple(data[at : at + HASH_BYTES] for at in range(8, len(data), HASH_BYTES))
        return cls(int.from_bytes(data[:8], "big"), hashes)

    def format(self) -> bytes:
        """The size as a big-endian 64-bit number, then the hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.hashes)

    def append(self, leaf_hash: bytes) -> "Frontier":
        """The frontier with one leaf more."""
        return self.extend([leaf_hash])

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier with these leaves more."""
        size, hashes = self.size, list(self.hashes)
        for item in leaf_hashes:
            size += 1
            carried = item
            for _ in range((size & -size).bit_length() - 1):
                carried = node_hash(hashes.pop(), carried)
            hashes.append(carried)
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, result = self.hashes
        for item in reversed(rest):
            result = node_hash(item, result)
        return result
