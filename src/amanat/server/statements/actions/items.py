"""Decide about items, correct them, make them by hand: each a transaction with its leaf.

What a person makes or corrects goes through the gate that the rules go through. By filter at most so many at
once as one page shows, never everything; they share one leaf that commits to each. Shown right by
`tests/server/statements/test_items.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed
from amanat.record.anchor import find, find_within
from amanat.record.gate import Dropped, Gate
from amanat.record.gate import Item as Passed
from amanat.record.proposal import Author, Proposal
from amanat.record.sentences import sentence_at
from amanat.record.text import Span
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.actions.sources import note_names
from amanat.server.statements.models import Deed, Item, Record, Source
from amanat.server.statements.queries.sources import gate_of
from amanat.server.statements.rules.packing import digest_of, pack_item, unpack_item
from amanat.server.statements.rules.states import CONFIRMED, EDITED, MAX_AT_ONCE, OBSOLETE, PENDING, REJECTED

__all__ = ["Made", "add", "confirm", "confirm_filtered", "correct", "reject"]

_HINT = "Take the words of one sentence, as they stand there."


@dataclass(frozen=True, slots=True)
class Made:
    """What a person writes of an item: the words of its quote and of its roles, its labels, where each
    begins (to choose between several places), and the item that it answers."""

    kind: str
    quote: str
    words: Mapping[str, str]
    labels: Mapping[str, str]
    near: Mapping[str, int] = field(default_factory=dict)
    answers: Item | None = None


def confirm(*, by: Member, now: datetime, item: Item) -> Deed:
    """Confirm one item as it stands. Raises `Conflict` when somebody decided meanwhile."""
    with transaction.atomic(durable=True):
        return _decide(by=by, now=now, record=item.record, ids=[item.pk], state=CONFIRMED, was=item.state)


def reject(*, by: Member, now: datetime, item: Item) -> Deed:
    """Reject one item, confirmed before or not; it stays, and can be confirmed again."""
    with transaction.atomic(durable=True):
        return _decide(by=by, now=now, record=item.record, ids=[item.pk], state=REJECTED, was=item.state)


def confirm_filtered(
    *, by: Member, now: datetime, record: Record, kind: str, rule: str, ids: Sequence[int]
) -> Deed:
    """Confirm the items of one kind that one rule proposed and that a page showed.

    Raises `Malformed` for more than a page, or without a filter: there is no way to confirm everything.
    """
    if not kind or not rule or not 0 < len(set(ids)) <= MAX_AT_ONCE:
        hint = "Choose a kind and a rule, and read each of them."
        raise Malformed(
            "only what a filter shows on one page is confirmed together", where="filter", hint=hint
        )
    given = {"kind": kind, "rule": rule}
    with transaction.atomic(durable=True):
        return _decide(by=by, now=now, record=record, ids=ids, state=CONFIRMED, was=PENDING, given=given)


@transaction.atomic(durable=True)
def add(*, by: Member, now: datetime, source: Source, made: Made) -> Item:
    """Make an item by hand: it passes the gate, and whoever makes it confirms it by that. Raises `Malformed`
    with the gate's reason, `Conflict` for one that is there."""
    passed = _passed(gate_of(source), made, by)
    body = pack_item(passed)
    what = {"items": [{"id": passed.id, "sha256": digest_of(body)}], "source": source.sha256}
    deed = write(by=by, now=now, record=source.record, kind="by hand", what=what)
    row = Item(
        record_id=source.record_id,
        source=source,
        key=passed.id,
        kind=passed.kind,
        state=CONFIRMED,
        start=passed.quote.start,
        rule=passed.author.name,
        by_hand=True,
        body=body,
        deed=deed,
    )
    _save(row)
    note_names(source.record_id, [passed])
    return row


@transaction.atomic(durable=True)
def correct(*, by: Member, now: datetime, item: Item, made: Made) -> Item:
    """Put other words or labels in the place of an item's, through the gate; what was proposed is kept."""
    row = _locked(item)
    proposal = unpack_item(row.proposed or row.body)
    passed = _passed(gate_of(row.source), made, by, of=proposal)
    body = pack_item(passed)
    what = {"items": [{"was": row.key, "id": passed.id, "sha256": digest_of(body)}]}
    deed = write(by=by, now=now, record=row.record, kind="edited", what=what)
    row.proposed = row.proposed or row.body
    row.key, row.body, row.start, row.state, row.deed = passed.id, body, passed.quote.start, EDITED, deed
    _save(row)
    note_names(row.record_id, [passed])
    return row


def _decide(
    *,
    by: Member,
    now: datetime,
    record: Record,
    ids: Sequence[int],
    state: str,
    was: str,
    given: Mapping[str, str] | None = None,
) -> Deed:
    rows = list(
        record.items.select_for_update().filter(pk__in=ids, state=was, **(given or {})).order_by("pk")
    )
    if len(rows) != len(set(ids)) or was in {state, OBSOLETE}:
        hint = "Open the page again: somebody decided meanwhile."
        raise Conflict("not all of them wait any more", where="items", hint=hint)
    what = {"items": [{"id": row.key, "sha256": digest_of(row.body)} for row in rows], **(given or {})}
    deed = write(by=by, now=now, record=record, kind=state, what=what)
    for row in rows:
        # What was corrected once is shown as corrected when it is confirmed again.
        row.state = EDITED if state == CONFIRMED and row.proposed else state
        row.deed = deed
    Item.objects.bulk_update(rows, ["state", "deed"])
    return deed


def _locked(item: Item) -> Item:
    row = Item.objects.select_for_update(of=("self",)).select_related("record", "source").get(pk=item.pk)
    if (row.state, row.key) != (item.state, item.key) or row.state == OBSOLETE:
        hint = "Open the page again: somebody decided meanwhile."
        raise Conflict("the item has changed since the page was opened", where="item", hint=hint)
    return row


def _save(row: Item) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        hint = "Look for it beside its source."
        raise Conflict("this item is there already", where="item", hint=hint) from error


def _passed(gate: Gate, made: Made, by: Member, *, of: Passed | None = None) -> Passed:
    """What the gate makes of the words; raises `Malformed` with its reason."""
    proposal = _proposal(gate, made, by, of)
    found = gate.check(proposal)
    if isinstance(found, Dropped):
        raise Malformed(found.reason, where="item", hint=_HINT)
    return found


def _proposal(gate: Gate, made: Made, by: Member, of: Passed | None) -> Proposal:
    doc = gate.doc
    quote = _quote(gate, made)
    sentence = sentence_at(gate.sentences, quote)
    if sentence is None:
        raise Malformed("the quote is not inside one sentence", where="item", hint=_HINT)
    spans = {
        role: find_within(doc, words, sentence, near=made.near.get(role))
        for role, words in made.words.items()
        if words.strip()
    }
    answers = unpack_item(made.answers.body).quote if made.answers else None
    link = (answers.start, answers.end) if answers and answers.text_sha256 == doc.sha256 else None
    author = of.author if of else Author(f"person:{by.pseudonym}", "1")
    return Proposal(made.kind, quote, spans, author, dict(made.labels), link, of.score if of else 100)


def _quote(gate: Gate, made: Made) -> Span:
    near = made.near.get("quote")
    if near is None:
        return find(gate.doc, made.quote)
    whole = sentence_at(gate.sentences, (near, near + 1))
    return find_within(gate.doc, made.quote, whole or (0, len(gate.doc.text)), near=near)
