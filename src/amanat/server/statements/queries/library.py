"""A record as the library knows it: what its exporters and its comparing take.

It writes nothing. Shown right by `tests/server/statements/test_publishing.py` and `test_questions.py`.
"""

import hashlib
from datetime import datetime

from django.utils import translation

from amanat.record import figures
from amanat.record.exports import document
from amanat.record.record import Entry, Review
from amanat.record.record import Record as Whole
from amanat.server.statements.models import Asked, Item, Question, Record
from amanat.server.statements.queries.items import Names, items, names
from amanat.server.statements.queries.sources import library_source
from amanat.server.statements.rules.packing import unpack_item
from amanat.server.statements.rules.states import SHOWN

__all__ = ["confirmers", "digest", "library_question", "library_record"]


def library_record(of: Record, *, made: datetime | None = None, checked_by: str = "") -> Whole:
    """Everything that was confirmed, its sources, and the names that are covered in it."""
    # What leaves is in one language, whoever asks: two people look at the same bytes.
    with translation.override("en"):
        known = names(of)
    rows = of.sources.select_related("brought_by", "origin", "replaces").order_by("number")
    return Whole(
        title=of.title,
        sources=tuple(library_source(row) for row in rows),
        entries=tuple(_entry(row, known) for row in items(of).filter(state__in=SHOWN)),
        made_at=made,
        checked_by=checked_by,
    )


def digest(of: Record) -> str:
    """The SHA-256 of what would leave, in hex: it changes when anything in it does."""
    return hashlib.sha256(document.write(library_record(of))).hexdigest()


def confirmers(of: Record) -> set[int]:
    """The ids of the people who confirmed something that is shown."""
    rows = of.items.filter(state__in=SHOWN).values_list("deed__author_id", flat=True)
    return {author for author in rows if author is not None}


def library_question(question: Question) -> tuple[figures.Question, list[Asked]]:
    """A question with its figures, and the row of each in the same order."""
    known = names(question.record)
    shown = question.figures.filter(item__state__in=SHOWN)
    rows = list(shown.select_related("item__source", "item__deed__author", "deed__author").defer(
        "item__source__data", "item__source__reading"
    ).order_by("pk"))  # fmt: skip
    counted = tuple(
        figures.Counted(_entry(row.item, known).item, row.counts, row.covers, row.deed.author.pseudonym)
        for row in rows
    )
    return figures.Question(question.name, question.counted, question.scope, counted), rows


def _entry(row: Item, known: Names) -> Entry:
    deed = row.deed
    review = Review(row.state, deed.author.pseudonym, deed.at) if deed else Review()
    proposed = unpack_item(row.proposed) if row.proposed else None
    return Entry(unpack_item(row.body), review, proposed, dict(known.labels))
