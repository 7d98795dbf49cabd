"""What holds for every answer: safe headers, no cookies outside /staff/, bodies bounded before they are
read, errors drawn.

One place turns an exception into a page or into problem JSON. When something could not be stored the page
says plainly that it was NOT received: whoever sent it must not leave believing otherwise. Shown right by
`tests/server/test_middleware.py`.
"""

import errno
import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import render_to_string
from django.urls import NoReverseMatch
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from amanat.errors import (
    Conflict,
    Error,
    Malformed,
    Misconfigured,
    NotAllowed,
    NotFound,
    Unavailable,
    Unverified,
)
from amanat.server.api import problem, wants_json

__all__ = ["Bodies", "Errors", "Headers", "as_error", "draw", "page"]

Answer = Callable[[HttpRequest], HttpResponse]
STAFF = "/staff/"
RETRY_SECONDS = 5
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)


HINTS: dict[type[Error], Callable[[], str]] = {
    Malformed: lambda: _("Open the page again and repeat what you did."),
    Unverified: lambda: _("Ask for it again, and do not rely on this one."),
    NotAllowed: lambda: _("Sign in, or ask whoever invited you."),
    NotFound: lambda: _("Look at the address, or begin at the first page."),
    Conflict: lambda: _("Somebody was first. Open the page again and repeat what you did."),
    Unavailable: lambda: _("Try again in a while."),
    Misconfigured: lambda: _("Tell whoever runs this server: amanat check says what is wrong."),
}
"""What to do, where whoever raised the error had nothing better to say."""


class TooLarge(Malformed):
    http_status = 413


class LengthNeeded(Malformed):
    http_status = 411


class DiskFull(Unavailable):
    http_status = 507


class Broken(Error):
    """Something unforeseen: the log has the place, the page says only that it happened."""


class Headers:
    """Outermost: headers for every answer, and no cookie on any page that the public sees."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if request.path.startswith(STAFF):
            # With no-referrer a browser sends `Origin: null` with a form, and the CSRF check refuses that.
            response["Referrer-Policy"] = "same-origin"
        else:
            response.cookies.clear()
            if settings.AMANAT_ONION:
                # The Tor Browser then offers the address that shows nobody that somebody was here.
                response["Onion-Location"] = f"{settings.AMANAT_ONION}{iri_to_uri(request.path)}"
        if settings.SECURE_HSTS_SECONDS:
            # Django sends it only over HTTPS, and HTTPS ends at the web server in front.
            response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class Bodies:
    """Refuses a body that broke off; and unread one that is too large, or of unknown length."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        error = _refuse_body(request.META, _limit(request)) or _refuse_half(request)
        return draw(request, error) if error else self.answer(request)


class Errors:
    """Innermost: turns what a view raised into an answer."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An answer for every exception that has a meaning; None leaves it to Django's 500."""
        error = as_error(exception)
        return draw(request, error) if error else None


def _limit(request: HttpRequest) -> int:
    """How many bytes a body may have: more where the match service takes a file."""
    alone = settings.AMANAT_HASHBANK_ALONE or request.path.startswith("/hashbank/")
    is_file = request.content_type == "multipart/form-data" and request.path.endswith(settings.LARGE_BODIES)
    return int(settings.LARGE_BODY_BYTES if alone and is_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def _refuse_body(meta: dict[str, Any], limit: int) -> Error | None:
    length = meta.get("CONTENT_LENGTH") or ""
    if not length:
        chunked = "HTTP_TRANSFER_ENCODING" in meta
        return (
            LengthNeeded("the length of what is sent must be stated", where="Content-Length")
            if chunked
            else None
        )
    if not (length.isascii() and length.isdigit()):
        return Malformed("not a length", where="Content-Length")
    if len(length) > 12 or int(length) > limit:
        return TooLarge(_("What was sent is too large and was NOT received."), hint=_("Send less text."))
    return None


def _refuse_half(request: HttpRequest) -> Error | None:
    """A form that broke off would pass for a shorter one. Files are read by whoever takes them."""
    if request.content_type == "multipart/form-data":
        return None
    try:
        arrived = len(request.body)
    except (UnreadablePostError, RequestDataTooBig) as exception:
        return as_error(exception)
    if arrived < int(request.META.get("CONTENT_LENGTH") or 0):
        return Malformed(_("The connection broke. What you sent was NOT received."), hint=_("Send it again."))
    return None


def as_error(exception: BaseException | None) -> Error | None:
    """The `amanat.errors` error that this exception amounts to; None when it is a defect of ours."""
    if isinstance(exception, Error):
        return exception
    if isinstance(exception, Http404):
        return NotFound(_("There is no such page."))
    if isinstance(exception, PermissionDenied):
        return NotAllowed(_("This page is not for you."))
    if isinstance(exception, RequestDataTooBig):
        return TooLarge(_("What was sent is too large and was NOT received."))
    if isinstance(exception, SuspiciousOperation | UnreadablePostError):
        return Malformed(_("The request was not understood."))
    if _is_disk_full(exception):
        hint = _("The server's disk is full. Please use another way to reach us.")
        return DiskFull(_("What you sent was NOT received."), hint=hint)
    if isinstance(exception, OperationalError | InterfaceError):
        hint = _("Nothing received before is lost. Try again in a few seconds: sending twice does no harm.")
        return Unavailable(_("The server is busy. What you sent was NOT received."), hint=hint)
    return None


def _is_disk_full(exception: BaseException | None) -> bool:
    if isinstance(exception, OSError) and not isinstance(exception, UnreadablePostError):
        return exception.errno in {errno.ENOSPC, errno.EDQUOT}
    if not isinstance(exception, DatabaseError):
        return False
    cause = exception.__cause__
    return (
        getattr(cause, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(cause, "sqlstate", "") == "53100"
    )


def draw(request: HttpRequest, error: Error) -> HttpResponse:
    """The error as problem JSON for a script, as a page for a person; it always says what to do."""
    error.hint = error.hint or next((hint() for kind, hint in HINTS.items() if isinstance(error, kind)), "")
    response = problem(error) if wants_json(request) else _error_page(request, error)
    if error.http_status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def _error_page(request: HttpRequest, error: Error) -> HttpResponse:
    context = {"error": error, "status": error.http_status}
    try:
        text = render_to_string("public/error.html", context, request)
    except (TemplateDoesNotExist, TemplateSyntaxError, NoReverseMatch, DatabaseError):
        # A page that cannot be drawn must not hide that nothing was received.
        return HttpResponse(
            error.diagnostics(), status=error.http_status, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse(text, status=error.http_status)


def page(_request: HttpRequest) -> dict[str, Any]:
    """What every template may use."""
    return {"exit_url": settings.AMANAT_EXIT_URL, "demo": settings.AMANAT_DEMO}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return draw(request, as_error(exception) or Malformed(_("The request was not understood.")))


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return draw(request, as_error(exception) or NotAllowed(_("This page is not for you.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return draw(request, as_error(exception) or NotFound(_("There is no such page.")))


def broken(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Also reached when a session cannot be saved, so a full disk is named here too."""
    unforeseen = Broken(
        _("Something went wrong. What you sent was NOT received."), hint=_("Try again in a while.")
    )
    return draw(request, as_error(sys.exc_info()[1]) or unforeseen)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF failure page; the reason is for developers and stays out of it."""
    del reason
    hint = _("Open the page again and repeat what you did.")
    return draw(request, NotAllowed(_("The page was open too long, or it came from elsewhere."), hint=hint))
