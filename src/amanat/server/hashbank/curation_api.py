"""`/c` of the match service: banks, their contents, and the exchanges that feed them; owners only.

What HMA answers, in its shapes; beyond it the receipts of withdrawals. Exchanges are noted, not fetched: no
credential of a partner is taken. Shown right by `tests/server/hashbank/test_api.py` and, with the
requests of an existing client, by `tests/server/hashbank/test_contract.py`.
"""

import json
from typing import Any

from django.http import HttpResponse

from amanat import clock
from amanat.errors import Conflict, Malformed
from amanat.exchange.hma import SIGNALS, is_enabled
from amanat.server.hashbank import actions, hashing, queries
from amanat.server.hashbank.doors import Asked, answer, body, door, refuse, refuse_address, upload
from amanat.server.hashbank.models import Bank, Content

__all__ = [
    "bank",
    "banks",
    "content",
    "content_types",
    "contents",
    "signal",
    "signal_types",
    "withdrawals",
]


@door("GET", "POST")
def banks(request: Asked) -> HttpResponse:
    """`/c/banks`: all of a token's banks; a POST makes one."""
    if request.method == "GET":
        return answer([_bank(each) for each in queries.banks(request.token)])
    value = body(request)
    try:
        made = actions.create_bank(
            by=request.token, now=clock.now(), name=value.get("name"), ratio=_ratio(value, default=1.0)
        )
    except Conflict as error:
        return refuse(error.what, error.hint, 403)
    return answer(_bank(made), 201)


@door("GET", "PUT", "DELETE")
def bank(request: Asked, name: str) -> HttpResponse:
    """`/c/bank/<name>`."""
    if request.method == "DELETE" and not queries.banks(request.token).filter(name=name).exists():
        return answer({"message": "Done"})
    found = queries.bank(request.token, name)
    if request.method == "GET":
        return answer(_bank(found) | {"version": found.version})
    if request.method == "DELETE":
        actions.delete_bank(by=request.token, now=clock.now(), bank=found)
        return answer({"message": "Done"})
    value = body(request)
    try:
        ratio = _ratio(value, default=found.ratio)
        changed = actions.set_bank(
            by=request.token, now=clock.now(), bank=found, name=value.get("name"), ratio=ratio
        )
    except Conflict as error:
        return refuse(error.what, error.hint, 403)
    return answer(_bank(changed))


@door("POST")
def contents(request: Asked, name: str) -> HttpResponse:
    """`/c/bank/<name>/content`: list an uploaded file. What it is listed with is a note, no metadata."""
    found = queries.bank(request.token, name)
    if "url" in request.GET:
        refuse_address()
    signals = hashing.signals(*upload(request))
    _checked_metadata(request.POST.get("metadata"))
    return _added(request, found, signals, note=request.POST.get("note", ""))


@door("POST")
def signal(request: Asked, name: str) -> HttpResponse:
    """`/c/bank/<name>/signal`: list prints that were made elsewhere."""
    found = queries.bank(request.token, name)
    value = body(request)
    note = value.pop("note", None) or ""
    if not isinstance(note, str):
        raise Malformed("note should be a string", where="note")
    return _added(request, found, value, note=note)


@door("GET", "PUT", "DELETE")
def content(request: Asked, name: str, content_id: int) -> HttpResponse:
    """`/c/bank/<name>/content/<id>`; a DELETE withdraws, at once and with a leaf in the log."""
    found = queries.bank(request.token, name)
    if request.method == "DELETE":
        gone = actions.withdraw_content(by=request.token, now=clock.now(), bank=found, content_id=content_id)
        return answer({"deleted": gone})
    row = queries.content(found, content_id)
    if request.method == "PUT":
        value = body(request)
        actions.set_content(
            by=request.token,
            now=clock.now(),
            content=row,
            disabled_until=_whole(value, "disable_until_ts"),
            note=_text(value, "note"),
        )
    shown = _content(found, row)
    if request.GET.get("include_signals", "").lower() == "true":
        shown["signals"] = queries.signals(row)
    return answer(shown)


@door("GET")
def withdrawals(request: Asked, name: str) -> HttpResponse:
    """`/c/bank/<name>/withdrawals`: with the print its owner knows, each is shown to be in the log."""
    return answer(queries.receipts(queries.bank(request.token, name)))


@door("GET", owner=False)
def signal_types(request: Asked) -> HttpResponse:
    """`/c/signal_type`."""
    del request
    return answer([{"name": name, "enabled_ratio": 1.0} for name in SIGNALS])


@door("GET", owner=False)
def content_types(request: Asked) -> HttpResponse:
    """`/c/content_type`."""
    del request
    return answer([{"name": name, "enabled": True} for name in ("photo", "video")])


def _added(request: Asked, bank: Bank, signals: dict[str, Any], *, note: str) -> HttpResponse:
    made = actions.add_content(
        by=request.token, now=clock.now(), bank=bank, prints=hashing.prints(signals), note=note
    )
    return answer({"id": made.pk, "signals": queries.signals(made)})


def _bank(bank: Bank) -> dict[str, Any]:
    return {"name": bank.name, "matching_enabled_ratio": bank.ratio}


def _content(bank: Bank, row: Content) -> dict[str, Any]:
    category = f"{row.scheme}/{row.category}" if row.category else None
    shown: dict[str, Any] = {
        "id": row.pk,
        "bank": _bank(bank),
        "disable_until_ts": row.disabled_until,
        "original_media_uri": None,
        "enabled": is_enabled(row.disabled_until, now=clock.now()),
        "source": row.source,
        "terms": row.terms,
        "category": category,
    }
    return shown | ({"note": row.note} if row.note else {})


def _ratio(value: dict[str, Any], *, default: float) -> float:
    ratio = value.get("enabled_ratio")
    if ratio is None:
        enabled = value.get("enabled")
        return default if enabled is None else float(bool(enabled))
    try:
        # An existing client sends it as text.
        return float(ratio)
    except (TypeError, ValueError) as error:
        raise Malformed("not a number", where="enabled_ratio") from error


def _whole(value: dict[str, Any], name: str) -> int | None:
    number = value.get(name)
    if name not in value:
        return None
    if isinstance(number, str) and number.isascii() and number.isdigit():
        number = int(number)
    if isinstance(number, bool) or not isinstance(number, int):
        raise Malformed("not a whole number", where=name)
    return number


def _text(value: dict[str, Any], name: str) -> str | None:
    text = value.get(name)
    if name in value and text is not None and not isinstance(text, str):
        raise Malformed(f"{name} should be a string", where=name)
    return (text or "") if name in value else None


def _checked_metadata(text: str | None) -> None:
    """It must be an object; it is not kept, because it may lead to a person or a case."""
    if text is None:
        return
    try:
        if isinstance(json.loads(text), dict):
            return
    except (ValueError, RecursionError) as error:
        raise Malformed("metadata form field must be valid JSON", where="metadata") from error
    raise Malformed("metadata should be a json object", where="metadata")
