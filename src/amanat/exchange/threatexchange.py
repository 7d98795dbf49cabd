"""ThreatExchange: pages of `threat_updates`, the cache files `simple.<TYPE>.te`, and files of a line a print.

    {"data": [{"indicator", "type", "id", "last_updated", "should_delete",
               "descriptors": [{"status", "tags"}]}], "paging": {}}
    indicator[,indicator id],descriptor id,added on,labels         simple.<TYPE>.te
    pdq <hex>                                                      a line file; or the print alone

`should_delete` takes an indicator back, and so does a record that everybody calls NON_MALICIOUS. Tags become
the category. Shown right by `tests/exchange/test_threatexchange.py`.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Category, Item
from amanat.exchange.reading import (
    clean,
    from_unix,
    item_or_reason,
    one,
    parse_moment,
    print_or_reason,
    read_json,
    read_rows,
    records,
    to_unix,
)
from amanat.fingerprint.value import Fingerprint, Kind, format_fingerprint

__all__ = [
    "SCHEME",
    "SOURCE",
    "STALE_DAYS",
    "TYPES",
    "read",
    "read_lines",
    "read_simple",
    "write",
    "write_lines",
]

SOURCE = SCHEME = "threatexchange"
STALE_DAYS = 85
"""A checkpoint older than this misses deletions: fetch everything again."""
VIDEO = "media_type_video"
_KINDS = {
    "HASH_PDQ": Kind.PDQ,
    "HASH_MD5": Kind.MD5,
    "HASH_VIDEO_MD5": Kind.MD5,
    "HASH_SHA1": Kind.SHA1,
    "HASH_SHA256": Kind.SHA256,
    "HASH_VIDEO_SHA256": Kind.SHA256,
}
TYPES = tuple(_KINDS)
"""The types whose indicators are prints."""
_LINE_KINDS = {kind.value: kind for kind in Kind} | {"video_md5": Kind.MD5}
_TYPES = {Kind.PDQ: "HASH_PDQ", Kind.MD5: "HASH_MD5", Kind.SHA1: "HASH_SHA1", Kind.SHA256: "HASH_SHA256"}


def read(file: BinaryIO, *, source: str = SOURCE, now: datetime) -> Iterator[Line]:
    """What a page of `threat_updates` lists and takes back."""
    value = read_json(file, where="ThreatExchange")
    found = value if isinstance(value, list) else records(value, "data", where="ThreatExchange")
    for record in found:
        yield one(lambda record=record: _line(record, source=source, now=now))  # type: ignore[misc]


def write(lines: Iterable[Item | Gone]) -> bytes:
    """A page of `threat_updates`; kinds that it has no type for are left out."""
    data = [found for line in lines if (found := _record(line)) is not None]
    return json.dumps({"data": data}, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def read_simple(file: BinaryIO, *, type_name: str, source: str = SOURCE, now: datetime) -> Iterator[Line]:
    """A cache file `simple.<type_name>.te`."""
    kind = _KINDS.get(type_name)
    if kind is None:
        raise Malformed("a type that this program does not know", where="ThreatExchange")
    for row in read_rows(file, where="ThreatExchange"):
        yield one(lambda row=row: _simple(row, kind, type_name, source=source, now=now))  # type: ignore[misc]


def read_lines(
    file: BinaryIO, *, kind: Kind | None = None, source: str = SOURCE, now: datetime
) -> Iterator[Line]:
    """A line file: `kind print`, or the print alone when `kind` says what all are."""
    for line in _text_lines(file):
        name, blank, text = line.partition(" ")
        known = _LINE_KINDS.get(name) if blank else kind
        if known is None:
            yield Refused("a kind that this program does not know")
        else:
            yield item_or_reason(known, text if blank else line, source=source, first_seen=now)


def write_lines(lines: Iterable[Item | Gone]) -> bytes:
    """A line file of the active items."""
    return "".join(
        f"{line.kind.value} {format_fingerprint(line.fingerprint)}\n"
        for line in lines
        if isinstance(line, Item) and line.active
    ).encode("ascii")


def _text_lines(file: BinaryIO) -> Iterator[str]:
    for raw in iter(lambda: file.readline(1_000_001), b""):
        try:
            text = raw.decode("ascii").strip()
        except UnicodeDecodeError as error:
            raise Malformed("not ASCII", where="line file") from error
        if len(raw) > 1_000_000:
            raise Malformed("a line that is too long", where="line file")
        if text:
            yield text


def _line(record: Any, *, source: str, now: datetime) -> Line:
    if not isinstance(record, dict):
        return Refused("not a record")
    kind = _KINDS.get(str(record.get("type")))
    if kind is None:
        return Refused("a type that this program does not know")
    found = print_or_reason(kind, record.get("indicator"))
    if isinstance(found, Refused):
        return found
    descriptors = [one for one in record.get("descriptors") or () if isinstance(one, dict)]
    if record.get("should_delete") is True or _is_harmless(descriptors):
        return Gone(source, fingerprint=found)
    return Item(
        fingerprint=found,
        source=source,
        source_id=clean(record.get("id")),
        category=_category(_tags(descriptors), str(record["type"])),
        first_seen=from_unix(record.get("last_updated"), default=now),
    )


def _is_harmless(descriptors: list[dict[str, Any]]) -> bool:
    return bool(descriptors) and all(one.get("status") == "NON_MALICIOUS" for one in descriptors)


def _tags(descriptors: list[dict[str, Any]]) -> set[str]:
    found: set[str] = set()
    for one_of in descriptors:
        tags = one_of.get("tags") or ()
        if isinstance(tags, dict):
            tags = [tag.get("text") for tag in tags.get("data") or () if isinstance(tag, dict)]
        if isinstance(tags, list | tuple):
            found.update(word for tag in tags for word in clean(tag).split())
    return found


def _category(tags: set[str], type_name: str) -> Category | None:
    tags = tags | ({VIDEO} if "VIDEO" in type_name else set())
    text = clean(" ".join(sorted(tags)))
    return Category(SCHEME, text) if text else None


def _record(line: Item | Gone) -> dict[str, Any] | None:
    fingerprint: Fingerprint | None = line.fingerprint
    if fingerprint is None or fingerprint.kind not in _TYPES:
        return None
    tags = line.category.value.split(" ") if isinstance(line, Item) and line.category else []
    name = _TYPES[fingerprint.kind]
    if VIDEO in tags and fingerprint.kind in (Kind.MD5, Kind.SHA256):
        name = name.replace("HASH_", "HASH_VIDEO_")
    record: dict[str, Any] = {"indicator": format_fingerprint(fingerprint), "type": name}
    if isinstance(line, Gone) or not line.active:
        return record | {"should_delete": True, "descriptors": []}
    return record | {
        "id": line.source_id,
        "last_updated": to_unix(line.first_seen),
        "should_delete": False,
        "descriptors": [{"status": "MALICIOUS", "tags": tags}],
    }


def _simple(row: list[str], kind: Kind, type_name: str, *, source: str, now: datetime) -> Line:
    if len(row) not in (4, 5):
        return Refused("a row with more or fewer fields than a cache file has")
    return item_or_reason(
        kind,
        row[0],
        source=source,
        source_id=clean(row[1]) if len(row) == 5 else "",
        first_seen=parse_moment(row[-2], default=now),
        category=_category(set(clean(row[-1]).split()), type_name),
    )
