"""The public log over HTTP (C2SP tlog-tiles), a page about it for people, the checker to take away, and the
sign of life.

Everything here is public, cookie-less and the same for everybody. A tile's address is parsed strictly, so
no other file can be reached. It does not sign or write anything. Shown right by `tests/server/public/`.
"""

import re

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amanat.errors import Malformed, NotFound
from amanat.server.ledger import queries
from amanat.server.public.queries import policy_fingerprint
from amanat.tlog.tile import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    format_bundle,
    parse_tile_path,
    read_entries,
    read_tile,
)

__all__ = [
    "checkpoint",
    "health",
    "log",
    "policy",
    "promise_key",
    "public_file",
    "standing",
    "tile",
    "timestamp",
    "updates",
    "verify",
]

TEXT = "text/plain; charset=utf-8"
BINARY = "application/octet-stream"
FOREVER = "public, max-age=31536000, immutable"
MINUTES = "public, max-age=300"
ALWAYS_ASK = "no-cache"
DAY = re.compile(r"\d{4}-\d\d-\d\d\.(?:tsr|checkpoint)", re.ASCII)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The log for people: how large, since when, who watches, how to check."""
    return render(request, "public/log.html", standing())


def standing() -> dict[str, object]:
    """What the log's state on a page needs."""
    return {
        "standing": queries.standing(),
        "fingerprint": policy_fingerprint(),
        "url": settings.AMANAT_URL,
    }


@require_safe
def checkpoint(_request: HttpRequest) -> HttpResponse:
    """The newest checkpoint with its cosignatures."""
    note = queries.checkpoint_note()
    if not note:
        raise NotFound(
            "nothing is published yet", where="checkpoint", hint="The first tree comes with the next epoch."
        )
    return public_file(note, TEXT, ALWAYS_ASK)


@require_safe
def tile(_request: HttpRequest, name: str) -> HttpResponse:
    """A hash tile or an entry bundle, full or partial."""
    try:
        wanted = parse_tile_path(f"tile/{name}")
    except Malformed as error:
        raise NotFound("no such tile", where="tile") from error
    return public_file(_tile_bytes(wanted), BINARY, FOREVER if wanted.width == TILE_WIDTH else MINUTES)


@require_safe
def timestamp(_request: HttpRequest, name: str) -> HttpResponse:
    """A day's checkpoint, or an authority's time-stamp over it."""
    if not DAY.fullmatch(name):
        raise NotFound("no such time-stamp", where="timestamps")
    return public_file(queries.store().read(f"timestamps/{name}"), BINARY, FOREVER)


@require_safe
def updates(_request: HttpRequest) -> HttpResponse:
    """The tags of the newest leaves, the same for everybody: news without asking about a report."""
    if not queries.store().exists(queries.UPDATES):
        raise NotFound("nothing is published yet", where="updates")
    return public_file(queries.store().read(queries.UPDATES), TEXT, ALWAYS_ASK)


@require_safe
def policy(_request: HttpRequest) -> HttpResponse:
    """The trust policy: this log's key, its witnesses, and how many of them must agree."""
    return public_file(queries.policy_text().encode(), TEXT, MINUTES)


@require_safe
def promise_key(_request: HttpRequest) -> HttpResponse:
    """The key that checks promises."""
    return public_file(f"{queries.promise_verifier()}\n".encode(), TEXT, MINUTES)


@require_safe
def verify(_request: HttpRequest) -> HttpResponse:
    """The self-contained checker, as a download: it is meant to be kept and opened without this server."""
    file = settings.SERVER_FOLDER / "static" / "verify.html"
    if not file.is_file():
        raise NotFound(
            "the checker is not installed", where="verify.html", hint="Use `amanat verify` instead."
        )
    response = public_file(file.read_bytes(), "text/html; charset=utf-8", MINUTES)
    response["Content-Disposition"] = 'attachment; filename="verify.html"'
    return response


@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Whether pages and database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type=TEXT)


def _tile_bytes(tile: Tile) -> bytes:
    """As many hashes or entries as were asked for, also where only the full tile is left."""
    if tile.level == ENTRIES:
        return format_bundle(read_entries(queries.store(), tile))
    return b"".join(read_tile(queries.store(), tile))


def public_file(data: bytes, content_type: str, caching: str) -> HttpResponse:
    """A public file that any page in the world may read: verifiers live elsewhere, on purpose."""
    headers = {
        "Cache-Control": caching,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return HttpResponse(data, content_type=content_type, headers=headers)
