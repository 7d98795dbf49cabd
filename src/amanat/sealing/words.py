"""Twelve words for sixteen random bytes: BIP-39, the English list, protocol.md section 2.

Reading forgives case and white space, because people type it, and nothing else. It does not guess at a word:
it says which one is unknown. Shown right by `tests/sealing/test_words.py`.
"""

import secrets
from functools import cache

from mnemonic import Mnemonic

from amanat.errors import Malformed

__all__ = ["SECRET_BYTES", "WORD_COUNT", "from_words", "new_secret", "to_words"]

SECRET_BYTES = 16
WORD_COUNT = 12


@cache
def _english() -> Mnemonic:
    return Mnemonic("english")


@cache
def _known() -> frozenset[str]:
    return frozenset(_english().wordlist)


def new_secret() -> bytes:
    """Sixteen fresh random bytes, the root of everything a reporter holds."""
    return secrets.token_bytes(SECRET_BYTES)


def to_words(secret: bytes) -> list[str]:
    """The twelve words of a secret of 16 bytes."""
    if len(secret) != SECRET_BYTES:
        raise Malformed(f"{len(secret)} bytes where {SECRET_BYTES} are needed", where="secret")
    words: str = _english().to_mnemonic(secret)
    return words.split(" ")


def from_words(text: str) -> bytes:
    """The secret that twelve words stand for, in any case and with any white space between them.

    Raises `Malformed` with the number of the first unknown word, or "checksum"; never with the word itself.
    """
    words = text.lower().split()
    if len(words) != WORD_COUNT:
        raise Malformed(f"{len(words)} words where {WORD_COUNT} are needed", where="words")
    for number, word in enumerate(words, start=1):
        if word not in _known():
            raise Malformed("not in the list of words", where=f"word {number}")
    try:
        return bytes(_english().to_entropy(words))
    except ValueError as error:
        raise Malformed(
            "checksum", where="words", hint="One word is wrong, or two have changed places."
        ) from error
