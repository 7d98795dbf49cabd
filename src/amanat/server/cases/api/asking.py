"""Reading what a worker's browser sends: sealed grants, links, events, rows. Each is strict about its keys.

Shown right by `tests/server/cases/test_file_api.py`.
"""

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse

from amanat.errors import Malformed
from amanat.receipt.leaf import LEAF_BYTES
from amanat.server.accounts.models import Member
from amanat.server.cases.actions.handing import Resealed
from amanat.server.cases.actions.holding import Said
from amanat.server.cases.actions.writing import Written
from amanat.strict import decode_base64

__all__ = ["events", "grants", "links", "member", "promised", "resealed", "rows"]

RECOVERY = "recovery"
MAX_ITEMS = 500


def member(request: HttpRequest) -> Member:
    """Whoever is signed in, for views that only readers reach."""
    return cast(Member, request.user)


def promised(promises: Sequence[bytes]) -> HttpResponse:
    """The answer that carries the promises of what was entered."""
    return JsonResponse({"promises": [promise.decode() for promise in promises]}, status=201)


def grants(items: list[Any]) -> dict[int | None, bytes]:
    """Grants by member, None for recovery."""
    return _unique(items, "grants", _grant)


def links(items: list[Any]) -> dict[str, bytes]:
    """Sealed keys of reports, by report."""
    return _unique(items, "links", _link)


def events(items: list[Any]) -> list[Said]:
    """Events, one a report."""
    return list(_unique(items, "events", _event).values())


def rows(items: list[Any]) -> list[Written]:
    """Sealed revisions of rows."""
    kinds = {"row": str, "revision": int, "sealed": str}
    found = [_object(item, "rows", kinds) for item in _few(items, "rows")]
    return [Written(item["row"], item["revision"], _sealed(item, "rows")) for item in found]


def resealed(items: list[Any]) -> list[Resealed]:
    """Values under the new key."""
    kinds = {"table": str, "id": str, "number": int, "sealed": str}
    found = [_object(item, "values", kinds) for item in _few(items, "values")]
    return [Resealed(item["table"], item["id"], item["number"], _sealed(item, "values")) for item in found]


def _grant(item: Any) -> tuple[int | None, bytes]:
    if (
        not isinstance(item, dict)
        or item.keys() != {"member", "sealed"}
        or not isinstance(item["sealed"], str)
    ):
        raise Malformed("not a member and a sealed grant", where="grants")
    if item["member"] != RECOVERY and type(item["member"]) is not int:
        raise Malformed("not a member", where="grants")
    return None if item["member"] == RECOVERY else item["member"], _sealed(item, "grants")


def _link(item: Any) -> tuple[str, bytes]:
    given = _object(item, "links", {"report": str, "sealed": str})
    return given["report"], _sealed(given, "links")


def _event(item: Any) -> tuple[str, Said]:
    given = _object(item, "events", {"report": str, "seq": int, "leaf": str, "sealed": str})
    leaf = decode_base64(given["leaf"], length=LEAF_BYTES, where="leaf")
    return given["report"], Said(given["report"], given["seq"], leaf, _sealed(given, "events"))


def _sealed(item: dict[str, Any], where: str) -> bytes:
    return decode_base64(item["sealed"], where=where)


def _object(item: Any, where: str, kinds: dict[str, type]) -> dict[str, Any]:
    if not isinstance(item, dict) or item.keys() != kinds.keys():
        raise Malformed(f"not exactly the keys {', '.join(sorted(kinds))}", where=where)
    for name, kind in kinds.items():
        if type(item[name]) is not kind:
            raise Malformed(f"{name} is not of the kind {kind.__name__}", where=where)
    return item


def _few(items: list[Any], where: str) -> list[Any]:
    if len(items) > MAX_ITEMS:
        raise Malformed(f"more than {MAX_ITEMS}", where=where)
    return items


def _unique(items: list[Any], where: str, read: Callable[[Any], tuple[Any, Any]]) -> dict[Any, Any]:
    found = dict(read(item) for item in _few(items, where))
    if len(found) != len(items):
        raise Malformed("one of them twice", where=where)
    return found
