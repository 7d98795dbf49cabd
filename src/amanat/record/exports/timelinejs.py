"""TimelineJS 3 JSON: events with a date. Its dates know no season and no "about", so these stand in the
words."""

import html
import json
import re
from typing import Any

from amanat.record.record import Entry, Record

__all__ = ["write"]

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}


def write(record: Record) -> bytes:
    """Every event that has a date; the others have no place on a line."""
    events = [_event(entry) for entry in record.shown() if entry.item.kind == "event" and entry.item.when]
    whole = {"title": {"text": {"headline": html.escape(record.title)}}, "events": events}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _event(entry: Entry) -> dict[str, Any]:
    item = entry.item
    edtf = item.when.edtf if item.when else ""
    start, _, end = edtf.partition("/")
    quote = " ".join(item.quote.exact.split())
    # TimelineJS puts text into the page as HTML.
    text = (
        f"<q>{html.escape(quote)}</q><p>{html.escape(item.when_basis)}; source {item.quote.source_sha256[:12]}; "  # noqa: E501
        f"confirmed by {html.escape(entry.review.by)}</p>"
    )
    found: dict[str, Any] = {
        "unique_id": item.id,
        "start_date": _date(start),
        "display_date": html.escape(_shown(edtf)),
        "text": {"headline": html.escape(quote[:80]), "text": text},
    }
    return found | ({"end_date": _date(end)} if end else {})


def _date(edtf: str) -> dict[str, str]:
    found = _DAY.match(edtf)
    year, month, day = found.groups() if found else ("", None, None)
    date = {"year": year or ""}
    if month and month <= "12":
        date["month"] = month.lstrip("0")
        if day:
            date["day"] = day.lstrip("0")
    return date


def _shown(edtf: str) -> str:
    season = _SEASONS.get(edtf[5:7])
    shown = f"{season} {edtf[:4]}" if season else edtf.rstrip("~")
    return f"about {shown}" if edtf.endswith("~") else shown.replace("/", " to ")
