"""What grows from the twelve words: HKDF-SHA256 with an empty salt, protocol.md section 2.

One-way: no derived value gives the secret or its siblings. It keeps nothing and writes nothing.
Shown right by `tests/sealing/test_keys.py` against `tests/vectors/keys.json`.
"""

import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amanat.errors import Malformed

__all__ = ["KEY_BYTES", "LOCATOR_BYTES", "ReporterKeys", "derive", "expand", "locator_hash", "ref_key"]

KEY_BYTES = 32
LOCATOR_BYTES = 16


@dataclass(frozen=True, slots=True)
class ReporterKeys:
    """The keys of one report; all but the public key stay out of `repr`, so out of logs and tracebacks."""

    thread_key: bytes = field(repr=False)
    salt_0: bytes = field(repr=False)
    author_seed: bytes = field(repr=False)
    author_public: bytes
    locator: bytes = field(repr=False)


def expand(key: bytes, info: bytes, *, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256 with an empty salt."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(key)


def derive(secret: bytes) -> ReporterKeys:
    """All keys of a reporter from the 16 bytes behind the words."""
    if len(secret) != 16:
        raise Malformed(f"{len(secret)} bytes where 16 are needed", where="secret")
    author_seed = expand(secret, b"amanat/v1/author")
    return ReporterKeys(
        thread_key=expand(secret, b"amanat/v1/thread"),
        salt_0=expand(secret, b"amanat/v1/salt0"),
        author_seed=author_seed,
        author_public=Ed25519PrivateKey.from_private_bytes(author_seed).public_key().public_bytes_raw(),
        locator=expand(secret, b"amanat/v1/locator", length=LOCATOR_BYTES),
    )


def locator_hash(locator: bytes) -> bytes:
    """What the server stores in place of the locator (32 bytes)."""
    return hashlib.sha256(b"amanat/locator/v1\0" + locator).digest()


def ref_key(thread_key: bytes, referral_id: bytes) -> bytes:
    """The key that roots the tags and salts of one referral's own chain."""
    return expand(thread_key, b"amanat/v1/ref" + referral_id)
