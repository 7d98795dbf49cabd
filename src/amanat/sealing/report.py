"""The sealed report: an age file of the padded canonical JSON of its body, protocol.md section 3.

    {"v":1, "report_id":hex, "thread_key":b64, "salt_0":b64, "author_public":b64, "header":{}, "payload":{}}

What the header and the payload hold is the business of `amanat.receipt.leaf`. It does not open reports.
Shown right by `tests/sealing/test_report.py`.
"""

from collections.abc import Sequence
from typing import Any

from amanat.errors import Malformed
from amanat.sealing.envelope import seal
from amanat.sealing.padding import pad
from amanat.strict import canonical_json, decode_base64, decode_hex, parse_json

__all__ = ["format_report", "parse_report", "seal_report"]

_KEYS = {"v", "report_id", "thread_key", "salt_0", "author_public", "header", "payload"}


def seal_report(body: dict[str, Any], recipients: Sequence[str]) -> bytes:
    """The age file of a report body for the intake recipients."""
    return seal(pad(format_report(body)), recipients)


def format_report(body: dict[str, Any]) -> bytes:
    """The canonical JSON of a body of the right shape."""
    data = canonical_json(body)
    _check(body)
    return data


def parse_report(data: bytes) -> dict[str, Any]:
    """The body written by `format_report`, or `Malformed`."""
    body = parse_json(data, where="report")
    _check(body)
    checked: dict[str, Any] = body
    return checked


def _check(body: object) -> None:
    if not isinstance(body, dict) or body.keys() != _KEYS:
        raise Malformed("not the keys of a report", where="report")
    if type(body["v"]) is not int or body["v"] != 1:
        raise Malformed("a version this program does not know", where="report")
    texts = ("report_id", "thread_key", "salt_0", "author_public")
    if not all(isinstance(body[key], str) for key in texts):
        raise Malformed("a key that is not text", where="report")
    decode_hex(body["report_id"], length=16, where="report id")
    for key in texts[1:]:
        decode_base64(body[key], length=32, where=key)
    if not isinstance(body["header"], dict) or not isinstance(body["payload"], dict):
        raise Malformed("header and payload are objects", where="report")
