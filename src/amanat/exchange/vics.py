"""Project VIC (VICS) and CAID JSON, 1.x and 2.0, hash sets and cases, streamed: a file may hold millions.

    {"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Media", "value": [MEDIA]}
    {"@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media", …}

Each MEDIA has MD5, SHA1 and AlternativeHashes, in either case. A category means nothing without its schema,
so the scheme is `vics/<version>/<country>`; null is no category, and not 0. Paths, file names, comments,
series and tags may name people: they are dropped unless `with_notes`, and then kept as a note. Needs `ijson`
(`amanat[media]`). Shown right by `tests/exchange/test_vics.py`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Category, Item
from amanat.exchange.reading import clean, item_or_reason, one, parse_moment
from amanat.exchange.streamed import objects
from amanat.fingerprint.value import Kind, format_fingerprint
from amanat.strict import format_time

__all__ = ["SOURCE", "read", "scheme_of", "write"]

SOURCE = "vics"
HEADS = ("odata.metadata", "@odata.context")
PERSONAL = ("RelativeFilePath", "Comments", "Series", "Tags")
_HEAD = re.compile(r"DataModels/(?P<version>\d+\.\d+)\.xml(?:/(?P<country>[A-Za-z]+)/\$metadata)?#")
_NAMES = {
    "md5": Kind.MD5,
    "sha1": Kind.SHA1,
    "sha-1": Kind.SHA1,
    "sha256": Kind.SHA256,
    "sha-256": Kind.SHA256,
    "pdq": Kind.PDQ,
    "photodna": Kind.PDNA,
    "pdna": Kind.PDNA,
}
_ALTERNATIVE = {Kind.SHA256: "SHA256", Kind.PDQ: "PDQ", Kind.PDNA: "PhotoDNA"}


def read(file: BinaryIO, *, source: str = SOURCE, now: datetime, with_notes: bool = False) -> Iterator[Line]:
    """The prints of every Media of a hash set or of cases."""
    scheme = SOURCE
    for name, value in objects(file, heads=HEADS, list_name="value", inner="Media", where="VICS"):
        if name in HEADS:
            scheme = scheme_of(value)
        else:
            yield from _media(value, scheme, source=source, now=now, with_notes=with_notes)


def scheme_of(head: object) -> str:
    """The scheme of the categories in a file with this head, such as `vics/2.0/US`; raises `Malformed`."""
    found = _HEAD.search(head) if isinstance(head, str) else None
    if not found:
        raise Malformed("a data model that this program does not know", where="VICS")
    return "/".join(part for part in (SOURCE, found["version"], found["country"]) if part)


def write(lines: Iterable[Item | Gone], *, country: str = "Default") -> bytes:
    """A hash set of version 2.0 of the active items; those of one source and id are one Media."""
    found: dict[tuple[str, str], list[Item]] = {}
    for number, line in enumerate(lines):
        if isinstance(line, Item) and line.active and line.kind in _NAMES.values():
            key = (line.source, line.source_id) if line.source_id else ("", str(number))
            found.setdefault(key, []).append(line)
    context = f"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{country}/$metadata#Media"
    value = {"@odata.context": context, "value": [_as_media(held) for held in found.values()]}
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _media(
    media: dict[str, Any], scheme: str, *, source: str, now: datetime, with_notes: bool
) -> Iterator[Line]:
    category = media.get("Category")
    parts: dict[str, Any] = {
        "source": source,
        "source_id": clean(media.get("MediaID")),
        "category": None if category is None or clean(category) == "" else Category(scheme, clean(category)),
        "first_seen": parse_moment(media.get("DateUpdated"), default=now),
        "note": _note(media) if with_notes else "",
    }
    for kind, text in _hashes(media):
        if kind is None:
            yield Refused("a kind of hash that this program does not know")
        elif text not in (None, ""):
            yield one(lambda kind=kind, text=text: item_or_reason(kind, text, **parts))  # type: ignore[misc]


def _hashes(media: dict[str, Any]) -> Iterator[tuple[Kind | None, object]]:
    yield Kind.MD5, media.get("MD5")
    yield Kind.SHA1, media.get("SHA1")
    others = media.get("AlternativeHashes")
    for other in others if isinstance(others, list) else ():
        if isinstance(other, dict):
            yield _NAMES.get(str(other.get("HashName")).lower().strip()), other.get("HashValue")


def _note(media: dict[str, Any]) -> str:
    files = media.get("MediaFiles")
    names = [one.get("FileName") for one in files if isinstance(one, dict)] if isinstance(files, list) else []
    said = [clean(media.get(name)) for name in PERSONAL] + [clean(name) for name in names]
    return clean(" · ".join(text for text in said if text))


def _as_media(held: list[Item]) -> dict[str, Any]:
    first = held[0]
    media: dict[str, Any] = {"MediaID": first.source_id, "DateUpdated": format_time(first.first_seen)}
    media["Category"] = _number(first.category.value) if first.category else None
    others = []
    for item in held:
        text = format_fingerprint(item.fingerprint)
        if item.kind in (Kind.MD5, Kind.SHA1) and item.kind.value.upper() not in media:
            media[item.kind.value.upper()] = text.upper()
        else:
            name = _ALTERNATIVE.get(item.kind, item.kind.value.upper())
            others.append({"HashName": name, "HashValue": text})
    return media | ({"AlternativeHashes": others} if others else {})


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and str(int(text[:9])) == text else text
