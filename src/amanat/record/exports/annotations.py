"""W3C Web Annotations (Data Model, 2017) in JSON-LD: one annotation an item, with selectors of quote,
position and place."""

import json
from collections.abc import Iterator
from typing import Any

from amanat.record.anchor import Anchor
from amanat.record.gate import Item
from amanat.record.record import Entry, Record, item_as_json
from amanat.record.source import Source
from amanat.strict import format_time

__all__ = ["write"]

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def write(record: Record) -> bytes:
    """A collection with one page."""
    sources = {source.sha256: source for source in record.sources}
    items = [_annotation(entry, sources.get(entry.item.quote.source_sha256)) for entry in record.shown()]
    whole = {
        "@context": _CONTEXT,
        "id": "urn:amanat:record",
        "type": "AnnotationCollection",
        "label": record.title,
        "total": len(items),
        "first": {"id": "urn:amanat:record:1", "type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _annotation(entry: Entry, source: Source | None) -> dict[str, Any]:
    item, review = entry.item, entry.review
    found: dict[str, Any] = {
        "id": f"urn:amanat:item:{item.id}",
        "type": "Annotation",
        "motivation": "identifying",
        "creator": {"type": "Person", "name": review.by},
        "generator": {"type": "Software", "name": f"{item.author.name} {item.author.version}"},
        "body": [{"type": "Dataset", "format": "application/json", "value": _body(item)}],
        "target": _target(item.quote, source),
    }
    if review.at:
        found["created"] = format_time(review.at)
    return found


def _body(item: Item) -> dict[str, Any]:
    whole = item_as_json(item)
    return {
        key: whole[key] for key in ("kind", "words", "labels", "when", "number", "answers") if key in whole
    }


def _target(anchor: Anchor, source: Source | None) -> dict[str, Any]:
    address = source.address if source and source.address else f"urn:sha256:{anchor.source_sha256}"
    return {
        "source": {"id": address, "type": "Text", "sha256": anchor.source_sha256},
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": anchor.exact,
                "prefix": anchor.prefix,
                "suffix": anchor.suffix,
            },
            {"type": "TextPositionSelector", "start": anchor.start, "end": anchor.end},
            *_fragments(anchor),
        ],
    }


def _fragments(anchor: Anchor) -> Iterator[dict[str, Any]]:
    """RFC 8118 for pages of a PDF: a box in points, from the lower left corner."""
    for place in anchor.places:
        if place.part.startswith("page ") and place.boxes:
            lefts, bottoms, rights, tops = zip(*place.boxes, strict=True)
            left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
            yield {
                "type": "FragmentSelector",
                "conformsTo": "http://tools.ietf.org/rfc/rfc8118",
                "value": f"page={place.part[5:]}&viewrect={left:g},{bottom:g},{right - left:g},{top - bottom:g}",  # noqa: E501
            }
