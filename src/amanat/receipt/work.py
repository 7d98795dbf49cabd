"""Proof of work over a leaf: what a report costs its sender's machine while very many arrive.

The server names a challenge and a number of bits; the sender finds a number so that

    SHA-256("amanat/work/v1\\0" || lp(challenge) || leaf || u32be(number))

begins with that many zero bits. It is bound to the leaf, so one proof serves one report, and the server
keeps no list of what was spent. It decides nothing: how many bits, and when, is `server/intake/rules.py`.
The idea is Back, "Hashcash" (2002). Shown right by `tests/receipt/test_work.py` against
`tests/vectors/work.json`, which the pages' `work.js` is held to as well.
"""

import hashlib
from collections.abc import Iterator

from amanat.errors import Malformed
from amanat.strict import length_prefixed

__all__ = ["MAX_BITS", "find", "is_done", "zero_bits"]

MAX_BITS = 32
_LABEL = b"amanat/work/v1\0"
_NUMBERS = 2**32


def zero_bits(challenge: str, leaf: bytes, number: int) -> int:
    """How many zero bits the digest of this attempt begins with; raises `Malformed` beyond 32 bits."""
    if not 0 <= number < _NUMBERS:
        raise Malformed("not a 32-bit number", where="work")
    return _count(_start(challenge, leaf), number)


def is_done(challenge: str, leaf: bytes, number: int, *, bits: int) -> bool:
    """Whether this number is the work of so many bits."""
    return zero_bits(challenge, leaf, number) >= bits


def find(challenge: str, leaf: bytes, *, bits: int) -> int:
    """The first number that is the work; on average 2**bits attempts. Raises `Malformed` above 32 bits."""
    if not 0 <= bits <= MAX_BITS:
        raise Malformed(f"not between 0 and {MAX_BITS} bits", where="work")
    start = _start(challenge, leaf)
    found: Iterator[int] = (number for number in range(_NUMBERS) if _count(start, number) >= bits)
    return next(found)


def _start(challenge: str, leaf: bytes) -> "hashlib._Hash":
    return hashlib.sha256(_LABEL + length_prefixed(challenge.encode()) + leaf)


def _count(start: "hashlib._Hash", number: int) -> int:
    attempt = start.copy()
    attempt.update(number.to_bytes(4))
    return 256 - int.from_bytes(attempt.digest()).bit_length()
