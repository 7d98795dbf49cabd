"""JSON at the doors: reading a body with exactly the expected keys, and drawing an error as problem JSON
(RFC 9457).

It reads bodies strictly but not canonically (a browser's `JSON.stringify` is fine); the bytes inside are
base64 and are decoded by `amanat.strict`. It knows no app. Shown right by
`tests/server/test_middleware.py`.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse

from amanat.errors import Error, Malformed

__all__ = ["PROBLEM_TYPE", "body", "problem", "wants_json"]

PROBLEM_TYPE = "application/problem+json"
PROGRAMS = "/api/"


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: below /api/, or it sends JSON, or it accepts JSON and not a page."""
    if request.path.startswith(PROGRAMS):
        return True
    accept = request.headers.get("Accept", "")
    return request.content_type == "application/json" or ("json" in accept and "text/html" not in accept)


def body(request: HttpRequest, **kinds: type) -> dict[str, Any]:
    """The JSON object in the body, with exactly the keys of `kinds`, each of its kind; raises `Malformed`."""
    if request.content_type != "application/json":
        raise Malformed("the body is not application/json", where="Content-Type")
    try:
        value = json.loads(request.body, object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON", where="body") from error
    if not isinstance(value, dict) or set(value) != set(kinds):
        raise Malformed(f"not an object with exactly the keys {', '.join(sorted(kinds))}", where="body")
    for name, kind in kinds.items():
        if type(value[name]) is not kind:
            raise Malformed(f"not of the kind {kind.__name__}", where=name)
    return value


def problem(error: Error) -> HttpResponse:
    """The error as problem JSON: `title`, `detail`, `where`, `hint` and `status`, all always there."""
    value = {
        "title": type(error).__name__,
        "detail": error.what,
        "where": error.where,
        "hint": error.hint,
        "status": error.http_status,
    }
    text = json.dumps(value, ensure_ascii=False)
    return HttpResponse(text, content_type=PROBLEM_TYPE, status=error.http_status)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key twice")
    return value
