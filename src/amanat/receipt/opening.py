"""The opening: what the holder of a receipt chose to show of a leaf, protocol.md section 5.

    level 1  {"v":1, "level":1, "leaf":b64}                           this leaf was in the log
    level 2  + "header", "payload_digest":b64, "salt":b64             + kind and times
    level 3  + "payload"                                              + the words
    level 4  + "challenge":text, "signature":b64                      + the author's answer to a challenge

Canonical JSON with exactly these keys. `check_opening` holds it against the leaf; that the leaf is in a
log is the business of `verify`. Shown right by `tests/receipt/test_opening.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanat.errors import Malformed, Unverified
from amanat.receipt.header import Header, format_header, header_from_object, header_to_object
from amanat.receipt.leaf import CaseLeaf, commit, parse_leaf, payload_digest
from amanat.strict import canonical_json, decode_base64, encode_base64, length_prefixed, parse_json
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import ED25519, Verifier

__all__ = [
    "Opening",
    "challenge_message",
    "check_opening",
    "format_opening",
    "open_leaf",
    "parse_opening",
    "sign_challenge",
]

_KEYS = (
    {"v", "level", "leaf"},
    {"header", "payload_digest", "salt"},
    {"payload"},
    {"challenge", "signature"},
)
LEVELS = len(_KEYS)


@dataclass(frozen=True, slots=True)
class Opening:
    """A leaf and as much of its content as the level shows; what the level does not show is None."""

    level: int
    leaf: bytes
    header: Header | None = None
    payload_digest: bytes | None = None
    salt: bytes | None = None
    payload: Mapping[str, Any] | None = None
    challenge: str | None = None
    signature: bytes | None = None


def open_leaf(level: int, leaf: bytes, **content: Any) -> Opening:
    """The opening of `level` (1 to 4) from all that is known; it takes only what that level shows."""
    shown = set().union(*_KEYS[:level])
    return Opening(level, leaf, **{key: value for key, value in content.items() if key in shown})


def format_opening(opening: Opening) -> bytes:
    """The canonical JSON that stands on the extra line."""
    value: dict[str, Any] = {"v": 1, "level": opening.level, "leaf": encode_base64(opening.leaf)}
    if opening.header is not None:
        value["header"] = header_to_object(opening.header)
    for key in ("payload_digest", "salt", "signature"):
        data = getattr(opening, key)
        if data is not None:
            value[key] = encode_base64(data)
    if opening.payload is not None:
        value["payload"] = dict(opening.payload)
    if opening.challenge is not None:
        value["challenge"] = opening.challenge
    return canonical_json(value)


def parse_opening(data: bytes) -> Opening:
    """The inverse of `format_opening`; nothing is held against anything yet."""
    value = parse_json(data, where="opening")
    level = _level(value)
    leaf = decode_base64(_text(value, "leaf"), where="opening leaf")
    is_event = isinstance(parse_leaf(leaf), CaseLeaf)
    if level == 1:
        return Opening(level, leaf)
    header = header_from_object(value["header"])
    if not is_event or (level == LEVELS and header.seq != 0):
        raise Malformed("this leaf cannot be opened so far", where="opening")
    return Opening(
        level,
        leaf,
        header,
        payload_digest=decode_base64(_text(value, "payload_digest"), length=32, where="opening digest"),
        salt=decode_base64(_text(value, "salt"), length=32, where="opening salt"),
        payload=_payload(value) if level >= 3 else None,
        challenge=_text(value, "challenge") if level == LEVELS else None,
        signature=_signature(value) if level == LEVELS else None,
    )


def check_opening(opening: Opening) -> None:
    """Raise `Unverified` unless all that the opening shows belongs to its leaf."""
    if opening.header is None or opening.salt is None or opening.payload_digest is None:
        return
    leaf = parse_leaf(opening.leaf)
    commitment = commit(opening.salt, format_header(opening.header), opening.payload_digest)
    if not isinstance(leaf, CaseLeaf) or leaf.commit != commitment:
        raise Unverified("the leaf commits to something else", where="opening")
    if opening.payload is not None and payload_digest(opening.payload) != opening.payload_digest:
        raise Unverified("the words are not those that were committed to", where="opening")
    if opening.challenge is not None and opening.signature is not None:
        _check_signature(opening, opening.challenge, opening.signature)


def challenge_message(leaf: bytes, challenge: str) -> bytes:
    """What the author signs to answer a verifier's challenge about a leaf."""
    parts = length_prefixed(leaf_hash(leaf)) + length_prefixed(challenge.encode("utf-8"))
    return b"amanat/challenge/v1\0" + parts


def sign_challenge(author_seed: bytes, leaf: bytes, challenge: str) -> bytes:
    """The author's answer (64 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(author_seed).sign(challenge_message(leaf, challenge))


def _check_signature(opening: Opening, challenge: str, signature: bytes) -> None:
    public = opening.header.author_pk if opening.header else None
    try:
        # The same rules for a key as in the log: no point of small order, no second encoding.
        author = Verifier("author", ED25519, public or b"")
    except Malformed as error:
        raise Unverified("the author's key can sign nothing", where="opening") from error
    author.check(signature, challenge_message(opening.leaf, challenge))


def _level(value: object) -> int:
    if not isinstance(value, dict):
        raise Malformed("not an object", where="opening")
    version, level = value.get("v"), value.get("level")
    if type(version) is not int or version != 1:
        raise Malformed("a version this program does not know", where="opening")
    if type(level) is not int or not 1 <= level <= LEVELS:
        raise Malformed("not a level from 1 to 4", where="opening")
    if value.keys() != set().union(*_KEYS[:level]):
        raise Malformed(f"not the keys of level {level}", where="opening")
    return level


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value[key]
    if not isinstance(text, str) or not text:
        raise Malformed("not text", where=f"opening {key}")
    return text


def _payload(value: Mapping[str, Any]) -> Mapping[str, Any]:
    payload = value["payload"]
    if not isinstance(payload, dict):
        raise Malformed("not an object", where="opening payload")
    return payload


def _signature(value: Mapping[str, Any]) -> bytes:
    return decode_base64(_text(value, "signature"), length=64, where="opening signature")
