"""Reads of sources: their rows, and as the library knows them: bytes, reading text, gate.

Reading texts are kept in memory while they are used; they never change. It writes nothing. Shown right by
`tests/server/statements/test_sources.py`.
"""

from functools import lru_cache

from django.db.models import QuerySet

from amanat.errors import NotFound
from amanat.record import source as library
from amanat.record.gate import Gate
from amanat.record.text import ReadingText
from amanat.server.statements.models import Record, Source
from amanat.server.statements.rules.packing import unpack_text

__all__ = ["gate_of", "library_source", "origins", "reading_of", "source", "sources", "waiting"]


def sources(of: Record) -> QuerySet[Source]:
    """The sources of a record in the order they were brought, without their bytes."""
    return (
        of.sources.select_related("brought_by", "origin", "replaces", "replaced_by")
        .defer(*_heavy())
        .order_by("number")
    )


def source(of: Record, number: int) -> Source:
    """One source, without its bytes; raises `NotFound`."""
    found = sources(of).filter(number=number).first()
    if found is None:
        raise NotFound("no such source")
    return found


def waiting(limit: int, *, tries: int) -> QuerySet[Source]:
    """Sources that the rules have not been through, without their bytes."""
    return (
        Source.objects.filter(proposed__isnull=True, tries__lt=tries)
        .defer("data", "reading")
        .order_by("pk")[:limit]
    )


def reading_of(source: Source) -> ReadingText:
    """The reading text of a source."""
    return _reading(source.pk, source.text_sha256)


def library_source(source: Source) -> library.Source:
    """A source with its bytes, as the library knows it."""
    return library.Source(
        data=bytes(source.data),
        media_type=source.media_type,
        address=source.address,
        title=source.title,
        publisher=source.publisher,
        published=source.published,
        captured_at=source.captured,
        captured_by=source.brought_by.pseudonym,
        licence=source.licence,
        origin=source.origin.sha256 if source.origin else "",
        replaces=source.replaces.sha256 if source.replaces else "",
    )


def gate_of(source: Source) -> Gate:
    """The one door for items of a source: it holds the bytes against their hash again."""
    return Gate(library_source(source), reading_of(source))


def origins(of: Record) -> dict[str, str]:
    """The hash of the source that each source repeats; an earlier version is the origin of a later one."""
    rows = of.sources.values_list("sha256", "origin__sha256", "replaces__sha256")
    return {sha256: origin or replaced for sha256, origin, replaced in rows if origin or replaced}


@lru_cache(maxsize=8)
def _reading(source_id: int, text_sha256: str) -> ReadingText:
    del text_sha256  # part of the key: another database may give another text the same id
    return unpack_text(bytes(Source.objects.values_list("reading", flat=True).get(pk=source_id)))


def _heavy() -> list[str]:
    related = ("", "origin__", "replaces__", "replaced_by__")
    return [f"{before}{name}" for before in related for name in ("data", "reading")]
