"""Fingerprints on the holder's own device: the page, its worker, and both as one file to take away.

The server gives scripts and learns nothing: the page may not connect anywhere once it is loaded, and the
worker that reads the files may run its own WebAssembly and nothing else. Shown right by
`tests/server/public/test_device.py` and `tests/browser/test_fingerprint.py`.
"""

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from amanat.errors import NotFound

__all__ = ["fingerprint", "fingerprint_file", "fingerprint_worker"]

WORKER = "vendor/fingerprint-worker.js"
FILE = "fingerprint.html"


@require_safe
@csp_replace({"connect-src": [NONE], "worker-src": [SELF]})
def fingerprint(request: HttpRequest) -> HttpResponse:
    """The page: files are chosen, prints come out, nothing leaves."""
    return render(request, "public/fingerprint.html")


@require_safe
@csp({"default-src": [NONE], "script-src": ["'wasm-unsafe-eval'"]})
@gzip_page
def fingerprint_worker(_request: HttpRequest) -> HttpResponse:
    """The worker with its decoders inside, under its own policy: it runs WebAssembly and cannot connect."""
    return HttpResponse(_static(WORKER), content_type="text/javascript; charset=utf-8")


@require_safe
@gzip_page
def fingerprint_file(_request: HttpRequest) -> HttpResponse:
    """The self-contained page, as a download: it is meant to be kept and opened without this server."""
    headers = {"Content-Disposition": f'attachment; filename="{FILE}"'}
    return HttpResponse(_static(FILE), content_type="text/html; charset=utf-8", headers=headers)


def _static(name: str) -> bytes:
    file = settings.SERVER_FOLDER / "static" / name
    if not file.is_file():
        raise NotFound("the page is not installed", where=FILE, hint="Use `amanat hash` instead.")
    return file.read_bytes()
