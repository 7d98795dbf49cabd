"""Strict text codecs: parse to a value that formats back to the same bytes, or raise `Malformed`.

Canonical decimals, base64 (RFC 4648 section 4), lower-case hex, canonical JSON (RFC 8785, without fractions),
RFC 3339 times in UTC with whole seconds, and length prefixes. Lenient reading has no place here.
Shown right by `tests/test_strict.py`.
"""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

import rfc8785

from amanat.errors import Malformed

__all__ = [
    "MAX_DECIMAL",
    "MAX_DEPTH",
    "canonical_json",
    "decode_base64",
    "decode_hex",
    "encode_base64",
    "format_time",
    "length_prefixed",
    "parse_decimal",
    "parse_json",
    "parse_time",
]

MAX_DECIMAL = 2**63 - 1
MAX_DEPTH = 32
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def parse_decimal(text: str, *, where: str = "number", maximum: int = MAX_DECIMAL) -> int:
    """A non-negative integer written `0|[1-9][0-9]*` in ASCII digits, at most `maximum`."""
    if not _DECIMAL.fullmatch(text) or int(text) > maximum:
        raise Malformed("not a canonical decimal in range", where=where)
    return int(text)


def encode_base64(data: bytes) -> str:
    """Standard padded base64."""
    return base64.b64encode(data).decode("ascii")


def decode_base64(text: str, *, length: int | None = None, where: str = "base64") -> bytes:
    """Standard padded base64 that encodes back to the same text; `length` in bytes when it is fixed."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("not base64", where=where) from error
    if encode_base64(data) != text:
        raise Malformed("base64 is not canonical", where=where)
    if length is not None and len(data) != length:
        raise Malformed(f"{len(data)} bytes where {length} are needed", where=where)
    return data


def decode_hex(text: str, *, length: int | None = None, where: str = "hex") -> bytes:
    """Lower-case hex; `length` in bytes when it is fixed."""
    try:
        data = bytes.fromhex(text)
    except ValueError as error:
        raise Malformed("not hex", where=where) from error
    if data.hex() != text:
        raise Malformed("hex is not canonical", where=where)
    if length is not None and len(data) != length:
        raise Malformed(f"{len(data)} bytes where {length} are needed", where=where)
    return data


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with whole seconds: `2026-01-02T03:04:05Z`."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place here")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def parse_time(text: str, *, where: str = "time") -> datetime:
    """The inverse of `format_time`; leap seconds and offsets are refused."""
    if not _TIME.fullmatch(text):
        raise Malformed("not an RFC 3339 time in UTC with whole seconds", where=where)
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed("no such moment", where=where) from error


def length_prefixed(data: bytes) -> bytes:
    """`lp` of the protocol: a big-endian 32-bit length, then the bytes."""
    return len(data).to_bytes(4, "big") + data


def canonical_json(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of None, bool, int within 2^53-1 of zero, str, list and dict.

    Raises `Malformed` for anything else: fractions, and more than 32 levels.
    """
    _check_json(value)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise Malformed("cannot be written as canonical JSON", where="JSON") from error


def parse_json(data: bytes, *, where: str = "JSON") -> Any:
    """Canonical JSON that writes back to the same bytes."""
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_no_fractions, parse_constant=_no_fractions)
        again = canonical_json(value)
    except (ValueError, RecursionError, Malformed) as error:
        raise Malformed("not canonical JSON", where=where) from error
    if again != data:
        raise Malformed("JSON is not canonical", where=where)
    return value


def _no_fractions(text: str) -> NoReturn:
    raise ValueError(text)


def _check_json(value: Any, *, depth: int = 0) -> None:
    # A fixed depth, because each JSON reader has its own and two readers must agree on every text.
    if isinstance(value, float):
        raise Malformed("fractions are not allowed", where="JSON")
    if not isinstance(value, dict | list):
        return
    if depth == MAX_DEPTH:
        raise Malformed(f"more than {MAX_DEPTH} levels deep", where="JSON")
    for item in value.values() if isinstance(value, dict) else value:
        _check_json(item, depth=depth + 1)
