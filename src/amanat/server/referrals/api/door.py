"""The door of the API: tokens, errors as problem JSON (RFC 9457), and the description of both.

A token stands in `Authorization: Bearer`. It is scoped to one institution; what was handed to another does
not exist for it. There is no cookie and no session here. Shown right by `tests/server/referrals/test_api.py`.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from amanat import __version__, clock
from amanat.errors import Error, Malformed, NotAllowed
from amanat.server.api import PROBLEM_TYPE
from amanat.server.middleware import draw
from amanat.server.referrals.actions.tokens import holder
from amanat.server.referrals.models import Institution

__all__ = ["Api", "Bearer", "door"]


class NotKnown(NotAllowed):
    """No token, or one that does not hold."""

    http_status = 401


class Bearer(HttpBearer):
    """A token of an institution; `request.auth` is the institution."""

    def authenticate(self, _request: HttpRequest, token: str) -> Institution | None:
        """The institution, or None, which is answered with 401."""
        return holder(token, now=clock.now())


class Api(NinjaAPI):
    """An API whose description says that errors are problem JSON."""

    def get_openapi_schema(self, **given: Any) -> Any:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(**given)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for code, answer in operation["responses"].items():
                    if int(code) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"] = {PROBLEM_TYPE: answer["content"]["application/json"]}
        return schema


def door() -> Api:
    """A new API with nothing in it but the door."""
    api = Api(
        title="Amanat",
        version=__version__,
        description=(
            "What was handed to an institution: sealed packages, states, due dates with their explanation, "
            "and signed steps. The server can read none of what is sealed."
        ),
        docs_url=None,
        auth=Bearer(),
        urls_namespace="api-v1",
    )
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)
    return api


def _known(request: HttpRequest, error: Any) -> HttpResponse:
    return draw(request, error)


def _unknown(request: HttpRequest, _error: Any) -> HttpResponse:
    answer = draw(request, NotKnown("no token that holds", where="Authorization", hint="Ask for a token."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _malformed(request: HttpRequest, error: Any) -> HttpResponse:
    """The first mistake, by its place; never what was sent."""
    first = error.errors[0] if error.errors else {}
    where = ".".join(str(part) for part in first.get("loc", ()))
    return draw(request, Malformed(str(first.get("msg", "not as described")), where=where))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return draw(request, Malformed(str(error), where="body"))


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
    Error: _known,
    AuthenticationError: _unknown,
    ValidationError: _malformed,
    HttpError: _refused,
}
