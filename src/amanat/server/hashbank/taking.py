"""Taking a partner's file into a bank, part by part: each part is one transaction, so that reports are
received meanwhile, and its withdrawals count at once.

Killed in the middle it has taken some parts; the same file again does what is missing. Items are known by
their source, its id and the print, as in `amanat.exchange.changes`. Shown right by
`tests/server/hashbank/test_taking.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Item
from amanat.server.accounts.models import Member
from amanat.server.hashbank.actions import PART, batched, changed, new_signal, withdraw
from amanat.server.hashbank.models import Bank, Content, Import, Signal
from amanat.server.hashbank.rules import check_print
from amanat.server.hashbank.vault import mark, mark_of_id

__all__ = ["Taken", "take"]

Place = tuple[str, bytes | None]
"""A source and the mark of its id; items of one place are of one recording."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file changed: prints added and withdrawn, entries that could not be taken."""

    added: int = 0
    withdrawn: int = 0
    refused: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.added + other.added, self.withdrawn + other.withdrawn, self.refused + other.refused)


def take(
    *,
    by: Member | None,
    now: datetime,
    bank: Bank,
    lines: Iterable[Line],
    form: str,
    complete: bool = False,
) -> Taken:
    """Take all lines; with `complete` withdraw what their sources listed before and list no longer."""
    taken = Taken()
    seen: dict[str, set[bytes]] = {}
    for part in _parts(lines):
        taken += _take_part(now=now, bank=bank, part=part)
        for line in part:
            if isinstance(line, Item) and line.active and complete:
                seen.setdefault(line.source, set()).add(mark(line.fingerprint))
    for source, marks in seen.items():
        taken += _withdraw_unseen(now=now, bank=bank, source=source, marks=marks)
    _note(by=by, now=now, bank=bank, form=form, taken=taken)
    return taken


def _parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    part: list[Line] = []
    for line in lines:
        part.append(line)
        if len(part) == PART:
            yield part
            part = []
    yield part


@transaction.atomic(durable=True)
def _take_part(*, now: datetime, bank: Bank, part: list[Line]) -> Taken:
    taken = Taken(refused=sum(isinstance(line, Refused) for line in part))
    waiting: list[Item] = []
    for line in part:
        if isinstance(line, Item) and line.active:
            waiting.append(line)
        elif isinstance(line, Item | Gone):
            # What was listed before it in this part must be there to be taken back.
            taken += _add(now=now, bank=bank, items=waiting)
            waiting = []
            taken += Taken(withdrawn=withdraw(now=now, bank=bank, signals=_meant(bank, line)))
    return taken + _add(now=now, bank=bank, items=waiting)


def _add(*, now: datetime, bank: Bank, items: list[Item]) -> Taken:
    """Add the prints that are not there yet, to the recording they belong to."""
    checked = [item for item in items if _is_taken(item)]
    contents, known = _known(bank, checked)
    new: list[Signal] = []
    for item in checked:
        place, its_mark = _place(item), mark(item.fingerprint)
        if (place, its_mark) in known:
            continue
        known.add((place, its_mark))
        content = contents.get(place) if place[1] is not None else None
        if content is None:
            content = contents[place] = Content.objects.create(**_described(item, bank, place))
        new.append(new_signal(content, item.fingerprint))
    Signal.objects.bulk_create(new)
    if new:
        changed(bank, now=now)
    return Taken(added=len(new), refused=len(items) - len(checked))


def _known(bank: Bank, items: list[Item]) -> tuple[dict[Place, Content], set[tuple[Place, bytes]]]:
    marks = [mark(item.fingerprint) for item in items]
    places = [place[1] for item in items if (place := _place(item))[1] is not None]
    contents: dict[Place, Content] = {
        (content.source, bytes(content.source_mark or b"")): content
        for content in Content.objects.filter(bank=bank, source_mark__in=places)
    }
    rows = Signal.objects.filter(content__bank=bank, mark__in=marks)
    known = {
        ((source, bytes(its_id) if its_id is not None else None), bytes(its_mark))
        for source, its_id, its_mark in rows.values_list("content__source", "content__source_mark", "mark")
    }
    return contents, known


def _meant(bank: Bank, line: Item | Gone) -> QuerySet[Signal]:
    wanted = Q(content__bank=bank, content__source=line.source)
    if line.source_id:
        wanted &= Q(content__source_mark=mark_of_id(line.source, line.source_id))
    if line.fingerprint is not None:
        wanted &= Q(mark=mark(line.fingerprint))
    return Signal.objects.filter(wanted)


def _withdraw_unseen(*, now: datetime, bank: Bank, source: str, marks: set[bytes]) -> Taken:
    rows = Signal.objects.filter(content__bank=bank, content__source=source).values_list("pk", "mark")
    unseen = [pk for pk, its_mark in rows if bytes(its_mark) not in marks]
    taken = Taken()
    for part in batched(unseen):
        with transaction.atomic(durable=True):
            signals = Signal.objects.filter(pk__in=part)
            taken += Taken(withdrawn=withdraw(now=now, bank=bank, signals=signals))
    return taken


@transaction.atomic(durable=True)
def _note(*, by: Member | None, now: datetime, bank: Bank, form: str, taken: Taken) -> None:
    counts = {"added": taken.added, "withdrawn": taken.withdrawn, "refused": taken.refused}
    Import.objects.create(bank=bank, by=by, moment=now, format=form, **counts)


def _is_taken(item: Item) -> bool:
    try:
        check_print(item.fingerprint)
    except Malformed:
        return False
    return True


def _place(item: Item) -> Place:
    return item.source, mark_of_id(item.source, item.source_id) if item.source_id else None


def _described(item: Item, bank: Bank, place: Place) -> dict[str, object]:
    return {
        "bank": bank,
        "source": place[0],
        "source_mark": place[1],
        "terms": item.terms,
        "scheme": item.category.scheme if item.category else "",
        "category": item.category.value if item.category else "",
        "first_seen": item.first_seen,
    }
