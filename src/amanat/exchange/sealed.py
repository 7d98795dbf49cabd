"""A list on disk: an age file, so that whoever takes the disk has no prints.

It holds the canonical text of `hashlist.py`. Sealing needs recipients ("age1..."), opening an identity
("AGE-SECRET-KEY-1..."). These are lists, not reports: nothing here opens what a reporter sent. Shown right
by `tests/exchange/test_sealed.py`.
"""

from collections.abc import Sequence

import pyrage

from amanat.errors import Malformed, Unverified
from amanat.exchange.hashlist import HashList, format_list, parse_list
from amanat.sealing.envelope import AGE_HEADER, check_recipient, seal

__all__ = ["is_sealed", "make_identity", "open_list", "recipient_of", "seal_list"]


def make_identity() -> str:
    """A new identity; keep it like a key, and give others only its recipient."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """What others seal to so that the holder of `identity` can open it; raises `Malformed`."""
    return str(_identity(identity).to_public())


def is_sealed(data: bytes) -> bool:
    """Whether the bytes are an age file."""
    return data.startswith(AGE_HEADER)


def seal_list(hashlist: HashList, recipients: Sequence[str]) -> bytes:
    """The age file of a list for each of `recipients`."""
    for recipient in recipients:
        check_recipient(recipient)
    return seal(format_list(hashlist), recipients)


def open_list(sealed: bytes, identity: str) -> HashList:
    """The list for the holder of `identity`; raises `Malformed`, or `Unverified` when it is for others."""
    if not is_sealed(sealed):
        raise Malformed("not a binary age file", where="list")
    try:
        plaintext: bytes = pyrage.decrypt(sealed, [_identity(identity)])
    except pyrage.DecryptError as error:
        raise Unverified("cannot be opened with this identity", where="list") from error
    return parse_list(plaintext)


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text.strip())
    except pyrage.IdentityError as error:
        raise Malformed("not an age identity", where="identity") from error
