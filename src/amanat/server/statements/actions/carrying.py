"""What becomes of confirmed items when their source has a newer version: each is found again exactly once, by
its exact words, or it is lost; a person carries it over or lets it go.

Shown right by `tests/server/statements/test_carrying.py`.
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Error, NotFound
from amanat.record.anchor import Orphan, find_within, refind
from amanat.record.gate import Dropped, Gate
from amanat.record.gate import Item as Passed
from amanat.record.proposal import Proposal
from amanat.record.sentences import sentence_at
from amanat.record.text import Span
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.models import Carry, Item, Source
from amanat.server.statements.queries.sources import gate_of
from amanat.server.statements.rules.packing import digest_of, pack_item, unpack_item
from amanat.server.statements.rules.states import OBSOLETE, SHOWN

__all__ = ["carry_over", "let_go", "look_for"]


def look_for(newer: Source) -> None:
    """Look in a newer version for everything that was confirmed in the version it replaces."""
    rows = Item.objects.filter(source=newer.replaces, state__in=SHOWN).order_by("pk")
    if not rows:
        return
    gate = gate_of(newer)
    for row in rows:
        found = _again(gate, unpack_item(row.body))
        if isinstance(found, Passed):
            Carry.objects.create(item=row, source=newer, state="found", body=pack_item(found))
        else:
            Carry.objects.create(item=row, source=newer, state="lost", reason=found)


@transaction.atomic(durable=True)
def carry_over(*, by: Member, now: datetime, carry: Carry) -> Item:
    """Accept where an item stands now. Raises `Conflict` when that was decided, or the item is there."""
    locked = _locked(carry, "found")
    row, body = locked.item, locked.body or {}
    key = unpack_item(body).id
    what = {"items": [{"was": row.key, "id": key, "sha256": digest_of(body)}], "source": locked.source.sha256}
    deed = write(by=by, now=now, record=row.record, kind="carried", what=what)
    row.source, row.start, row.key, row.body, row.deed = (
        locked.source,
        body["quote"]["start"],
        key,
        body,
        deed,
    )
    try:
        with transaction.atomic():
            # What the rules proposed anew of the same words gives way to what a person confirmed.
            Item.objects.filter(record=row.record, key=key, deed__isnull=True).exclude(pk=row.pk).delete()
            row.save(update_fields=["source", "start", "key", "body", "deed"])
    except IntegrityError as error:
        raise Conflict("this item is there already", where="item") from error
    locked.state, locked.deed = "carried", deed
    locked.save(update_fields=["state", "deed"])
    return row


@transaction.atomic(durable=True)
def let_go(*, by: Member, now: datetime, carry: Carry) -> None:
    """Let an item go that the newer version does not have, or that no longer holds there."""
    locked = _locked(carry, carry.state)
    row = locked.item
    what = {"items": [{"id": row.key}], "source": locked.source.sha256}
    deed = write(by=by, now=now, record=row.record, kind="let go", what=what)
    row.state, row.deed = OBSOLETE, deed
    row.save(update_fields=["state", "deed"])
    locked.state, locked.deed = "let go", deed
    locked.save(update_fields=["state", "deed"])


def _locked(carry: Carry, state: str) -> Carry:
    """The row, when it still waits; whoever comes second is told."""
    rows = Carry.objects.select_for_update(of=("self",)).select_related("item__record", "source")
    found = rows.filter(pk=carry.pk, state=state, deed__isnull=True, item__state__in=SHOWN).first()
    if found is None:
        raise Conflict("this was decided before", where="item")
    return found


def _again(gate: Gate, item: Passed) -> Passed | str:
    """The item in the newer version, or why it is lost."""
    quote = refind(gate.doc, item.quote)
    if isinstance(quote, Orphan):
        return quote.reason
    place = (quote.start, quote.end)
    try:
        spans = {role: _word(gate, item, role, place) for role in item.words}
        answers = _answers(gate, item)
    except Error as error:
        return error.what
    again = replace(_pointing(item), quote=place, spans=spans, answers=answers)
    found = gate.check(again)
    return found.reason if isinstance(found, Dropped) else found


def _pointing(item: Passed) -> Proposal:
    """The proposal that an item was, but for where it points to."""
    return Proposal(item.kind, (0, 1), {}, item.author, item.labels, score=item.score, reason=item.reason)


def _word(gate: Gate, item: Passed, role: str, place: Span) -> Span:
    """Words of a role, as far from the beginning of the quote as they were."""
    anchor = item.words[role]
    near = place[0] + anchor.start - item.quote.start
    inside = item.quote.start <= anchor.start and anchor.end <= item.quote.end
    whole = place if inside else sentence_at(gate.sentences, place)
    if whole is None:
        raise NotFound("the quote is not inside one sentence", where="quote")
    return find_within(gate.doc, anchor.exact, whole, near=near)


def _answers(gate: Gate, item: Passed) -> Span | None:
    if item.answers is None:
        return None
    found = refind(gate.doc, item.answers)
    return None if isinstance(found, Orphan) else (found.start, found.end)
