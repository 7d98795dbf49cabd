"""A sealed field: "amanat-field/v1" | 12-byte nonce | AES-256-GCM ciphertext, protocol.md section 3.

The address of the field is authenticated, so a sealed value cannot be moved to another row unseen.
It only seals; opening is in `unseal`. Shown right by `tests/sealing/test_field.py`.
"""

import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from amanat.sealing.keys import expand
from amanat.strict import length_prefixed

__all__ = ["NONCE_BYTES", "OVERHEAD_BYTES", "PREFIX", "FieldAddress", "field_key", "seal_field"]

PREFIX = b"amanat-field/v1"
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD_BYTES = len(PREFIX) + NONCE_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class FieldAddress:
    """Where a sealed value belongs; bound to the ciphertext as its additional data."""

    case_id: str
    table: str
    field: str
    row_id: str
    revision: int

    def additional_data(self) -> bytes:
        """The five parts in order, each length-prefixed, the revision in decimal."""
        parts = (self.case_id, self.table, self.field, self.row_id, str(self.revision))
        return b"".join(length_prefixed(part.encode("utf-8")) for part in parts)


def field_key(key: bytes) -> AESGCM:
    """The cipher for the fields under a file key or a thread key of 32 bytes."""
    return AESGCM(expand(key, b"amanat/v1/field"))


def seal_field(key: bytes, address: FieldAddress, plaintext: bytes, *, nonce: bytes | None = None) -> bytes:
    """The sealed value. `nonce` is for test vectors only: used twice under one key it betrays both texts."""
    nonce = secrets.token_bytes(NONCE_BYTES) if nonce is None else nonce
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 12 bytes")
    return PREFIX + nonce + field_key(key).encrypt(nonce, plaintext, address.additional_data())
