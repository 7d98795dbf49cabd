"""The seals of a referral: the letter's twelve words, the package they open, and the two parts of each step.

A referral has a chain of its own under `ref_key`, which grows from the thread key, or for one referred onward
from the `ref_key` of the one before (protocol.md section 4). The letter carries a secret of 16 bytes, shown
as twelve words like a reporter's: one key grown from it finds the package on the server, the other opens it.
The id of a referral is its number under the key above it, so that nobody can hide one (decision record 0036).
A step is sealed in two parts, so that a reporter may be shown that an answer came without its words:

    head   canonical JSON {"header":{}, "payload_digest":b64}
    body   canonical JSON of the payload

It only seals and parses; opening is in `unseal`. Shown right by `tests/sealing/test_referral.py` against
`tests/vectors/referrals.json`.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amanat.errors import Malformed
from amanat.sealing.field import FieldAddress, seal_field
from amanat.sealing.keys import LOCATOR_BYTES, expand, ref_key
from amanat.sealing.padding import pad
from amanat.strict import canonical_json, decode_base64, decode_hex, parse_json

__all__ = [
    "LetterKeys",
    "ReferralKeys",
    "body_address",
    "format_package",
    "head_address",
    "letter_keys",
    "of_key",
    "package_address",
    "parse_package",
    "referral_id",
    "referral_keys",
    "seal_package",
    "seal_step",
]

_TEXTS = {"institution", "organisation", "request", "law", "consent", "sees"}
_KEYS = {"v", "referral_id", "ref_key", "due_time", "chosen", *_TEXTS}


@dataclass(frozen=True, slots=True)
class LetterKeys:
    """What grows from the letter's secret; the server is told only the hash of the locator."""

    locator: bytes = field(repr=False)
    package_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReferralKeys:
    """The keys of one referral's chain: `key` roots tags and salts, `salt_0` hides its first step."""

    key: bytes = field(repr=False)
    salt_0: bytes = field(repr=False)


def letter_keys(secret: bytes) -> LetterKeys:
    """The keys of a letter from the 16 bytes behind its words."""
    if len(secret) != LOCATOR_BYTES:
        raise Malformed("16 bytes are needed", where="secret")
    return LetterKeys(
        locator=expand(secret, b"amanat/v1/letter/locator", length=LOCATOR_BYTES),
        package_key=expand(secret, b"amanat/v1/letter/package"),
    )


def referral_id(parent_key: bytes, number: int) -> str:
    """The id of the referral with this number below a thread key, or below the key of the referral before it.

    Whoever holds the thread key finds every referral in the log, also one that nobody told them of.
    """
    named = b"amanat/ref-id/v1\0" + number.to_bytes(4, "big")
    return hmac.digest(parent_key, named, "sha256")[:LOCATOR_BYTES].hex()


def referral_keys(parent_key: bytes, referral_id: str) -> ReferralKeys:
    """The keys of a referral: `parent_key` is the thread key, or the key of the referral before it."""
    return of_key(ref_key(parent_key, decode_hex(referral_id, length=16, where="referral id")))


def of_key(key: bytes) -> ReferralKeys:
    """The keys that a package's `ref_key` stands for."""
    return ReferralKeys(key=key, salt_0=expand(key, b"amanat/v1/salt0"))


def package_address(referral_id: str) -> FieldAddress:
    """Where a package belongs."""
    return FieldAddress(referral_id, "referral", "package", "0", 0)


def head_address(referral_id: str, seq: int) -> FieldAddress:
    """Where the head of a step belongs."""
    return FieldAddress(referral_id, "step", "head", str(seq), 0)


def body_address(referral_id: str, seq: int) -> FieldAddress:
    """Where the body of a step belongs."""
    return FieldAddress(referral_id, "step", "body", str(seq), 0)


def seal_package(package_key: bytes, package: Mapping[str, Any], *, nonce: bytes | None = None) -> bytes:
    """The sealed package that the letter opens; `nonce` is for test vectors only."""
    padded = pad(format_package(package))
    return seal_field(package_key, package_address(package["referral_id"]), padded, nonce=nonce)


def seal_step(
    key: bytes, referral_id: str, *, header: Mapping[str, Any], payload: Mapping[str, Any], digest: str
) -> tuple[bytes, bytes]:
    """Head and body of a step, sealed under the key of its chain; `digest` is the payload's, in base64."""
    seq = header["seq"]
    head = pad(canonical_json({"header": dict(header), "payload_digest": digest}))
    body = pad(canonical_json(dict(payload)))
    return (
        seal_field(key, head_address(referral_id, seq), head),
        seal_field(key, body_address(referral_id, seq), body),
    )


def format_package(package: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a package of the right shape."""
    data = canonical_json(dict(package))
    _check(package)
    return data


def parse_package(data: bytes) -> dict[str, Any]:
    """The inverse of `format_package`, or `Malformed`."""
    package: dict[str, Any] = parse_json(data, where="package")
    _check(package)
    return package


def _check(package: object) -> None:
    if not isinstance(package, Mapping) or package.keys() != _KEYS:
        raise Malformed("not the keys of a package", where="package")
    if type(package["v"]) is not int or package["v"] != 1:
        raise Malformed("a version this program does not know", where="package")
    texts = [package[key] for key in (*_TEXTS, "referral_id", "ref_key")]
    if not all(isinstance(text, str) for text in texts):
        raise Malformed("a value that is not text", where="package")
    if not (package["due_time"] is None or isinstance(package["due_time"], str)):
        raise Malformed("not a time", where="package due_time")
    decode_hex(package["referral_id"], length=16, where="referral id")
    decode_base64(package["ref_key"], length=32, where="ref_key")
    _check_chosen(package["chosen"])


def _check_chosen(chosen: object) -> None:
    if not isinstance(chosen, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
        for pair in chosen
    ):
        raise Malformed("not pairs of a name and words", where="package chosen")
