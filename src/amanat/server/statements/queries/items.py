"""Reads of items and names, and how each item is shown: with the names that are covered in it covered.

It writes nothing. Shown right by `tests/server/statements/test_items.py` and `test_names.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from amanat.errors import NotFound
from amanat.record.gate import Item as Passed
from amanat.record.record import hide_names, words_to_hide
from amanat.server.statements.models import Carry, Item, Name, Record
from amanat.server.statements.rules.names import PARTY_ROLES, labels
from amanat.server.statements.rules.packing import unpack_item
from amanat.server.statements.rules.states import PENDING, SHOWN
from amanat.server.statements.rules.wording import label_of, name_listed

__all__ = ["Names", "Shown", "carries", "item", "items", "name", "names", "next_waiting", "shown", "whole"]


@dataclass(frozen=True, slots=True)
class Names:
    """What a record's people said of its names: the label of each covered part, and the one name of several
    writings."""

    labels: Mapping[str, str]
    covers: Mapping[str, str]
    one_name: Mapping[str, str]

    def shown(self, words: str) -> str:
        """A name as it is shown: the one it is a writing of, covered where it is covered."""
        found = self.one_name.get(words, words)
        for name in sorted(self.labels, key=len, reverse=True):
            found = found.replace(name, f"[{self.labels[name]}]")
        return found


@dataclass(frozen=True)
class Shown:
    """A row with its item, names covered; `parties` gives the one name of each role that names somebody."""

    row: Item
    item: Passed = field(repr=False)
    parties: Mapping[str, str]


def items(of: Record, **given: str) -> QuerySet[Item]:
    """The items of a record in the order of their places; `kind`, `state`, `rule` and `source` choose."""
    chosen = {name: value for name, value in given.items() if value and name in {"kind", "state", "rule"}}
    if given.get("source", "").isdigit():
        chosen["source__number"] = given["source"]
    rows = of.items.filter(**chosen).select_related("source", "deed__author", "deed__entry")
    heavy = ("source__data", "source__reading")
    return rows.defer(*heavy).order_by("source__number", "start", "pk")


def item(of: Record, item_id: int) -> Item:
    """One item; raises `NotFound`."""
    found = items(of).filter(pk=item_id).first()
    if found is None:
        raise NotFound("no such item")
    return found


def next_waiting(of: Record, after: Item | None = None, **given: str) -> Item | None:
    """The next item that waits, after one or from the beginning."""
    rows = items(of, **{**given, "state": PENDING})
    if after is not None:
        here = (after.source.number, after.start, after.pk)
        later = Q(source__number__gt=here[0]) | Q(source__number=here[0], start__gt=here[1])
        later |= Q(source__number=here[0], start=here[1], pk__gt=here[2])
        return rows.filter(later).first() or rows.exclude(pk=after.pk).first()
    return rows.first()


def names(of: Record) -> Names:
    """What is covered in a record, and which names are one."""
    rows = list(of.names.select_related("same_as"))
    heads = {row.written: row.same_as or row for row in rows}
    known = {written: (head.kind, label_of(head.kind, head.role)) for written, head in heads.items()}
    hidden = labels(known)
    listed = {name: name_listed() for row in _with_lists(of) for name in row["names"]}
    return Names(
        labels={**listed, **hidden},
        covers=words_to_hide({name: f"[{label}]" for name, label in {**listed, **hidden}.items()}),
        one_name={written: head.written for written, head in heads.items() if head.written != written},
    )


def shown(rows: Iterable[Item], known: Names) -> Iterator[Shown]:
    """Each row as it is shown."""
    for row in rows:
        item = unpack_item(row.body)
        yield Shown(row, hide_names(item, known.covers), _parties(item, known))


def whole(of: Record, known: Names, *, kind: str = "") -> list[Shown]:
    """Everything of a record that somebody confirmed."""
    return list(shown(items(of, kind=kind).filter(state__in=SHOWN), known))


def carries(of: Record) -> QuerySet[Carry]:
    """What a newer version of a source left for a person to decide."""
    rows = Carry.objects.filter(item__record=of, state__in=("found", "lost"))
    heavy = [f"{a}source__{b}" for a in ("", "item__") for b in ("data", "reading")]
    return rows.select_related("item__source", "source").defer(*heavy).order_by("pk")


def _parties(item: Passed, known: Names) -> dict[str, str]:
    written = {role: " ".join(item.words[role].exact.split()) for role in PARTY_ROLES if role in item.words}
    return {role: known.shown(words) for role, words in written.items()}


def _with_lists(of: Record) -> Iterator[Mapping[str, list[str]]]:
    yield from (body for body in of.items.filter(kind="harm").values_list("body", flat=True) if body["names"])


def name(of: Record, name_id: int) -> Name:
    """One name; raises `NotFound`."""
    found = of.names.filter(pk=name_id).select_related("same_as").first()
    if found is None:
        raise NotFound("no such name")
    return found
