"""The list of records, one record, and who did what in it.

Forms work without JavaScript. Shown right by `tests/server/statements/test_pages.py`.
"""

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanat import clock
from amanat.server.accounts.access import reader
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.records import begin as begin_record
from amanat.server.statements.forms.records import RecordForm
from amanat.server.statements.queries import records as queries
from amanat.server.statements.queries.items import carries
from amanat.server.statements.queries.sources import sources
from amanat.server.statements.rules.states import MAX_TRIES
from amanat.server.statements.rules.wording import DEED_NAMES, PUBLICATION_NAMES

__all__ = ["FORM", "add_form", "begin", "by", "history", "proof", "record", "records"]

FORM = ["GET", "HEAD", "POST"]


def by(request: HttpRequest) -> Member:
    """Whoever is signed in."""
    return cast(Member, request.user)


def add_form(request: HttpRequest, form: forms.Form, title: str, **more: Any) -> HttpResponse:
    """A page that is one form; 400 with what is wrong at its field."""
    context = {"form": form, "title": title, **more}
    return render(request, "statements/form.html", context, status=400 if form.errors else 200)


@reader
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Every record."""
    return render(request, "statements/records.html", {"rows": queries.records()})


@reader
@require_http_methods(FORM)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a record."""
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = begin_record(by=by(request), now=clock.now(), **form.cleaned_data)
        return redirect("statements:record", made.pk)
    return add_form(request, form, _("Begin a record"))


@reader
@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record: its sources, what waits, and its publication."""
    found = queries.record(record_id)
    context = {
        "record": found,
        "sources": sources(found),
        "tries": MAX_TRIES,
        "carries": len(carries(found)),
        "asked": queries.open_publication(found),
        "published": queries.last_publication(found),
        "last": found.publications.order_by("-pk").first(),
        "publication_names": PUBLICATION_NAMES,
    }
    return render(request, "statements/record.html", context)


@reader
@require_safe
def history(request: HttpRequest, record_id: int) -> HttpResponse:
    """Who did what and when, and whether its leaf is in the log."""
    found = queries.record(record_id)
    rows = [(deed, DEED_NAMES[deed.kind]) for deed in queries.deeds(found)[:500]]
    return render(request, "statements/history.html", {"record": found, "rows": rows})


@reader
@require_safe
def proof(_request: HttpRequest, record_id: int, seq: int) -> HttpResponse:
    """A file that shows without this server that a deed is in the log, for `amanat verify`."""
    found = queries.record(record_id)
    data = queries.proof(found, queries.deed(found, seq))
    response = HttpResponse(data, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="record-{found.pk}-{seq}.tlog-proof"'
    return response
