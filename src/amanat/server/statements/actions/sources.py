"""Bring a source, and keep what the rules propose from it.

A document that cannot be read is refused with what to do; nothing is ever fetched. Another version of a
source makes what waited on the old one obsolete and looks for what was confirmed, exactly once each; where it
stands now is for a person to accept. Shown right by `tests/server/statements/test_sources.py`.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.record import source as library
from amanat.record.gate import Item as Passed
from amanat.record.reading import read_source
from amanat.record.text import ReadingText
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.carrying import look_for
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.models import Item, Name, Record, Source
from amanat.server.statements.rules.names import parties
from amanat.server.statements.rules.packing import pack_item, pack_text
from amanat.server.statements.rules.states import MAX_SOURCE_BYTES, MAX_TRIES, OBSOLETE, PENDING

__all__ = ["begin_trying", "bring", "keep_proposals", "note_names"]

_MOST_NAME = 300


def bring(
    *,
    by: Member,
    now: datetime,
    record: Record,
    data: bytes,
    title: str,
    address: str = "",
    publisher: str = "",
    published: date | None = None,
    licence: str = "",
    encoding: str = "",
    origin: Source | None = None,
    replaces: Source | None = None,
) -> Source:
    """Keep a document as it came, with its reading text. Raises `Malformed` for what cannot be read,
    `Conflict` for bytes that are there already or a version that was replaced before."""
    if len(data) > MAX_SOURCE_BYTES:
        raise Malformed("more than 16 MiB", where="source", hint="Split it into parts.")
    if any(other is not None and other.record_id != record.pk for other in (origin, replaces)):
        raise NotAllowed("a source of another record", where="source")
    # Reading may take seconds, so it comes before the transaction.
    brought = library.Source(data=data, media_type=library.media_type_of(data), published=published)
    doc = read_source(brought, encoding=encoding)
    known: dict[str, object] = {
        "title": title,
        "address": address,
        "publisher": publisher,
        "published": published,
        "licence": licence,
        "origin": origin,
        "replaces": replaces,
    }
    return _keep(by=by, now=now, record=record, brought=brought, doc=doc, known=known)


@transaction.atomic(durable=True)
def _keep(
    *,
    by: Member,
    now: datetime,
    record: Record,
    brought: library.Source,
    doc: ReadingText,
    known: dict[str, object],
) -> Source:
    what = {
        name: str(known[name] or "") for name in ("title", "address", "publisher", "published", "licence")
    }
    for name in ("origin", "replaces"):
        other = known[name]
        what[name] = other.sha256 if isinstance(other, Source) else ""
    what |= {"sha256": brought.sha256, "text_sha256": doc.sha256, "media_type": brought.media_type}
    deed = write(by=by, now=now, record=record, kind="source", what=what)
    number = (record.sources.aggregate(Max("number"))["number__max"] or 0) + 1
    try:
        with transaction.atomic():
            source = Source.objects.create(
                record=record,
                number=number,
                data=brought.data,
                sha256=brought.sha256,
                media_type=brought.media_type,
                captured=now,
                brought_by=by,
                reading=pack_text(doc),
                text_sha256=doc.sha256,
                deed=deed,
                **known,
            )
    except IntegrityError as error:
        hint = "Look at the sources of the record."
        raise Conflict(
            "this source is there already, or was replaced before", where="source", hint=hint
        ) from error
    if source.replaces is not None:
        Item.objects.filter(source=source.replaces, state=PENDING).update(state=OBSOLETE, deed=deed)
        look_for(source)
    return source


@transaction.atomic(durable=True)
def begin_trying(*, source: Source) -> bool:
    """Note that the rules begin with a source, before they do: one that stops the worker is not tried for
    ever. False when somebody else was through with it, or it was tried often enough."""
    waiting = Source.objects.filter(pk=source.pk, proposed__isnull=True, tries__lt=MAX_TRIES)
    return bool(waiting.update(tries=F("tries") + 1))


@transaction.atomic(durable=True)
def keep_proposals(*, now: datetime, source: Source, passed: Iterable[Passed], dropped: int) -> int:
    """Keep what passed the gate, to wait for a person; how many are new.

    What is there already stays as it is. A source that was replaced meanwhile keeps nothing.
    """
    if not Source.objects.filter(pk=source.pk, proposed__isnull=True).update(proposed=now, dropped=dropped):
        return 0
    if Source.objects.filter(replaces=source.pk).exists():
        return 0
    found = {item.id: item for item in passed}
    there = set(Item.objects.filter(record=source.record_id, key__in=found).values_list("key", flat=True))
    rows = [_row(source, item) for key, item in found.items() if key not in there]
    Item.objects.bulk_create(rows, ignore_conflicts=True)
    note_names(source.record_id, found.values())
    return len(rows)


def note_names(record_id: int, found: Iterable[Passed]) -> None:
    """Keep the words that name somebody, so that a person can say what they are."""
    written = {words[:_MOST_NAME] for item in found for words in parties(item)}
    Name.objects.bulk_create(
        [Name(record_id=record_id, written=words) for words in sorted(written)], ignore_conflicts=True
    )


def _row(source: Source, item: Passed) -> Item:
    return Item(
        record_id=source.record_id,
        source=source,
        key=item.id,
        kind=item.kind,
        start=item.quote.start,
        rule=item.author.name,
        body=pack_item(item),
    )
