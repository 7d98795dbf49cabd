"""A record: sources, the items that passed the gate, and what named people decided about each.

Only what a person confirmed or edited is exported. Names of children and of private persons are shown as
their role, in every text that leaves; lists of names are shown as their count. The proposal stays beside an
edit. Shown right by `tests/record/test_record.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from amanat.errors import NotAllowed
from amanat.record.anchor import Anchor, Orphan, refind
from amanat.record.figures import text_of
from amanat.record.gate import Item
from amanat.record.source import Source
from amanat.record.text import Place, ReadingText
from amanat.strict import format_time

__all__ = [
    "STATES",
    "Entry",
    "Record",
    "Review",
    "hide_names",
    "item_as_json",
    "lost_anchors",
    "source_as_json",
    "words_to_hide",
]

STATES = ("pending", "confirmed", "edited", "rejected", "obsolete")
_SHORTEST_WORD = 3
_SHOWN = frozenset({"confirmed", "edited"})


@dataclass(frozen=True, slots=True)
class Review:
    """What a named person decided, and when."""

    state: str = "pending"
    by: str = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(self.state)
        if self.state not in {"pending", "obsolete"} and not (self.by and self.at):
            raise NotAllowed("a decision needs a named person and a time", where="record")


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with its review. `proposed` is the item before an edit. `private` gives names that must not be
    shown and the role to show instead."""

    item: Item
    review: Review = Review()
    proposed: Item | None = None
    private: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A record that can be exported. `checked_by` is the second person who looked at what it shows."""

    title: str
    sources: tuple[Source, ...]
    entries: tuple[Entry, ...]
    made_at: datetime | None = None
    checked_by: str = ""

    def shown(self) -> Iterator[Entry]:
        """Every confirmed or edited entry, in the order of sources and places, private names hidden."""
        order = {source.sha256: number for number, source in enumerate(self.sources)}
        entries = [entry for entry in self.entries if entry.review.state in _SHOWN]
        private = _private(self.entries)
        for entry in sorted(
            entries, key=lambda e: (order.get(e.item.quote.source_sha256, -1), e.item.quote.start)
        ):
            yield replace(entry, item=hide_names(entry.item, private))


def lost_anchors(items: Iterable[Item], newer: ReadingText) -> Iterator[tuple[Item, Orphan]]:
    """The items that a new version of their source has lost; a person has to look at each."""
    for item in items:
        for anchor in (item.quote, *item.words.values()):
            # Words of a role are found inside their quote, so only the quote can be lost on its own.
            found = refind(newer, anchor) if anchor is item.quote else None
            if isinstance(found, Orphan):
                yield item, found


def _private(entries: Iterable[Entry]) -> dict[str, str]:
    hidden: dict[str, str] = {}
    for entry in entries:
        labels = {name: f"[{label}]" for name, label in entry.private.items()}
        words_to_hide({**labels, **dict.fromkeys(entry.item.names, "[name]")}, hidden)
    return hidden


def words_to_hide(labels: Mapping[str, str], hidden: dict[str, str] | None = None) -> dict[str, str]:
    """What is shown for each private name, and for each of its words where that stands alone."""
    hidden = {} if hidden is None else hidden
    for name, label in labels.items():
        words = name.split()
        hidden |= {word: label for word in words if len(word) >= _SHORTEST_WORD and word not in hidden}
        hidden |= {" ".join(words): label} if words else {}
    return hidden


def hide_names(item: Item, private: Mapping[str, str]) -> Item:
    """The item with the words that `words_to_hide` gave shown as their labels; its places stay."""
    if not private:
        return item
    names = sorted(private, key=len, reverse=True)
    spaced = [r"\s+".join(re.escape(word) for word in name.split()) for name in names]
    pattern = re.compile("|".join(rf"(?<!\w){name}(?!\w)" for name in spaced))

    def hide(text: str) -> str:
        return pattern.sub(lambda found: private[" ".join(found[0].split())], text)

    def clean(anchor: Anchor) -> Anchor:
        # The words round a quote may end in half a name, so none are shown.
        return replace(anchor, exact=hide(anchor.exact), prefix="", suffix="")

    words = {role: clean(anchor) for role, anchor in item.words.items()}
    answers = clean(item.answers) if item.answers else None
    return replace(item, quote=clean(item.quote), words=words, answers=answers, names=())


def source_as_json(source: Source) -> dict[str, Any]:
    """A source without its bytes."""
    return {
        "sha256": source.sha256,
        "size_bytes": len(source.data),
        "media_type": source.media_type,
        "title": source.title,
        "address": source.address,
        "publisher": source.publisher,
        "published": source.published.isoformat() if source.published else None,
        "captured_at": format_time(source.captured_at) if source.captured_at else None,
        "captured_by": source.captured_by,
        "licence": source.licence,
        "origin": source.origin or None,
        "replaces": source.replaces or None,
    }


def item_as_json(item: Item, review: Review | None = None) -> dict[str, Any]:
    """An item with its quote, its places, its values and, when there is one, who decided."""
    found: dict[str, Any] = {
        "id": item.id,
        "kind": item.kind,
        "quote": _anchor(item.quote),
        "words": {role: {"exact": a.exact, "start": a.start, "end": a.end} for role, a in item.words.items()},
        "labels": dict(item.labels),
        "proposed_by": {
            "name": item.author.name,
            "version": item.author.version,
            "language_model": item.author.model,
            **({"host": item.author.host, "prompt_sha256": item.author.prompt_sha256,
                "answer_sha256": item.author.answer_sha256} if item.author.model else {}),
        },
        "score": item.score,
        "reason": item.reason,
    }  # fmt: skip
    if item.when:
        found["when"] = {"edtf": item.when.edtf, "basis": item.when_basis}
    if item.interval:
        found["number"] = {
            "low": item.interval.low,
            "high": item.interval.high,
            "hedge": item.interval.hedge,
            "text": text_of(item.interval),
        }
    if item.answers:
        found["answers"] = {"exact": item.answers.exact, "start": item.answers.start, "end": item.answers.end}
    if review:
        at = format_time(review.at) if review.at else None
        found["review"] = {"state": review.state, "by": review.by, "at": at}
    return found


def _anchor(anchor: Anchor) -> dict[str, Any]:
    return {
        "exact": anchor.exact,
        "prefix": anchor.prefix,
        "suffix": anchor.suffix,
        "start": anchor.start,
        "end": anchor.end,
        "text_sha256": anchor.text_sha256,
        "source_sha256": anchor.source_sha256,
        "places": [_place(place) for place in anchor.places],
    }


def _place(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = {"part": place.part, "start": place.start, "end": place.end}
    if place.boxes:
        found["boxes"] = [list(box) for box in place.boxes]
    return found
