"""Keys of signed notes: C2SP signed-note 1.0.0; a signer is written as Go's `sumdb/note` does.

Ed25519 keys, plain (0x01) or for timestamped cosignatures (0x04), and ML-DSA-44 keys for those (0x06): pure,
with an empty context. Keys of any other type are kept as opaque bytes and verify nothing. Small-order and
non-canonical Ed25519 points are refused. It holds no note; that is `note.py`. Shown right by
`tests/tlog/test_keys.py`.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from amanat.errors import Malformed, Unverified
from amanat.strict import decode_base64, decode_hex, encode_base64

__all__ = [
    "COSIGNATURE",
    "COSIGNERS",
    "ED25519",
    "MLDSA",
    "Signer",
    "Verifier",
    "check_key_name",
    "format_signer",
    "format_verifier",
    "generate_signer",
    "parse_signer",
    "parse_verifier",
]

ED25519 = 0x01
COSIGNATURE = 0x04
MLDSA = 0x06
COSIGNERS = (COSIGNATURE, MLDSA)
"""The types of keys that witnesses cosign with."""
_ED25519_KINDS = (ED25519, COSIGNATURE)
_MLDSA_BYTES = 1312
_MOST_NAME_BYTES = 255
_PRIVATE = "PRIVATE+KEY+"
_PRIME = 2**255 - 19
# The y coordinates of the eight points whose order divides 8, x aside.
_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER_Y = frozenset({0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8})


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name and one-byte type."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if not 0 <= self.kind <= 255 or not self.public:
            raise Malformed("no such key type, or an empty key", where="verifier key")
        if self.kind in _ED25519_KINDS:
            _check_point(self.public)
        if self.kind == MLDSA:
            _check_mldsa(self.name, self.public)

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name, newline, type, public key)."""
        return _key_id(self.name, self.kind, self.public)

    def check(self, signature: bytes, message: bytes) -> None:
        """Raise `Unverified` unless the signature (64 bytes, ML-DSA 2420) on the message is by this key."""
        if self.kind not in (*_ED25519_KINDS, MLDSA):
            raise Unverified("this type of key cannot be checked", where="signature")
        try:
            if self.kind == MLDSA:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature as error:
            raise Unverified("the signature does not hold", where="signature") from error

    def __str__(self) -> str:
        return format_verifier(self)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name and type; the seed is never shown."""

    name: str
    kind: int
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_key_name(self.name)
        if self.kind not in (*_ED25519_KINDS, MLDSA) or len(self.seed) != 32:
            raise Malformed(
                "only keys of type 0x01, 0x04 and 0x06 with a 32-byte seed sign here", where="signer key"
            )

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.kind, self._key().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The signature on exactly these bytes: 64 bytes, or 2420 that differ each time with ML-DSA."""
        return self._key().sign(message)

    def _key(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.kind == MLDSA:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed)
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def check_key_name(name: str) -> None:
    """Raise `Malformed` unless a key may be called so: no space, no plus sign, no control character."""
    if not name or any(char == "+" or char < " " or char.isspace() for char in name):
        raise Malformed("an empty name, or a space or plus sign in it", where="key name")
    if any("\ud800" <= char <= "\udfff" for char in name):
        raise Malformed("not Unicode text", where="key name")


def parse_verifier(text: str) -> Verifier:
    """A vkey, `<name>+<8 hex>+<base64(type, key)>`; raises `Malformed`, also for a wrong key id."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("not name+id+key", where="verifier key")
    data = decode_base64(parts[2], where="verifier key")
    verifier = Verifier(parts[0], data[0] if data else -1, data[1:])
    _check_id(parts[1], verifier)
    return verifier


def format_verifier(verifier: Verifier) -> str:
    """The inverse of `parse_verifier`."""
    key = encode_base64(bytes([verifier.kind]) + verifier.public)
    return f"{verifier.name}+{verifier.key_id.hex()}+{key}"


def generate_signer(name: str, kind: int = ED25519) -> Signer:
    """A new random key."""
    return Signer(name, kind, token_bytes(32))


def parse_signer(text: str) -> Signer:
    """A signer key, `PRIVATE+KEY+<name>+<8 hex>+<base64(type, seed)>`; raises `Malformed`."""
    parts = text.removeprefix(_PRIVATE).split("+", 2)
    if not text.startswith(_PRIVATE) or len(parts) != 3:
        raise Malformed("not PRIVATE+KEY+name+id+key", where="signer key")
    data = decode_base64(parts[2], length=33, where="signer key")
    signer = Signer(parts[0], data[0], data[1:])
    _check_id(parts[1], signer.verifier)
    return signer


def format_signer(signer: Signer) -> str:
    """The inverse of `parse_signer`. The result is a secret."""
    key = encode_base64(bytes([signer.kind]) + signer.seed)
    return f"{_PRIVATE}{signer.name}+{signer.verifier.key_id.hex()}+{key}"


def _key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _check_id(text: str, verifier: Verifier) -> None:
    if decode_hex(text, length=4, where="key id") != verifier.key_id:
        raise Malformed("the id is not that of the key", where="key id")


def _check_point(public: bytes) -> None:
    if len(public) != 32:
        raise Malformed(f"{len(public)} bytes where 32 are needed", where="verifier key")
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _PRIME or y in _SMALL_ORDER_Y:
        raise Malformed("not an acceptable Ed25519 point", where="verifier key")


def _check_mldsa(name: str, public: bytes) -> None:
    if len(public) != _MLDSA_BYTES:
        raise Malformed(f"{len(public)} bytes where {_MLDSA_BYTES} are needed", where="verifier key")
    # The signed message has one byte for the length of the name.
    if len(name.encode()) > _MOST_NAME_BYTES:
        raise Malformed(f"a name of more than {_MOST_NAME_BYTES} bytes", where="verifier key")
