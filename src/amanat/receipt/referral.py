"""One step of a referral's chain: signed by a key made on the institution's page, and held against its leaf.

The signature stands inside the payload, so the leaf commits to it. It covers header and payload, and the
first step's header names the key (`author_pk`). What a worker enters from paper is signed by no institution,
and says so: `from` is "paper" and `paper` has the SHA-256 of the scan. It talks to no server.
Protocol section 4. Shown right by `tests/receipt/test_referral.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanat.errors import Malformed, Unverified
from amanat.receipt.leaf import (
    Header,
    case_leaf,
    commit,
    format_header,
    header_from_object,
    header_to_object,
    make_leaf,
    payload_digest,
    salt,
    tag,
)
from amanat.sealing.referral import ReferralKeys, seal_step
from amanat.strict import canonical_json, decode_base64, encode_base64, length_prefixed
from amanat.tlog.note import ED25519, Verifier

__all__ = ["SealedStep", "check_signature", "leaf_of_head", "make_step", "sign_payload"]


@dataclass(frozen=True, slots=True)
class SealedStep:
    """One step, ready to be sent."""

    seq: int
    leaf: bytes
    head: bytes
    body: bytes


def make_step(keys: ReferralKeys, referral_id: str, header: Header, payload: Mapping[str, Any]) -> SealedStep:
    """Leaf, head and body of a step of this chain."""
    digest = encode_base64(payload_digest(payload))
    head, body = seal_step(
        keys.key, referral_id, header=header_to_object(header), payload=payload, digest=digest
    )
    return SealedStep(header.seq, make_leaf(keys.key, keys.salt_0, header, payload), head, body)


def leaf_of_head(keys: ReferralKeys, head: Mapping[str, Any]) -> bytes:
    """The leaf that a head stands for, without its words; raises `Malformed`."""
    if head.keys() != {"header", "payload_digest"} or not isinstance(head["payload_digest"], str):
        raise Malformed("not the head of a step", where="head")
    header = header_from_object(head["header"])
    digest = decode_base64(head["payload_digest"], length=32, where="head payload_digest")
    commitment = commit(salt(keys.key, keys.salt_0, header.seq), format_header(header), digest)
    return case_leaf(tag(keys.key, header.seq), commitment)


def sign_payload(seed: bytes, header: Header, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with `key` and `signature` in it; `seed` is the 32 bytes of the page's own key."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    named = {**payload, "key": encode_base64(private.public_key().public_bytes_raw())}
    return {**named, "signature": encode_base64(private.sign(_message(header, named)))}


def check_signature(header: Header, payload: Mapping[str, Any]) -> bytes:
    """The public key that signed this payload (32 bytes); raises `Malformed` or `Unverified`."""
    texts = [payload.get(name) for name in ("key", "signature")]
    if not all(isinstance(text, str) for text in texts):
        raise Malformed("no key and signature", where="payload")
    key = decode_base64(str(texts[0]), length=32, where="payload key")
    signature = decode_base64(str(texts[1]), length=64, where="payload signature")
    named = {name: value for name, value in payload.items() if name != "signature"}
    if header.author_pk not in {None, key}:
        raise Unverified("signed by another key than the first step names", where="signature")
    try:
        verifier = Verifier("referral", ED25519, key)
    except Malformed as error:
        raise Unverified("not a key that can sign", where="signature") from error
    verifier.check(signature, _message(header, named))
    return key


def _message(header: Header, named: Mapping[str, Any]) -> bytes:
    parts = length_prefixed(format_header(header)) + length_prefixed(canonical_json(dict(named)))
    return b"amanat/answer/v1\0" + parts
