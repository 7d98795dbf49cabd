"""FollowTheMoney entities, one JSON object a line: documents, and a note or an event for each item.

Speakers and institutions are given as words, never as entities of their own: that two names are one person is
for a person to say. The round trip is tested with the `followthemoney` package, which is not needed to write.
"""

import json
from collections.abc import Iterator
from typing import Any

from amanat.record.record import Entry, Record, item_as_json
from amanat.record.source import Source
from amanat.strict import format_time

__all__ = ["write"]


def write(record: Record) -> bytes:
    """Entities of the schemata Document, Event and Note."""
    entities = [*(_document(source) for source in record.sources), *_items(record)]
    return b"".join(json.dumps(entity, ensure_ascii=False).encode() + b"\n" for entity in entities)


def _entity(key: str, schema: str, properties: dict[str, Any]) -> dict[str, Any]:
    given = {
        name: [value] if isinstance(value, str) else value for name, value in properties.items() if value
    }
    return {"id": key, "schema": schema, "properties": given}


def _document(source: Source) -> dict[str, Any]:
    return _entity(
        f"source-{source.sha256}",
        "Document",
        {
            "title": source.title,
            "fileName": source.title or f"{source.sha256[:12]}",
            "mimeType": source.media_type,
            "sourceUrl": source.address if source.address.startswith(("http://", "https://")) else "",
            "publisher": source.publisher,
            "date": source.published.isoformat() if source.published else "",
            "summary": f"SHA-256 {source.sha256}",
        },
    )


def _items(record: Record) -> Iterator[dict[str, Any]]:
    for entry in record.shown():
        yield _event(entry) if entry.item.kind == "event" else _note(entry)


def _common(entry: Entry) -> dict[str, Any]:
    item, review = entry.item, entry.review
    confirmed = f"{review.state} by {review.by}" + (f" at {format_time(review.at)}" if review.at else "")
    return {
        "name": f"{item.kind}: {' '.join(item.quote.exact.split())[:120]}",
        "description": item.quote.exact,
        "proof": f"source-{item.quote.source_sha256}",
        "notes": [f"SHA-256 of the source: {item.quote.source_sha256}", confirmed],
    }


def _event(entry: Entry) -> dict[str, Any]:
    item = entry.item
    date = item.when.edtf.rstrip("~?%") if item.when else ""
    start, _, end = date.partition("/")
    where = item.words.get("where")
    whole = _common(entry) | {
        "startDate": _plain(start) if end else "",
        "endDate": _plain(end),
        "date": "" if end else _plain(start),
        "location": " ".join(where.exact.split()) if where else "",
    }
    return _entity(f"item-{item.id}", "Event", whole)


def _plain(date: str) -> str:
    """A date that FollowTheMoney knows: seasons become their year."""
    return date[:4] if date[5:7] > "12" else date


def _note(entry: Entry) -> dict[str, Any]:
    whole = item_as_json(entry.item)
    slots = {key: whole[key] for key in ("labels", "when", "number", "answers") if key in whole}
    slots |= {role: words["exact"] for role, words in whole["words"].items()}
    common = _common(entry)
    common["notes"] = [*common["notes"], json.dumps(slots, ensure_ascii=False, sort_keys=True)]
    return _entity(f"item-{entry.item.id}", "Note", common)
