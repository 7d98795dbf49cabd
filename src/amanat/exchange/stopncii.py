"""StopNCII: pages of FetchHashes, and the bodies of SubmitHashes and SubmitFeedback.

`hashStatus` decides: Received and Active are listed, Withdrawn and Deleted are taken back at once, because a
survivor asked for it. Case numbers are not read. Shown right by `tests/exchange/test_stopncii.py`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Batch, Gone, Line, Refused, collect
from amanat.exchange.hashlist import Item
from amanat.exchange.reading import from_unix, one, print_or_reason, read_json, records, to_unix
from amanat.fingerprint.value import Fingerprint, Kind, format_fingerprint

__all__ = ["SOURCE", "Feedback", "Page", "feedback_body", "read", "read_page", "submission_body", "write"]

SOURCE = "stopncii"
_KINDS = {"ImagePDQ": Kind.PDQ, "VideoMD5": Kind.MD5, "VideoTMK": Kind.TMK_PDQF}
_TYPES = {kind: name for name, kind in _KINDS.items()}
_LISTED = frozenset({"Received", "Active"})
_GONE = frozenset({"Withdrawn", "Deleted"})


class Feedback(StrEnum):
    """What a platform answers about one print."""

    NONE = "None"
    QUALITY_UNKNOWN = "QualityUnknown"
    PENDING_REVIEW = "PendingReview"
    BLOCKED = "Blocked"
    NOT_BLOCKED = "NotBlocked"
    WITHDRAWN = "Withdrawn"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of FetchHashes: what it says, and what to ask for next, if there is more."""

    batch: Batch
    more: bool
    next_token: str
    next_timestamp: int


def read(file: BinaryIO, *, source: str = SOURCE, now: datetime) -> Iterator[Line]:
    """What a page of FetchHashes lists and takes back."""
    yield from _lines(read_json(file, where="StopNCII"), source=source, now=now)


def read_page(file: BinaryIO, *, source: str = SOURCE, now: datetime) -> Page:
    """A page with its paging; raises `Malformed` when it says neither that there is more nor that not."""
    value = read_json(file, where="StopNCII")
    batch = collect(_lines(value, source=source, now=now))
    more, token = value.get("hasMoreRecords"), value.get("nextPageToken")
    stamp = value.get("nextSetTimestamp")
    if not isinstance(more, bool) or not isinstance(token, str | None) or not isinstance(stamp, int | None):
        raise Malformed("no paging", where="StopNCII")
    return Page(batch, more, token or "", int(stamp or 0))


def write(lines: Iterable[Item | Gone]) -> bytes:
    """A page of FetchHashes without a following one; kinds that it has no type for are left out."""
    found = [_record(line) for line in lines if _has_type(line)]
    return _json({"count": len(found), "hasMoreRecords": False, "hashRecords": found})


def submission_body(items: Iterable[Item]) -> bytes:
    """The body of SubmitHashes for the active items."""
    found = [_named(item.fingerprint) for item in items if item.active and _has_type(item)]
    return _json({"count": len(found), "hashRecords": found})


def feedback_body(given: Iterable[tuple[Fingerprint, Feedback, tuple[str, ...]]]) -> bytes:
    """The body of SubmitFeedback: a value and tags for each print."""
    found = [
        {"hashValue": format_fingerprint(print_), "feedbackValue": value.value, "tags": list(tags)}
        for print_, value, tags in given
    ]
    return _json({"count": len(found), "hashFeedbacks": found})


def _lines(value: Any, *, source: str, now: datetime) -> Iterator[Line]:
    for record in records(value, "hashRecords", where="StopNCII"):
        yield one(lambda record=record: _line(record, source=source, now=now))  # type: ignore[misc]


def _line(record: Any, *, source: str, now: datetime) -> Line:
    if not isinstance(record, dict):
        return Refused("not a record")
    kind = _KINDS.get(str(record.get("signalType")))
    if kind is None:
        return Refused("a type that this program does not know")
    found = print_or_reason(kind, record.get("hashValue"))
    if isinstance(found, Refused):
        return found
    status = record.get("hashStatus")
    if status in _GONE:
        return Gone(source, fingerprint=found)
    if status not in _LISTED:
        return Refused("a status that this program does not know")
    return Item(
        fingerprint=found,
        source=source,
        first_seen=from_unix(record.get("lastModtimestamp"), default=now),
    )


def _has_type(line: Item | Gone) -> bool:
    return line.fingerprint is not None and line.fingerprint.kind in _TYPES


def _record(line: Item | Gone) -> dict[str, Any]:
    active = isinstance(line, Item) and line.active
    record = _named(line.fingerprint) | {"hashStatus": "Active" if active else "Withdrawn"}
    return record | ({"lastModtimestamp": to_unix(line.first_seen)} if isinstance(line, Item) else {})


def _named(fingerprint: Fingerprint | None) -> dict[str, Any]:
    if fingerprint is None:
        raise ValueError("a record names a print")
    return {"signalType": _TYPES[fingerprint.kind], "hashValue": format_fingerprint(fingerprint)}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")
