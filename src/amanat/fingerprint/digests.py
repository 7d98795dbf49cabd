"""SHA-256, SHA-1 and MD5 of a file in one pass. MD5 and SHA-1 only because lists are full of them.

They find a copy of the same bytes and nothing else; against somebody who makes collisions only SHA-256
counts.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

__all__ = ["Digests", "digest_bytes", "digest_stream"]

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """32, 20 and 16 bytes, and how many bytes they are of."""

    size_bytes: int
    sha256: bytes = field(repr=False)
    sha1: bytes = field(repr=False)
    md5: bytes = field(repr=False)


def digest_bytes(data: bytes) -> Digests:
    """The digests of bytes in memory."""
    md5 = hashlib.md5(data, usedforsecurity=False)
    sha1 = hashlib.sha1(data, usedforsecurity=False)
    return Digests(len(data), hashlib.sha256(data).digest(), sha1.digest(), md5.digest())


def digest_stream(stream: BinaryIO, *, beat: Callable[[], None] = lambda: None) -> Digests:
    """The digests of a whole file, read once from its start, a megabyte at a time with a beat each."""
    stream.seek(0)
    sha256 = hashlib.sha256()
    others = [hashlib.sha1(usedforsecurity=False), hashlib.md5(usedforsecurity=False)]
    size = 0
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        beat()
        for each in (sha256, *others):
            each.update(chunk)
    return Digests(size, sha256.digest(), others[0].digest(), others[1].digest())
