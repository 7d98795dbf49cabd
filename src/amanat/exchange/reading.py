"""What the readers of all formats share: one print or a reason, times, JSON and CSV from outside, and limits.

A reader takes a binary file and gives `Line`s (`changes.py`). What is not of the format at all is
`Malformed`; one bad entry is `Refused` with a reason that holds nothing of it. Shown right by the tests of
each format.
"""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from io import TextIOWrapper
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Line, Refused
from amanat.exchange.hashlist import MAX_TEXT, Item
from amanat.fingerprint.value import Fingerprint, Kind, parse_fingerprint

__all__ = [
    "MAX_PAGE_BYTES",
    "clean",
    "from_unix",
    "item_of",
    "item_or_reason",
    "one",
    "parse_moment",
    "print_or_reason",
    "read_json",
    "read_or_reason",
    "read_rows",
    "records",
    "to_unix",
]

MAX_PAGE_BYTES = 64 * 1024 * 1024
"""A page of JSON that is read as a whole; what is larger has a reader that streams."""
MAX_FIELD_CHARS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOM = b"\xef\xbb\xbf"


def print_or_reason(kind: Kind, text: object) -> Fingerprint | Refused:
    """The print that a text of any case is, or why it is none."""
    return read_or_reason(kind.value, text, partial(parse_fingerprint, kind, any_case=True))


def read_or_reason(name: str, text: object, read: Callable[[str], Fingerprint]) -> Fingerprint | Refused:
    """The print that `read` makes of a text, or why it is none; `name` is ours, not from outside."""
    if not isinstance(text, str):
        return Refused(f"a {name} that is not text")
    try:
        return read(text.strip())
    except Malformed:
        return Refused(f"not a {name}")


def one(make: Callable[[], Line]) -> Line:
    """The line that `make` makes, or a refusal when a part of it is not of its form."""
    try:
        return make()
    except Malformed as error:
        return Refused(f"{error.where}: {error.what}")


def item_or_reason(kind: Kind, text: object, **parts: Any) -> Line:
    """An item of the print that a text is and its other parts, or why it is none."""
    return item_of(print_or_reason(kind, text), **parts)


def item_of(found: Fingerprint | Refused, **parts: Any) -> Line:
    """An item of a print and its other parts, or why it is none."""
    if isinstance(found, Refused):
        return found
    return one(lambda: Item(fingerprint=found, **parts))


def clean(value: object) -> str:
    """A text from outside as a list can hold it: one line, printable, not too long; empty for no text."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    shown = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(shown.split())[:MAX_TEXT].strip()


def from_unix(value: object, *, default: datetime) -> datetime:
    """Seconds since 1970 as a time; `default` when it is none."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 253_402_300_800:
        return default
    return _EPOCH + timedelta(seconds=value)


def to_unix(moment: datetime) -> int:
    """The inverse of `from_unix`; what was before 1970 is 1970."""
    return max(0, int((moment - _EPOCH).total_seconds()))


def parse_moment(text: object, *, default: datetime) -> datetime:
    """An ISO 8601 time, taken as UTC when it names no zone, in whole seconds; `default` when it is none."""
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is None:
            return default
        known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return default
    return known.replace(microsecond=0)


def read_json(file: BinaryIO, *, where: str) -> Any:
    """A page of JSON of at most 64 MiB, with or without a byte order mark; raises `Malformed`."""
    data = file.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        raise Malformed("larger than 64 MiB", where=where, hint="Ask the source for smaller pages.")
    try:
        return json.loads(data.removeprefix(_BOM).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON", where=where) from error


def records(value: object, name: str, *, where: str) -> list[Any]:
    """The list that an object has under `name`; raises `Malformed`."""
    found = value.get(name) if isinstance(value, dict) else None
    if not isinstance(found, list):
        raise Malformed(f"no list named {name}", where=where)
    return found


def read_rows(file: BinaryIO, *, where: str) -> Iterator[list[str]]:
    """The rows of a CSV file in UTF-8, streamed; raises `Malformed`."""
    csv.field_size_limit(MAX_FIELD_CHARS)
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        yield from csv.reader(text, strict=True)
    except (csv.Error, UnicodeDecodeError) as error:
        raise Malformed("not CSV in UTF-8", where=where) from error
    finally:
        if not file.closed:
            text.detach()
