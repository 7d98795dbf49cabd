"""What a record reads like on paper: the same headings and lines for DOCX and PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from amanat.record.figures import text_of
from amanat.record.record import Entry, Record
from amanat.record.source import Source
from amanat.strict import format_time

__all__ = ["Line", "lines"]

_HEADINGS = {
    "event": "Events",
    "statement": "Statements",
    "figure": "Figures",
    "harm": "Harm",
    "referral": "Referrals",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line and what it is: title, heading, item, quote or note."""

    kind: str
    text: str


def lines(record: Record) -> Iterator[Line]:
    """The whole record in reading order."""
    numbers = {source.sha256: number for number, source in enumerate(record.sources, 1)}
    entries = list(record.shown())
    yield Line("title", record.title)
    yield Line(
        "note", "Each entry was confirmed by a named person and stands on the exact words of its source."
    )
    for kind, heading in _HEADINGS.items():
        some = [entry for entry in entries if entry.item.kind == kind]
        if some:
            yield Line("heading", heading)
            for entry in sorted(some, key=_when):
                yield from _item(entry, numbers)
    yield Line("heading", "Sources")
    for source in record.sources:
        yield from _source(source, numbers[source.sha256])
    if record.checked_by:
        yield Line("note", f"Second look: {record.checked_by}")


def _when(entry: Entry) -> tuple[bool, str]:
    return entry.item.when is None, entry.item.when.edtf if entry.item.when else ""


def _item(entry: Entry, numbers: dict[str, int]) -> Iterator[Line]:
    item, review = entry.item, entry.review
    parts = []
    if item.when:
        parts.append(f"{item.when.edtf} ({item.when_basis})")
    elif item.kind == "event":
        parts.append("no date")
    if item.interval:
        parts.append(text_of(item.interval))
    parts.extend(item.labels.values())
    roles = (
        "speaker",
        "via",
        "counted",
        "who",
        "scope",
        "counted_by",
        "asker",
        "asked",
        "what",
        "reason",
        "where",
    )
    for role in roles:
        if role in item.words and not (item.kind == "event" and role == "what"):
            parts.append(f"{role.replace('_', ' ')}: {' '.join(item.words[role].exact.split())}")
    yield Line("item", "; ".join(parts) or item.kind)
    yield Line("quote", f"“{' '.join(item.quote.exact.split())}”")
    at = f", {format_time(review.at)}" if review.at else ""
    pages = [place.part for place in item.quote.places if place.part.startswith("page ")]
    where = ", ".join(pages) or f"characters {item.quote.start:,} to {item.quote.end:,}"
    number = numbers.get(item.quote.source_sha256)
    yield Line("note", f"Source {number}, {where}; {review.state} by {review.by}{at}; {item.id}")


def _source(source: Source, number: int) -> Iterator[Line]:
    known = [source.title, source.publisher, str(source.published or ""), source.address, source.licence]
    yield Line("item", f"{number}. {', '.join(part for part in known if part) or 'untitled'}")
    captured = f"; captured by {source.captured_by}" if source.captured_by else ""
    yield Line("note", f"SHA-256 {source.sha256}, {len(source.data):,} bytes, {source.media_type}{captured}")
    if source.origin:
        yield Line("note", f"Repeats the source with SHA-256 {source.origin}")
