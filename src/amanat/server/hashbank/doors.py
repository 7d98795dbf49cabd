"""What every address of the match service does first and last: token, role, count, body; and errors as HMA
writes them.

    Authorization: Bearer <token>          {"message": "…", "details": "…"}

No print is ever in an address: forms of GET that carry one are refused unless AMANAT_HASHBANK_GET is on, and
nothing of a query string is logged either way. A file of media is read into memory and never written. Shown
right by `tests/server/hashbank/test_api.py`.
"""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from io import BytesIO
from typing import Any, NoReturn, cast

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from amanat import clock
from amanat.errors import Error, Malformed, NotAllowed, NotFound
from amanat.server.hashbank import actions, queries
from amanat.server.hashbank.models import Token
from amanat.server.hashbank.rules import OWNER

__all__ = ["Asked", "answer", "body", "door", "refuse", "refuse_address", "refuse_get", "upload"]

MAX_BODY_BYTES = 1_048_576
FIELDS = ("photo", "video")

View = Callable[..., HttpResponse]


class Asked(HttpRequest):
    """A request with the token that was shown."""

    token: Token


def door(*methods: str, owner: bool = True) -> Callable[[View], View]:
    """Lets in a token; owners only unless `owner` is off. Any error becomes `{message, details}`."""

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    return refuse("this address is not asked like that", "", 405)
                asked = cast(Asked, request)
                asked.token = _token(request)
                actions.count_use(now=clock.now(), token=asked.token)
                if owner and asked.token.role != OWNER:
                    raise NotAllowed("only owners of a list may ask this", where="hashbank")
                return view(asked, *args, **kwargs)
            except Error as error:
                return _refusal(error)

        return guarded

    return guard


def answer(value: Any, status: int = 200) -> HttpResponse:
    """JSON of any value."""
    return JsonResponse(value, status=status, safe=False)


def refuse(message: str, details: str, status: int) -> HttpResponse:
    """An error as HMA's clients read it."""
    return JsonResponse({"message": message, "details": details}, status=status)


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body; raises `Malformed`."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        raise _too_large(MAX_BODY_BYTES)
    try:
        value = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Malformed("Request input was not JSON", where="body") from error
    if not isinstance(value, dict):
        raise Malformed("Request input was not a dict", where="body")
    return value


def refuse_address() -> NoReturn:
    """Nothing is fetched: whoever could name an address could make this server ask inside its own network."""
    hint = "Send the file: POST, multipart, in a field named photo or video."
    raise NotAllowed("this service fetches nothing from addresses", where="url", hint=hint)


def refuse_get(token: Token, query: Mapping[str, Any]) -> None:
    """Refuse a print in an address, unless a client of an owner knows no other way."""
    if "url" in query:
        refuse_address()
    if not settings.AMANAT_HASHBANK_GET or token.role != OWNER:
        hint = "POST the same names as JSON. AMANAT_HASHBANK_GET=1 allows GET to owners' older clients."
        raise NotAllowed("a print has no place in an address", where="GET", hint=hint)


def upload(request: HttpRequest) -> tuple[str, bytes]:
    """The field name and the bytes of the one file of a multipart body, from memory."""
    if "url" in request.GET:
        refuse_address()
    if request.content_type != "multipart/form-data":
        raise Malformed("Missing multipart/form-data file upload", where="body")
    request.upload_handlers = [_Memory(request)]
    try:
        files = [(name, file) for name, held in request.FILES.lists() for file in held]
    except MultiPartParserError as error:
        raise Malformed("Missing multipart/form-data file upload", where="body") from error
    if len(files) != 1:
        raise Malformed("Exactly one file per request", where="body")
    name, file = files[0]
    if name not in FIELDS:
        raise Malformed("no such content_type", where="field", hint="photo or video")
    return name, cast(InMemoryUploadedFile, file).read()


class _Memory(FileUploadHandler):
    """Keeps a file in memory, whatever its size; the length of the body was limited before."""

    chunk_size = 1 << 20

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._parts: list[bytes] = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        del start
        self._parts.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        data = BytesIO(b"".join(self._parts))
        return InMemoryUploadedFile(data, self.field_name, "file", self.content_type, file_size, self.charset)


def _token(request: HttpRequest) -> Token:
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return queries.token_of(text.strip())
    if settings.AMANAT_HASHBANK_AS and settings.AMANAT_HASHBANK_ALONE:
        return queries.token_named(settings.AMANAT_HASHBANK_AS)
    return queries.token_of("")


def _too_large(limit: int) -> Malformed:
    error = Malformed(f"Content too large: more than {limit:,} bytes", where="body")
    error.http_status = 413
    return error


def _refusal(error: Error) -> HttpResponse:
    status = error.http_status
    if isinstance(error, NotAllowed) and error.what.startswith("no token"):
        response = refuse(error.what, error.hint, 401)
        response["WWW-Authenticate"] = "Bearer"
        return response
    response = refuse(str(error), error.hint, 404 if isinstance(error, NotFound) else status)
    if status == 429:
        response["Retry-After"] = "60"
    return response
