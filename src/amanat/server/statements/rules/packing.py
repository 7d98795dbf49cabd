"""How a reading text and an item are kept in the database: JSON, the text compressed, and back to the very
same value.

The reading text is kept whole, so that a later release that reads otherwise moves no anchor. It judges
nothing: what comes back was written here. Shown right by `tests/server/statements/rules/test_packing.py`.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping
from typing import Any

from amanat.record.anchor import Anchor
from amanat.record.dates import Dated
from amanat.record.gate import Item
from amanat.record.numberwords import Interval
from amanat.record.proposal import Author
from amanat.record.text import Block, Place, ReadingText, Segment

__all__ = ["digest_of", "pack_item", "pack_text", "unpack_item", "unpack_text"]

_AUTHOR = ("name", "version", "model", "host", "prompt_sha256", "answer_sha256")


def pack_text(doc: ReadingText) -> bytes:
    """A reading text as compressed JSON."""
    whole = {
        "text": doc.text,
        "source": doc.source_sha256,
        "extractor": doc.extractor,
        "encoding": doc.encoding,
        "blocks": [[b.kind, b.start, b.end, b.level, b.about] for b in doc.blocks],
        "segments": [
            [s.start, s.end, s.part, s.raw_start, s.raw_end, s.exact, s.box and list(s.box)]
            for s in doc.segments
        ],
        "parts": dict(doc.part_text),
        "notes": list(doc.notes),
    }
    # Escapes, because a damaged document may hold halves of characters that UTF-8 has no bytes for.
    return zlib.compress(json.dumps(whole, ensure_ascii=True).encode("ascii"))


def unpack_text(data: bytes) -> ReadingText:
    """The inverse of `pack_text`."""
    whole = json.loads(zlib.decompress(data))
    return ReadingText(
        text=whole["text"],
        source_sha256=whole["source"],
        extractor=whole["extractor"],
        encoding=whole["encoding"],
        blocks=tuple(Block(*block) for block in whole["blocks"]),
        segments=tuple(_segment(*segment) for segment in whole["segments"]),
        part_text=whole["parts"],
        notes=tuple(whole["notes"]),
    )


def _segment(*values: Any) -> Segment:
    start, end, part, raw_start, raw_end, exact, box = values
    return Segment(start, end, part, raw_start, raw_end, exact, tuple(box) if box else None)


def pack_item(item: Item) -> dict[str, Any]:
    """An item as JSON."""
    return {
        "kind": item.kind,
        "quote": _anchor(item.quote),
        "words": {role: _anchor(anchor) for role, anchor in item.words.items()},
        "labels": dict(item.labels),
        "author": {name: getattr(item.author, name) for name in _AUTHOR},
        "when": item.when
        and [
            list(item.when.span),
            item.when.edtf,
            item.when.basis and list(item.when.basis),
            item.when.by_head,
        ],
        "when_basis": item.when_basis,
        "interval": item.interval and [item.interval.low, item.interval.high, item.interval.hedge],
        "names": list(item.names),
        "answers": item.answers and _anchor(item.answers),
        "score": item.score,
        "reason": item.reason,
    }


def unpack_item(body: Mapping[str, Any]) -> Item:
    """The inverse of `pack_item`."""
    return Item(
        kind=body["kind"],
        quote=_to_anchor(body["quote"]),
        words={role: _to_anchor(anchor) for role, anchor in body["words"].items()},
        labels=body["labels"],
        author=Author(**body["author"]),
        when=_to_dated(body["when"]) if body["when"] else None,
        when_basis=body["when_basis"],
        interval=Interval(*body["interval"]) if body["interval"] else None,
        names=tuple(body["names"]),
        answers=_to_anchor(body["answers"]) if body["answers"] else None,
        score=body["score"],
        reason=body["reason"],
    )


def digest_of(body: Mapping[str, Any]) -> str:
    """The SHA-256 of a packed item, in hex: what a leaf commits to beside its id."""
    plain = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("ascii")).hexdigest()


def _anchor(anchor: Anchor) -> dict[str, Any]:
    return {
        "exact": anchor.exact,
        "prefix": anchor.prefix,
        "suffix": anchor.suffix,
        "start": anchor.start,
        "end": anchor.end,
        "text": anchor.text_sha256,
        "source": anchor.source_sha256,
        "places": [[p.part, p.start, p.end, [list(box) for box in p.boxes]] for p in anchor.places],
    }


def _to_anchor(body: Mapping[str, Any]) -> Anchor:
    return Anchor(
        exact=body["exact"],
        prefix=body["prefix"],
        suffix=body["suffix"],
        start=body["start"],
        end=body["end"],
        text_sha256=body["text"],
        source_sha256=body["source"],
        places=tuple(
            Place(part, start, end, tuple(tuple(box) for box in boxes))
            for part, start, end, boxes in body["places"]
        ),
    )


def _to_dated(value: list[Any]) -> Dated:
    span, edtf, basis, by_head = value
    return Dated((span[0], span[1]), edtf, (basis[0], basis[1]) if basis else None, by_head)
