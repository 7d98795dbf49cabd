"""The whole record as JSON: sources without their bytes, and every item; attached to DOCX and PDF as well."""

import json

from amanat.record.record import Record, item_as_json, source_as_json
from amanat.strict import format_time

__all__ = ["FORMAT", "write"]

FORMAT = "urn:amanat:record:1"


def write(record: Record) -> bytes:
    """JSON in UTF-8, keys sorted."""
    whole = {
        "format": FORMAT,
        "title": record.title,
        "made_at": format_time(record.made_at) if record.made_at else None,
        "checked_by": record.checked_by,
        "sources": [source_as_json(source) for source in record.sources],
        "items": [item_as_json(entry.item, entry.review) for entry in record.shown()],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
