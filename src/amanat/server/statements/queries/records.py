"""Reads of records and of what people did in them.

It writes nothing. Shown right by `tests/server/statements/test_pages.py`.
"""

import json

from django.db.models import Count, Q, QuerySet

from amanat.errors import NotFound
from amanat.receipt.leaf import parse_header, payload_digest, salt
from amanat.receipt.opening import format_opening, open_leaf
from amanat.sealing.keys import derive
from amanat.server.ledger.proofs import proof_of
from amanat.server.statements.models import Deed, Publication, Record

__all__ = ["deed", "deeds", "last_publication", "open_publication", "proof", "record", "records"]


def records() -> QuerySet[Record]:
    """Every record, newest first, with how much is in it."""
    waiting = Count("items", filter=Q(items__state="pending"), distinct=True)
    shown = Count("items", filter=Q(items__state__in=("confirmed", "edited")), distinct=True)
    return (
        Record.objects.select_related("author")
        .annotate(source_count=Count("sources", distinct=True), waiting=waiting, shown=shown)
        .order_by("-pk")
    )


def record(record_id: int) -> Record:
    """One record; raises `NotFound`."""
    found = records().filter(pk=record_id).first()
    if found is None:
        raise NotFound("no such record")
    return found


def deeds(of: Record) -> QuerySet[Deed]:
    """What people did in a record, newest first, with the leaf of each."""
    return of.deeds.select_related("author", "entry").order_by("-seq")


def deed(of: Record, seq: int) -> Deed:
    """One of them, by its place in the chain; raises `NotFound`."""
    found = deeds(of).filter(seq=seq).first()
    if found is None:
        raise NotFound("no such deed")
    return found


def proof(of: Record, what: Deed) -> bytes:
    """A receipt of level 3: what was done, and that it is in the log. Raises `NotFound` before its epoch."""
    keys, payload = derive(bytes(of.secret)), json.loads(what.payload)
    opening = open_leaf(
        3,
        bytes(what.entry.leaf),
        header=parse_header(what.header.encode()),
        payload_digest=payload_digest(payload),
        salt=salt(keys.thread_key, keys.salt_0, what.seq),
        payload=payload,
    )
    return proof_of(what.entry, format_opening(opening))


def open_publication(of: Record) -> Publication | None:
    """The publication that waits for a second person."""
    return of.publications.filter(state="asked").select_related("asked_by").first()


def last_publication(of: Record) -> Publication | None:
    """The newest one that was published."""
    published = of.publications.filter(state="published")
    return published.select_related("asked_by", "decided_by").order_by("-pk").first()
