"""NCMEC Hash Sharing v2: pages of `/v2/entries`, streamed; the addresses to ask for; the body of feedback.

An entry is known by its member and its id, and has a fingerprint of several types; those that we do not
compute are passed on unread. `deletedImage` and `deletedVideo` take an entry back. Document types and
entities are refused, so no page can grow or read a file. How entries are submitted is not public: ask NCMEC,
there is no body for it here. Shown right by `tests/exchange/test_ncmec.py`.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Category, Item
from amanat.exchange.reading import clean, one, parse_moment, print_or_reason
from amanat.exchange.xml import Element, elements
from amanat.fingerprint.value import Kind, format_fingerprint
from amanat.strict import format_time

__all__ = [
    "NAMESPACE",
    "Next",
    "feedback_body",
    "first_address",
    "next_address",
    "read",
    "read_page",
    "write",
]

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
SCHEME = "ncmec"
PAGE_ENTRIES = 1000
_ENTRIES = {f"{NAMESPACE} {name}" for name in ("image", "video", "deletedImage", "deletedVideo")}
_NEXT = f"{NAMESPACE} next"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_ADDRESS = re.compile(r"/v2/entries\?[A-Za-z0-9%&=._:+-]+", re.ASCII)
_KINDS = {kind.value.replace("_", "-"): kind for kind in Kind if kind not in (Kind.VPDQ, Kind.SHA256)}
_KINDS |= {"tmk-safer-hash": Kind.SSVH_SAFER_HASH}


class Next(str):
    """The relative address of the page that follows; entries are not in order of time, so take them all."""

    __slots__ = ()


def read(file: BinaryIO, *, source: str = SCHEME, now: datetime) -> Iterator[Line]:
    """What a page lists and takes back."""
    for line in read_page(file, source=source, now=now):
        if not isinstance(line, Next):
            yield line


def read_page(file: BinaryIO, *, source: str = SCHEME, now: datetime) -> Iterator[Line | Next]:
    """The same, and where the next page is, if there is one. Sources are `<source>/<member id>`."""
    for element in elements(file, root=f"{NAMESPACE} queryResult", wanted=_ENTRIES | {_NEXT}):
        if element.name == _NEXT:
            yield Next(element.text.strip())
        else:
            yield from _entry(element, source=source, now=now)


def first_address(base: str, *, start: datetime, end: datetime) -> str:
    """The address of a window of time, in UTC; advance only when all of its pages were taken."""
    asked = {"from": _moment(start), "to": _moment(end)}
    return f"{base.rstrip('/')}/v2/entries?{urlencode(asked)}"


def next_address(base: str, following: str) -> str:
    """The address of the next page; `Malformed` for one that leads anywhere but below `base`."""
    if not _ADDRESS.fullmatch(following):
        raise Malformed("not an address of entries", where="NCMEC paging")
    return f"{base.rstrip('/')}{following}"


def feedback_body(*, reasons: Iterable[str] = ()) -> bytes:
    """What a member says of one fingerprint: it is right, or, with the ids of `reasons`, why it is not."""
    ids = list(reasons)
    if not all(_GUID.fullmatch(reason) for reason in ids):
        raise Malformed("not the id of a reason", where="NCMEC feedback")
    listed = "".join(f"<guid>{reason}</guid>" for reason in ids)
    said = f"<negative><reasonIds>{listed}</reasonIds></negative>" if ids else "<affirmative/>"
    return f'<feedbackSubmission xmlns="{NAMESPACE}">{said}</feedbackSubmission>'.encode("ascii")


def write(lines: Iterable[Item | Gone]) -> bytes:
    """A page as a server of hash sharing gives it; items of one source and id are one entry.

    An entry of which a part is withdrawn is gone. Kinds without a type there, and items without an id, are
    left out.
    """
    images: list[str] = []
    videos: list[str] = []
    for (source, source_id), held in _by_entry(lines).items():
        tag, _, entry_id = source_id.rpartition("/")
        into = videos if tag == "video" else images
        into.append(_format(source, entry_id or source_id, tag or "image", held))
    body = f"<images>{''.join(images)}</images><videos>{''.join(videos)}</videos>"
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<queryResult xmlns="{NAMESPACE}">{body}</queryResult>'.encode()


def _entry(element: Element, *, source: str, now: datetime) -> Iterator[Line]:
    name = element.name.rpartition(" ")[2]
    member = element.attribute(f"{NAMESPACE} member", "id")
    entry_id = clean(element.child(f"{NAMESPACE} id"))
    if not member or not entry_id:
        yield Refused("an entry without a member or an id")
        return
    tag = name.removeprefix("deleted").lower()
    whose, its_id = f"{source}/{clean(member)}", clean(f"{tag}/{entry_id}")
    if name.startswith("deleted"):
        yield one(lambda: Gone(whose, its_id))
        return
    classification = clean(element.child(f"{NAMESPACE} classification"))
    moment = parse_moment(element.child(f"{NAMESPACE} timestamp").strip(), default=now)
    for type_name, text in element.children_of(f"{NAMESPACE} fingerprints"):
        yield one(
            lambda type_name=type_name, text=text: _item(  # type: ignore[misc]
                type_name.rpartition(" ")[2],
                text,
                source=whose,
                source_id=its_id,
                classification=classification,
                first_seen=moment,
            )
        )


def _item(
    type_name: str, text: str, *, source: str, source_id: str, classification: str, first_seen: datetime
) -> Line:
    kind = _KINDS.get(type_name.lower().replace("_", "-"))
    if kind is None:
        return Refused("a type of fingerprint that this program does not know")
    if not text.strip():
        return Refused("a fingerprint that must be fetched apart")
    found = print_or_reason(kind, text)
    if isinstance(found, Refused):
        return found
    return Item(
        fingerprint=found,
        source=source,
        source_id=source_id,
        category=Category(SCHEME, classification) if classification else None,
        first_seen=first_seen,
    )


def _by_entry(lines: Iterable[Item | Gone]) -> dict[tuple[str, str], list[Item | Gone]]:
    found: dict[tuple[str, str], list[Item | Gone]] = {}
    for line in lines:
        if line.source_id and (isinstance(line, Gone) or line.kind.value.replace("_", "-") in _KINDS):
            found.setdefault((line.source, line.source_id), []).append(line)
    return found


def _format(source: str, entry_id: str, tag: str, held: list[Item | Gone]) -> str:
    member = source.rpartition("/")[2] or source
    named = f"<member id={quoteattr(member)}/><id>{escape(entry_id)}</id>"
    items = [line for line in held if isinstance(line, Item) and line.active]
    if not items or len(items) < len(held):
        deleted = f"deleted{tag.capitalize()}"
        return f"<{deleted}>{named}</{deleted}>"
    moment = f"<timestamp>{format_time(items[0].first_seen)}</timestamp>"
    category = items[0].category
    classification = f"<classification>{escape(category.value)}</classification>" if category else ""
    prints = "".join(_format_print(item) for item in items)
    return f"<{tag}>{named}{moment}{classification}<fingerprints>{prints}</fingerprints></{tag}>"


def _format_print(item: Item) -> str:
    name = item.kind.value.replace("_", "-")
    return f"<{name}>{escape(format_fingerprint(item.fingerprint))}</{name}>"


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place here")
    return format_time(moment.astimezone(UTC))
