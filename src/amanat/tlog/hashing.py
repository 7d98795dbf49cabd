"""The two hashes of a Merkle tree log: RFC 6962 section 2.1, SHA-256 only.

It knows no tree; that is `tree.py`. Shown right by the known roots in `tests/tlog/test_tree.py`.
"""

from hashlib import sha256

__all__ = ["EMPTY_ROOT", "HASH_BYTES", "leaf_hash", "node_hash"]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The 32-byte hash of a log entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an inner node from those of its two children."""
    return sha256(b"\x01" + left + right).digest()
