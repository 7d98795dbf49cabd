"""The language of an answer: `/en/…` and `/ur/…` choose it by the address alone, without cookie or script;
any other address follows the browser.

Pages below /staff/ always follow the browser: their cookies have that path. Shown right by
`tests/server/test_language.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.cache import patch_vary_headers

__all__ = ["Language", "languages", "split_language"]

Answer = Callable[[HttpRequest], HttpResponse]
UNCHOSEN = ("/staff/", "/static/")


def split_language(path: str) -> tuple[str, str]:
    """The language that an address chooses, empty for none, and the address without it."""
    for code, _name in settings.LANGUAGES:
        rest = path.removeprefix(f"/{code}")
        if rest != path and rest.startswith("/") and not rest.startswith(UNCHOSEN):
            return code, rest
    return "", path


class Language:
    """Activates the language of each request for that request only."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen, request.path_info = split_language(request.path_info)
        code = chosen or translation.get_language_from_request(request)
        with translation.override(code), _addresses_below(f"/{chosen}/" if chosen else get_script_prefix()):
            response = self.answer(request)
        response.headers.setdefault("Content-Language", code)
        if not chosen:
            patch_vary_headers(response, ("Accept-Language",))
        return response


@contextmanager
def _addresses_below(prefix: str) -> Iterator[None]:
    """Every address that a template makes keeps the choice, for this request only."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)


def languages(request: HttpRequest) -> dict[str, Any]:
    """For templates: where the page is in each language, but none for staff pages."""
    if request.path_info.startswith(UNCHOSEN):
        return {"languages": []}
    return {"languages": [(code, name, f"/{code}{request.path_info}") for code, name in settings.LANGUAGES]}
