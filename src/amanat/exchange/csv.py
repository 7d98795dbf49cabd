"""CSV with a header line: the columns of our own list, for spreadsheets and for whoever has no other format.

    kind,print,source,source_id,terms,scheme,category,first_seen,withdrawn,note

Only `kind` and `print` are needed, in any order; an unknown column is refused. Without a header a row is
`kind,print`. Shown right by `tests/exchange/test_csv.py`.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Category, Item
from amanat.exchange.reading import item_or_reason, one, parse_moment, read_rows
from amanat.fingerprint.value import Kind, format_fingerprint
from amanat.strict import format_time

__all__ = ["COLUMNS", "read", "write"]

COLUMNS = (
    "kind",
    "print",
    "source",
    "source_id",
    "terms",
    "scheme",
    "category",
    "first_seen",
    "withdrawn",
    "note",
)
KINDS = {kind.value: kind for kind in Kind}


def read(file: BinaryIO, *, source: str, now: datetime) -> Iterator[Line]:
    """The items of a CSV file; rows that name no source are of `source`."""
    header: list[str] | None = None
    for row in read_rows(file, where="CSV"):
        if header is None:
            header = _header(row)
            if header == row:
                continue
        if row:
            yield one(lambda row=row, header=header: _line(header, row, source=source, now=now))  # type: ignore[misc]


def write(lines: Iterable[Item | Gone]) -> bytes:
    """The CSV of items; a withdrawal that is no item has no row here."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(line) for line in lines if isinstance(line, Item))
    return text.getvalue().encode("utf-8")


def _header(row: list[str]) -> list[str]:
    if not row or row[0].lower() in KINDS:
        return ["kind", "print"]
    if not {"kind", "print"} <= set(row) <= set(COLUMNS) or len(set(row)) != len(row):
        hint = f"The first line names the columns: {','.join(COLUMNS)}."
        raise Malformed("columns that this program does not know", where="CSV", hint=hint)
    return row


def _line(header: list[str], row: list[str], *, source: str, now: datetime) -> Line:
    if len(row) != len(header):
        return Refused("a row with more or fewer fields than the header")
    cell = dict(zip(header, row, strict=True))
    kind = KINDS.get(cell["kind"].lower())
    if kind is None:
        return Refused("a kind that this program does not know")
    scheme, category = cell.get("scheme", ""), cell.get("category", "")
    withdrawn = cell.get("withdrawn", "")
    return item_or_reason(
        kind,
        cell["print"],
        source=cell.get("source") or source,
        source_id=cell.get("source_id", ""),
        terms=cell.get("terms", ""),
        category=Category(scheme or source, category) if category else None,
        first_seen=parse_moment(cell.get("first_seen"), default=now),
        # A date that cannot be read still says that the item is withdrawn.
        withdrawn=parse_moment(withdrawn, default=now) if withdrawn else None,
        note=cell.get("note", ""),
    )


def _row(item: Item) -> list[str]:
    category = item.category
    return [
        item.kind.value,
        format_fingerprint(item.fingerprint),
        item.source,
        item.source_id,
        item.terms,
        category.scheme if category else "",
        category.value if category else "",
        format_time(item.first_seen),
        format_time(item.withdrawn) if item.withdrawn else "",
        item.note,
    ]
