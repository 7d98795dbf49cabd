"""Exports of a record: only what people confirmed, each item with its quote, the hash of its source and who
confirmed.

An export leaves the house, so a second person must have looked at it: `checked_by` is somebody else than
whoever confirmed. Shown right by `tests/record/test_export.py`.
"""

from importlib import import_module

from amanat.errors import Malformed, NotAllowed, Unavailable
from amanat.record.record import Record

__all__ = ["FORMATS", "export"]

# Format, the file that writes it, and its media type.
FORMATS = {
    "json": ("document", "application/json"),
    "jsonld": ("annotations", "application/ld+json"),
    "csv": ("table", "text/csv; charset=utf-8"),
    "ftm": ("entities", "application/json+ftm"),
    "claimreview": ("claimreview", "application/ld+json"),
    "timelinejs": ("timelinejs", "application/json"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("pdf", "application/pdf"),
}


def export(record: Record, form: str) -> bytes:
    """The record in one format. Raises `NotAllowed` without a second look, `Unavailable` without its
    library."""
    if form not in FORMATS:
        raise Malformed("not a format of an export", where="export", hint=f"One of: {', '.join(FORMATS)}")
    confirmers = {entry.review.by for entry in record.shown()}
    if not record.checked_by or record.checked_by in confirmers:
        hint = "Ask somebody who confirmed none of it to look at names and wording."
        raise NotAllowed("an export needs a second person's look", where="export", hint=hint)
    try:
        data: bytes = import_module(f"amanat.record.exports.{FORMATS[form][0]}").write(record)
    except ImportError as error:
        raise Unavailable(
            "a library is missing", where="export", hint="pip install 'amanat[documents]'"
        ) from error
    return data
