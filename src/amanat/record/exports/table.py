"""CSV (RFC 4180) in UTF-8 with a mark, one row an item. A cell that a spreadsheet would run begins with an
apostrophe."""

import csv
from io import StringIO

from amanat.record.record import Entry, Record
from amanat.strict import format_time

__all__ = ["COLUMNS", "cells", "safe_cell", "write"]

COLUMNS = (
    "id", "kind", "quote", "when", "basis", "where", "speaker", "via", "stance", "number", "low", "high", "counted", "scope",  # noqa: E501
    "counted by", "outcome", "who", "asker", "asked", "what", "reason", "answers", "source", "start", "end", "pages",  # noqa: E501
    "proposed by", "state", "by", "at",
)  # fmt: skip
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\0")


def write(record: Record) -> bytes:
    """The table with its head."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in record.shown():
        writer.writerow(cells(entry))
    return out.getvalue().encode("utf-8-sig")


def cells(entry: Entry) -> list[str]:
    """The cells of one entry, in the order of the columns."""
    row = _row(entry)
    return [safe_cell(row.get(column, "")) for column in COLUMNS]


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    clean = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return f"'{clean}" if clean.startswith(_RUNS) else clean


def _row(entry: Entry) -> dict[str, str]:
    item, review = entry.item, entry.review
    row = {role.replace("_", " "): " ".join(anchor.exact.split()) for role, anchor in item.words.items()}
    row |= dict(item.labels)
    row |= {"what": "" if item.kind == "event" else row.get("what", "")}
    if item.when:
        row |= {"when": item.when.edtf, "basis": item.when_basis}
    if item.interval:
        low, high = item.interval.low, item.interval.high
        row |= {"low": "" if low is None else str(low), "high": "" if high is None else str(high)}
    pages = [place.part[5:] for place in item.quote.places if place.part.startswith("page ")]
    return row | {
        "id": item.id,
        "kind": item.kind,
        "quote": " ".join(item.quote.exact.split()),
        "answers": " ".join(item.answers.exact.split()) if item.answers else "",
        "source": item.quote.source_sha256,
        "start": str(item.quote.start),
        "end": str(item.quote.end),
        "pages": " ".join(pages),
        "proposed by": f"{item.author.name} {item.author.version}",
        "state": review.state,
        "by": review.by,
        "at": format_time(review.at) if review.at else "",
    }
