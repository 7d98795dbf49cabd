"""A list of fingerprints: what each is, whose it is, on what terms, and since when; and its canonical text.

    amanat-list/v1
    <name> TAB <version> TAB <made>
    <provenance>                            any number of lines: where the items came from
                                            an empty line
    <kind> TAB <print> TAB <source> TAB <source's id> TAB <terms> TAB <scheme> TAB <category> TAB
        <first seen> TAB <withdrawn> TAB <note>     one line an item, ascending; an empty field is absent

The text is never written to disk as it is: `sealed.py` encrypts it. A withdrawn item stays in the list, so
that whoever holds an older version learns of it. Shown right by `tests/exchange/test_hashlist.py`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from amanat.errors import Malformed
from amanat.fingerprint.value import (
    Fingerprint,
    Kind,
    Prints,
    format_fingerprint,
    parse_fingerprint,
    split_prints,
)
from amanat.strict import MAX_DECIMAL, format_time, parse_decimal, parse_time

__all__ = ["MAX_TEXT", "Category", "HashList", "Item", "Key", "format_list", "make_list", "parse_list"]

HEAD = "amanat-list/v1"
MAX_TEXT = 1000
_FIELDS = 10

Key = tuple[str, bytes, str, str]


@dataclass(frozen=True, slots=True)
class Category:
    """A category and the scheme it is from, because category 1 is not the same in two countries."""

    scheme: str
    value: str

    def __post_init__(self) -> None:
        _check_text(self.scheme, where="category scheme", least=1)
        _check_text(self.value, where="category", least=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One fingerprint on a list. Items of one `source` and `source_id` are of the same recording.

    `terms` is what the source allows to be done with it; `note` what it says of it, empty unless somebody
    asked for it, because it may be about a person. Times are aware UTC with whole seconds.
    """

    fingerprint: Fingerprint
    source: str
    first_seen: datetime
    source_id: str = field(default="", repr=False)
    terms: str = ""
    category: Category | None = None
    withdrawn: datetime | None = None
    note: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        _check_text(self.source, where="source", least=1)
        _check_text(self.source_id, where="source id")
        _check_text(self.terms, where="terms")
        _check_text(self.note, where="note")
        _check_time(self.first_seen)
        if self.withdrawn is not None:
            _check_time(self.withdrawn)

    @property
    def kind(self) -> Kind:
        return self.fingerprint.kind

    @property
    def key(self) -> Key:
        """What makes it this item and no other: kind, bytes, source and the source's id."""
        return (self.kind.value, self.fingerprint.data, self.source, self.source_id)

    @property
    def active(self) -> bool:
        """Whether it may be matched."""
        return self.withdrawn is None

    def withdraw(self, when: datetime) -> "Item":
        """The same item, withdrawn; one that was withdrawn before keeps its time."""
        return self if self.withdrawn else replace(self, withdrawn=when)


@dataclass(frozen=True, slots=True)
class HashList:
    """One version of a list; its items are in ascending order of their keys, each key once."""

    name: str
    version: int
    made: datetime
    provenance: tuple[str, ...] = ()
    items: tuple[Item, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _check_text(self.name, where="name of a list", least=1)
        _check_time(self.made)
        if not 0 <= self.version <= MAX_DECIMAL:
            raise Malformed("not a version", where="list")
        for line in self.provenance:
            _check_text(line, where="provenance", least=1)
        keys = [item.key for item in self.items]
        if any(left >= right for left, right in pairwise(keys)):
            raise Malformed("items are not in ascending order, or one is there twice", where="list")

    def active(self, kind: Kind | None = None) -> tuple[Item, ...]:
        """The items that may be matched, of one kind or of all."""
        return tuple(item for item in self.items if item.active and kind in (None, item.kind))

    def prints(self) -> tuple[Prints, tuple[Item, ...]]:
        """The active PDQ prints as `uint64 (n, 4)`, and the item of each row."""
        items = self.active(Kind.PDQ)
        return split_prints(b"".join(item.fingerprint.data for item in items)), items


def make_list(
    name: str, items: Iterable[Item], *, version: int, made: datetime, provenance: Iterable[str] = ()
) -> HashList:
    """A list of items in any order; of two with one key the later one counts."""
    by_key = {item.key: item for item in items}
    ordered = tuple(by_key[key] for key in sorted(by_key))
    return HashList(name, version, made.replace(microsecond=0), tuple(provenance), ordered)


def format_list(hashlist: HashList) -> bytes:
    """The canonical bytes of a list. They hold prints: hand them to `sealed.py`, never to a disk."""
    return "".join(f"{line}\n" for line in _lines(hashlist)).encode("utf-8")


def parse_list(data: bytes) -> HashList:
    """The inverse of `format_list`, or `Malformed` with the number of the line."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="list") from error
    if lines[0] != HEAD or lines[-1] or "" not in lines[2:-1]:
        raise Malformed("not a list that this program knows", where="list")
    end = lines.index("", 2)
    name, version, made = _split(lines[1], 3, where="line 2")
    items = tuple(_parse_item(line, where=f"line {n}") for n, line in enumerate(lines[end + 1 : -1], end + 2))
    return HashList(
        name,
        parse_decimal(version, where="version"),
        parse_time(made, where="line 2"),
        tuple(lines[2:end]),
        items,
    )


def _lines(hashlist: HashList) -> Iterator[str]:
    yield HEAD
    yield f"{hashlist.name}\t{hashlist.version}\t{format_time(hashlist.made)}"
    yield from hashlist.provenance
    yield ""
    yield from map(_format_item, hashlist.items)


def _format_item(item: Item) -> str:
    category = (item.category.scheme, item.category.value) if item.category else ("", "")
    return "\t".join(
        (
            item.kind.value,
            format_fingerprint(item.fingerprint),
            item.source,
            item.source_id,
            item.terms,
            *category,
            format_time(item.first_seen),
            format_time(item.withdrawn) if item.withdrawn else "",
            item.note,
        )
    )


def _parse_item(line: str, *, where: str) -> Item:
    kind, text, source, source_id, terms, scheme, category, first_seen, withdrawn, note = _split(
        line, _FIELDS, where=where
    )
    try:
        return Item(
            fingerprint=parse_fingerprint(Kind(kind), text),
            source=source,
            source_id=source_id,
            terms=terms,
            category=Category(scheme, category) if scheme or category else None,
            first_seen=parse_time(first_seen),
            withdrawn=parse_time(withdrawn) if withdrawn else None,
            note=note,
        )
    except ValueError as error:
        raise Malformed("not a kind of print that this program knows", where=where) from error
    except Malformed as error:
        raise Malformed(error.what, where=where) from error


def _split(line: str, fields: int, *, where: str) -> list[str]:
    parts = line.split("\t")
    if len(parts) != fields:
        raise Malformed(f"{len(parts)} fields where {fields} are needed", where=where)
    return parts


def _check_text(text: str, *, where: str, least: int = 0) -> None:
    if not least <= len(text) <= MAX_TEXT or not (text.isascii() or _encodes(text)):
        raise Malformed("empty, too long, or not text", where=where)
    if not text.isprintable() or text != text.strip():
        raise Malformed("blanks around it, or characters that cannot be printed", where=where)


def _encodes(text: str) -> bool:
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def _check_time(moment: datetime) -> None:
    if moment.tzinfo is None or moment.microsecond or moment.utcoffset():
        raise ValueError("times of a list are aware UTC with whole seconds")
