"""HMA (Hasher-Matcher-Actioner): names of signal types, and bank content as its interface shows it.

    [{"id": 1, "bank": {"name": "BANK", "matching_enabled_ratio": 1.0}, "disable_until_ts": 1,
      "note": "…", "signals": {"pdq": "<hex>", "video_md5": "<hex>"}}]

The match service (`amanat.server.hashbank`) speaks the same shapes. `disable_until_ts` is 1 for content that
matches, 0 for content that does not, and else the second from which it does: until then it is withdrawn here.
Of vPDQ, which is JSON in a string, the distinct prints are read; quality 100 and time 0 are written. Shown
right by `tests/exchange/test_hma.py`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Item
from amanat.exchange.reading import clean, item_of, read_json, read_or_reason
from amanat.fingerprint.value import Fingerprint, Kind, format_fingerprint, parse_fingerprint
from amanat.fingerprint.vpdq import film_of, format_json, frames_of, parse_any

__all__ = [
    "BANK_NAME",
    "DISABLED",
    "ENABLED",
    "SIGNALS",
    "is_enabled",
    "read",
    "signal_name",
    "signal_of",
    "signal_text",
    "write",
]

BANK_NAME = re.compile(r"[A-Z0-9_]{1,255}", re.ASCII)
DISABLED, ENABLED = 0, 1
SIGNALS: Mapping[str, Kind] = {
    "pdq": Kind.PDQ,
    "vpdq": Kind.VPDQ,
    "video_md5": Kind.MD5,
    "md5": Kind.MD5,
    "sha1": Kind.SHA1,
    "sha256": Kind.SHA256,
}
"""The signal types and what each is here. HMA knows MD5 for videos only, so that name comes first."""
_NAMES = {kind: name for name, kind in reversed(list(SIGNALS.items()))}


def signal_name(kind: Kind) -> str:
    """HMA's name for a kind; raises `Malformed` when it has none."""
    if kind not in _NAMES:
        raise Malformed("no signal type for this kind", where="HMA")
    return _NAMES[kind]


def signal_of(name: str, text: str) -> Fingerprint:
    """The print that a signal is, in either case; raises `Malformed`."""
    kind = SIGNALS.get(name)
    if kind is None:
        raise Malformed("no such signal type", where="signal_type")
    if kind is Kind.VPDQ:
        return film_of(parse_any(text.encode("ascii", "replace")))
    return parse_fingerprint(kind, text, any_case=True)


def signal_text(fingerprint: Fingerprint) -> str:
    """The signal that a print is; `signal_of` gives the same print of it."""
    if fingerprint.kind is Kind.VPDQ:
        return format_json(frames_of(fingerprint)).decode("ascii")
    return format_fingerprint(fingerprint)


def is_enabled(disable_until_ts: object, *, now: datetime) -> bool:
    """Whether content with this value matches now; a value that is none does not."""
    if isinstance(disable_until_ts, bool) or not isinstance(disable_until_ts, int):
        return False
    return disable_until_ts != DISABLED and disable_until_ts <= now.timestamp()


def read(file: BinaryIO, *, source: str = "hma", now: datetime) -> Iterator[Line]:
    """The signals of bank contents; those of one bank are of the source `<source>/<bank>`."""
    value = read_json(file, where="HMA")
    for content in value if isinstance(value, list) else [value]:
        yield from _content(content, source=source, now=now)


def write(lines: Iterable[Item | Gone]) -> bytes:
    """Bank contents; items of one source and id are one content. Kinds without a signal type are left out."""
    found: dict[tuple[str, str, bool], list[Item]] = {}
    for number, line in enumerate(lines):
        if isinstance(line, Item) and line.kind in _NAMES:
            own = line.source_id or f"\0{number}"
            found.setdefault((line.source, own, line.active), []).append(line)
    return json.dumps(
        [content for held in found.values() for content in _contents(held)],
        ensure_ascii=True,
        separators=(",", ":"),
    ).encode("ascii")


def _content(content: Any, *, source: str, now: datetime) -> Iterator[Line]:
    signals = content.get("signals") if isinstance(content, dict) else None
    if not isinstance(signals, dict):
        yield Refused("content without signals")
        return
    bank = content.get("bank")
    name = clean(bank.get("name")) if isinstance(bank, dict) else ""
    enabled = is_enabled(content.get("disable_until_ts", ENABLED), now=now)
    for signal, text in signals.items():
        if signal not in SIGNALS:
            yield Refused("a signal type that this program does not know")
            continue
        yield item_of(
            read_or_reason(signal, text, partial(signal_of, signal)),
            source=clean(f"{source}/{name}") if name else source,
            source_id=clean(content.get("id")),
            first_seen=now,
            withdrawn=None if enabled else now,
        )


def _contents(held: list[Item]) -> Iterator[dict[str, Any]]:
    """One content holds one signal of a type, so a second print of a kind is a second content of that id."""
    signals: list[dict[str, str]] = []
    for item in held:
        name = signal_name(item.kind)
        into = next((one for one in signals if name not in one), None)
        if into is None:
            signals.append(into := {})
        into[name] = signal_text(item.fingerprint)
    first = held[0]
    for one in signals:
        content: dict[str, Any] = {"id": first.source_id, "signals": one}
        content["bank"] = {"name": first.source.rpartition("/")[2], "matching_enabled_ratio": 1.0}
        content["disable_until_ts"] = ENABLED if first.active else DISABLED
        yield content
