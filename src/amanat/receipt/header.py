"""The header of an event: what a leaf commits to beside the payload, protocol.md section 4.

Canonical JSON. The first event of a chain (seq 0) has the author's public key and no previous leaf; every
later one has a previous leaf and no key. It knows no payload. Shown right by `tests/receipt/test_header.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from amanat.errors import Malformed
from amanat.strict import canonical_json, decode_base64, encode_base64, format_time, parse_json, parse_time

__all__ = ["KINDS", "Header", "format_header", "header_from_object", "header_to_object", "parse_header"]

KINDS = (
    "received",
    "acknowledged",
    "assigned",
    "referred",
    "delivered",
    "answered",
    "refused",
    "transferred",
    "returned",
    "deadline_missed",
    "extended",
    "information_requested",
    "message",
    "closed",
    "reopened",
    "identity_viewed",
    "content_erased",
)
MAX_SEQ = 2**32 - 1
_T = TypeVar("_T")
_REQUIRED = {"v", "seq", "kind", "claimed_time", "prev_leaf_hash", "fresh"}
_OPTIONAL = {"author_pk", "due_time", "counterparty"}


@dataclass(frozen=True, slots=True)
class Header:
    """One event of a chain; `prev_leaf_hash` and `fresh` bound its claimed time from below."""

    seq: int
    kind: str
    claimed_time: datetime
    prev_leaf_hash: bytes | None
    fresh_size: int
    fresh_root: bytes
    author_pk: bytes | None = None
    due_time: datetime | None = None
    counterparty: str | None = None

    def __post_init__(self) -> None:
        first = self.seq == 0
        if (self.prev_leaf_hash is None) != first:
            raise Malformed("the first event, and no other, has no previous leaf", where="header")
        if (self.author_pk is None) == first:
            raise Malformed("the first event, and no other, names the author's key", where="header")


def parse_header(data: bytes) -> Header:
    """The header of canonical JSON bytes, or `Malformed`."""
    return header_from_object(parse_json(data, where="header"))


def format_header(header: Header) -> bytes:
    """The canonical JSON that a leaf commits to."""
    return canonical_json(header_to_object(header))


def header_to_object(header: Header) -> dict[str, Any]:
    """The JSON object of a header; optional members that are not there are left out, never null."""
    value: dict[str, Any] = {
        "v": 1,
        "seq": header.seq,
        "kind": header.kind,
        "claimed_time": format_time(header.claimed_time),
        "prev_leaf_hash": None if header.prev_leaf_hash is None else encode_base64(header.prev_leaf_hash),
        "fresh": {"size": header.fresh_size, "root": encode_base64(header.fresh_root)},
    }
    if header.author_pk is not None:
        value["author_pk"] = encode_base64(header.author_pk)
    if header.due_time is not None:
        value["due_time"] = format_time(header.due_time)
    if header.counterparty is not None:
        value["counterparty"] = header.counterparty
    return value


def header_from_object(value: object) -> Header:
    """The header that a JSON object states, or `Malformed`."""
    if not isinstance(value, dict) or not _REQUIRED <= value.keys() <= _REQUIRED | _OPTIONAL:
        raise Malformed("not the keys of a header", where="header")
    fresh = value["fresh"]
    if not isinstance(fresh, dict) or fresh.keys() != {"size", "root"}:
        raise Malformed("not a size and a root", where="header fresh")
    if _integer(value, "v", maximum=1) != 1:
        raise Malformed("a version this program does not know", where="header")
    if (kind := _text(value, "kind")) not in KINDS:
        raise Malformed("a kind this program does not know", where="header")
    return Header(
        seq=_integer(value, "seq", maximum=MAX_SEQ),
        kind=kind,
        claimed_time=_time(value, "claimed_time"),
        prev_leaf_hash=None if value["prev_leaf_hash"] is None else _hash(value, "prev_leaf_hash"),
        fresh_size=_integer(fresh, "size"),
        fresh_root=_hash(fresh, "root"),
        author_pk=_optional(value, "author_pk", _hash),
        due_time=_optional(value, "due_time", _time),
        counterparty=_optional(value, "counterparty", _text),
    )


def _optional(value: Mapping[str, Any], key: str, read: Callable[[Mapping[str, Any], str], _T]) -> _T | None:
    return read(value, key) if key in value else None


def _integer(value: Mapping[str, Any], key: str, *, maximum: int = 2**53 - 1) -> int:
    number = value[key]
    if type(number) is not int or not 0 <= number <= maximum:
        raise Malformed("not an integer in range", where=f"header {key}")
    return number


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value[key]
    if not isinstance(text, str) or not text:
        raise Malformed("not text", where=f"header {key}")
    return text


def _time(value: Mapping[str, Any], key: str) -> datetime:
    return parse_time(_text(value, key), where=f"header {key}")


def _hash(value: Mapping[str, Any], key: str) -> bytes:
    return decode_base64(_text(value, key), length=32, where=f"header {key}")
