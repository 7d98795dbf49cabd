"""A leaf: one public entry of the log that says nothing to anybody without the keys, protocol.md section 4.

    "amanat-leaf/v1\\n" | class 0x00 | tag (16) | commit (32)      an event, or a cover leaf of random bytes
    "amanat-leaf/v1\\n" | class 0x01 | UTF-8 text                  a public statement of the log

It keeps no chain and knows no tree. Shown right by `tests/receipt/test_leaf.py`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from amanat.errors import Malformed
from amanat.receipt.header import (
    KINDS,
    Header,
    format_header,
    header_from_object,
    header_to_object,
    parse_header,
)
from amanat.strict import canonical_json, length_prefixed

__all__ = [
    "KINDS",
    "LEAF_BYTES",
    "CaseLeaf",
    "Header",
    "Leaf",
    "StatementLeaf",
    "case_leaf",
    "commit",
    "cover_leaf",
    "format_header",
    "format_leaf",
    "header_from_object",
    "header_to_object",
    "make_leaf",
    "parse_header",
    "parse_leaf",
    "payload_digest",
    "salt",
    "statement_leaf",
    "tag",
]

PREFIX = b"amanat-leaf/v1\n"
CLASS_CASE = b"\x00"
CLASS_STATEMENT = b"\x01"
TAG_BYTES = 16
COMMIT_BYTES = 32
LEAF_BYTES = len(PREFIX) + 1 + TAG_BYTES + COMMIT_BYTES
MAX_LEAF_BYTES = 65535


@dataclass(frozen=True, slots=True)
class CaseLeaf:
    """An event or a cover leaf; nobody without the thread key can tell which."""

    tag: bytes
    commit: bytes

    def __post_init__(self) -> None:
        if len(self.tag) != TAG_BYTES or len(self.commit) != COMMIT_BYTES:
            raise Malformed("a tag has 16 bytes and a commitment 32", where="leaf")


@dataclass(frozen=True, slots=True)
class StatementLeaf:
    """A public statement of the log itself."""

    text: str


Leaf = CaseLeaf | StatementLeaf


def tag(thread_key: bytes, seq: int) -> bytes:
    """How the holder of a thread key finds event `seq` of its chain in the log (16 bytes)."""
    return _mac(thread_key, b"amanat/tag/v1\0", seq)[:TAG_BYTES]


def salt(thread_key: bytes, salt_0: bytes, seq: int) -> bytes:
    """What hides event `seq` in its commitment (32 bytes)."""
    return salt_0 if seq == 0 else _mac(thread_key, b"amanat/salt/v1\0", seq)


def commit(salt: bytes, header: bytes, payload_digest: bytes) -> bytes:
    """The commitment to the canonical header bytes and to the payload's digest (32 bytes)."""
    parts = b"".join(length_prefixed(part) for part in (salt, header, payload_digest))
    return hashlib.sha256(b"amanat/commit/v1\0" + parts).digest()


def payload_digest(payload: Mapping[str, Any]) -> bytes:
    """SHA-256 of the canonical JSON of a payload (32 bytes). The nonce inside the payload makes it hiding."""
    return hashlib.sha256(canonical_json(dict(payload))).digest()


def case_leaf(tag: bytes, commitment: bytes) -> bytes:
    """The 64 bytes of an event with this tag and commitment."""
    return format_leaf(CaseLeaf(tag, commitment))


def make_leaf(thread_key: bytes, salt_0: bytes, header: Header, payload: Mapping[str, Any]) -> bytes:
    """The 64 bytes of the event that `header` and `payload` tell, under the keys of its chain."""
    event_salt = salt(thread_key, salt_0, header.seq)
    commitment = commit(event_salt, format_header(header), payload_digest(payload))
    return case_leaf(tag(thread_key, header.seq), commitment)


def cover_leaf() -> bytes:
    """64 bytes that look like any event."""
    return case_leaf(secrets.token_bytes(TAG_BYTES), secrets.token_bytes(COMMIT_BYTES))


def statement_leaf(text: str) -> bytes:
    """The bytes of a public statement; at most 65535 with the prefix, as the log's bundles allow."""
    return format_leaf(StatementLeaf(text))


def format_leaf(leaf: Leaf) -> bytes:
    """The bytes that go into the log."""
    if isinstance(leaf, CaseLeaf):
        return PREFIX + CLASS_CASE + leaf.tag + leaf.commit
    data = PREFIX + CLASS_STATEMENT + _encode(leaf.text)
    if len(data) > MAX_LEAF_BYTES:
        raise Malformed(f"more than {MAX_LEAF_BYTES} bytes", where="leaf")
    return data


def parse_leaf(data: bytes) -> Leaf:
    """The inverse of `format_leaf`."""
    head = len(PREFIX) + 1
    if data[:head] == PREFIX + CLASS_CASE and len(data) == LEAF_BYTES:
        return CaseLeaf(data[head : head + TAG_BYTES], data[head + TAG_BYTES :])
    if data[:head] == PREFIX + CLASS_STATEMENT and len(data) <= MAX_LEAF_BYTES:
        return StatementLeaf(_decode(data[head:]))
    raise Malformed("not a leaf", where="leaf")


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("cannot be written as UTF-8", where="leaf") from error


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="leaf") from error


def _mac(key: bytes, label: bytes, seq: int) -> bytes:
    return hmac.digest(key, label + seq.to_bytes(4, "big"), "sha256")
