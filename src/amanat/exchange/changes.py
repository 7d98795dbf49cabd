"""What a partner's file says (items, and what is gone), how it makes the next version of a list, and how two
versions differ.

What is withdrawn is withdrawn at once: it stays in the list as withdrawn and is never matched again, until
its source lists it anew. An entry that cannot be read is counted with a reason and does not stop those
after it, because a withdrawal may be among them. Shown right by `tests/exchange/test_changes.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from amanat.errors import Malformed
from amanat.exchange.hashlist import HashList, Item, Key, make_list
from amanat.fingerprint.value import Fingerprint

__all__ = ["Batch", "Changes", "Gone", "Line", "Refused", "apply", "collect", "difference"]


@dataclass(frozen=True, slots=True)
class Gone:
    """A source takes something back: one print, everything under one of its ids, or that print there."""

    source: str
    source_id: str = field(default="", repr=False)
    fingerprint: Fingerprint | None = None

    def __post_init__(self) -> None:
        if not self.source_id and self.fingerprint is None:
            raise Malformed("names neither an id nor a print", where="withdrawal")


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that cannot be read, with the reason; never with its bytes."""

    reason: str


Line = Item | Gone | Refused


@dataclass(frozen=True, slots=True)
class Batch:
    """What one file of a partner says, in the order of the file."""

    lines: tuple[Item | Gone, ...] = ()
    refused: Mapping[str, int] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(line for line in self.lines if isinstance(line, Item))

    @property
    def gone(self) -> tuple[Gone, ...]:
        return tuple(line for line in self.lines if isinstance(line, Gone))


@dataclass(frozen=True, slots=True)
class Changes:
    """How a newer version differs from an older one, each in ascending order."""

    added: tuple[Item, ...] = ()
    withdrawn: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()


def collect(lines: Iterable[Line]) -> Batch:
    """All that a reader gave."""
    kept: list[Item | Gone] = []
    refused: Counter[str] = Counter()
    for line in lines:
        if isinstance(line, Refused):
            refused[line.reason] += 1
        else:
            kept.append(line)
    return Batch(tuple(kept), dict(refused))


def apply(
    hashlist: HashList, batch: Batch, *, now: datetime, note: str = "", complete: bool = False
) -> HashList:
    """The next version of a list after a partner's file; `note` is added to the provenance.

    With `complete` the file is all that its sources list, so whatever else they listed is withdrawn. The
    time an item was first seen is kept. The same file twice changes only the version.
    """
    now = now.replace(microsecond=0)
    held = {item.key: item for item in hashlist.items}
    if complete:
        _withdraw_unnamed(held, batch.items, now)
    _take_up(held, batch.lines, now)
    provenance = (*hashlist.provenance, *((note,) if note else ()))
    return make_list(
        hashlist.name, held.values(), version=hashlist.version + 1, made=now, provenance=provenance
    )


def difference(old: HashList, new: HashList) -> Changes:
    """What whoever has `old` must do to have `new`: match more, match less, or know better."""
    before = {item.key: item for item in old.items}
    after = {item.key: item for item in new.items}
    kept = [(before[key], item) for key, item in after.items() if key in before]
    return Changes(
        added=tuple(item for key, item in after.items() if item.active and not _is_active(before, key)),
        withdrawn=tuple(item for key, item in before.items() if item.active and not _is_active(after, key)),
        changed=tuple(item for was, item in kept if was != item and was.active is item.active),
    )


def _is_active(items: Mapping[Key, Item], key: Key) -> bool:
    return key in items and items[key].active


def _withdraw_unnamed(held: dict[Key, Item], items: Iterable[Item], now: datetime) -> None:
    named = {item.key for item in items}
    sources = {item.source for item in items}
    for key, item in held.items():
        if item.source in sources and key not in named:
            held[key] = item.withdraw(now)


def _take_up(held: dict[Key, Item], lines: Iterable[Item | Gone], now: datetime) -> None:
    """Line after line, because what is listed and then taken back is gone, and the other way round."""
    by_id: defaultdict[tuple[str, str], set[Key]] = defaultdict(set)
    by_print: defaultdict[tuple[str, Fingerprint], set[Key]] = defaultdict(set)
    for item in held.values():
        by_id[item.source, item.source_id].add(item.key)
        by_print[item.source, item.fingerprint].add(item.key)
    for line in lines:
        if isinstance(line, Gone):
            for key in _meant(line, by_id, by_print):
                held[key] = held[key].withdraw(now)
        else:
            held[line.key] = _keep_first_seen(line, held.get(line.key))
            by_id[line.source, line.source_id].add(line.key)
            by_print[line.source, line.fingerprint].add(line.key)


def _meant(
    gone: Gone,
    by_id: Mapping[tuple[str, str], set[Key]],
    by_print: Mapping[tuple[str, Fingerprint], set[Key]],
) -> Iterator[Key]:
    keys = by_id.get((gone.source, gone.source_id), set()) if gone.source_id else None
    if gone.fingerprint is not None:
        found = by_print.get((gone.source, gone.fingerprint), set())
        keys = found if keys is None else keys & found
    yield from keys or ()


def _keep_first_seen(item: Item, before: Item | None) -> Item:
    if before is None or before.first_seen >= item.first_seen:
        return item
    return replace(item, first_seen=before.first_seen)
