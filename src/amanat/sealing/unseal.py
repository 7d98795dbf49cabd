"""Opening what the other modules seal. The server must never import this file; an import contract says so.

Bytes that are not of their format are `Malformed`; those that this key does not open, `Unverified`.
Shown right by `tests/sealing/test_unseal.py`.
"""

from typing import Any

import pyrage
from cryptography.exceptions import InvalidTag

from amanat.errors import Malformed, Unverified
from amanat.sealing.envelope import AGE_HEADER
from amanat.sealing.field import NONCE_BYTES, OVERHEAD_BYTES, PREFIX, FieldAddress, field_key
from amanat.sealing.grant import Grant, parse_grant
from amanat.sealing.padding import unpad
from amanat.sealing.report import parse_report

__all__ = ["open_field", "open_grant", "open_report"]


def open_report(sealed: bytes, identity: str) -> dict[str, Any]:
    """The body of a sealed report, for the holder of `identity` ("AGE-SECRET-KEY-1...")."""
    return parse_report(unpad(_open_age(sealed, identity)))


def open_grant(sealed: bytes, identity: str) -> Grant:
    """The grant sealed to the holder of `identity`."""
    return parse_grant(_open_age(sealed, identity))


def open_field(key: bytes, address: FieldAddress, sealed: bytes) -> bytes:
    """The plaintext of a sealed field, which must have been sealed for this very address."""
    if not sealed.startswith(PREFIX) or len(sealed) < OVERHEAD_BYTES:
        raise Malformed("not a sealed field", where="field")
    start = len(PREFIX)
    nonce, ciphertext = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
    try:
        return field_key(key).decrypt(nonce, ciphertext, address.additional_data())
    except InvalidTag as error:
        raise Unverified("cannot be opened with this key at this address", where="field") from error


def _open_age(sealed: bytes, identity: str) -> bytes:
    if not sealed.startswith(AGE_HEADER):
        raise Malformed("not a binary age file", where="seal")
    try:
        key = pyrage.x25519.Identity.from_str(identity)
    except pyrage.IdentityError as error:
        raise Malformed("not an age identity", where="identity") from error
    try:
        plaintext: bytes = pyrage.decrypt(sealed, [key])
    except pyrage.DecryptError as error:
        raise Unverified("cannot be opened with this identity", where="seal") from error
    return plaintext
