"""Bringing a source; a source's text beside what is proposed from it; what a newer version left to decide.

Shown right by `tests/server/statements/test_pages.py`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanat import clock
from amanat.errors import Conflict, Error, Malformed, NotFound, Unavailable
from amanat.server.accounts.access import reader
from amanat.server.statements.actions.carrying import carry_over, let_go
from amanat.server.statements.actions.sources import bring
from amanat.server.statements.forms.records import SourceForm
from amanat.server.statements.queries import items as items_of
from amanat.server.statements.queries.records import record as record_of
from amanat.server.statements.queries.sources import reading_of
from amanat.server.statements.queries.sources import source as source_of
from amanat.server.statements.rules.names import cover, cover_unread
from amanat.server.statements.rules.wording import KIND_NAMES, STATE_NAMES
from amanat.server.statements.views.drawing import drawn
from amanat.server.statements.views.records import FORM, add_form, by

__all__ = ["add", "carry", "carries", "original", "source"]


@reader
@require_http_methods(FORM)
def add(request: HttpRequest, record_id: int) -> HttpResponse:
    """Bring a source."""
    record = record_of(record_id)
    form = SourceForm(record, *((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        given = dict(form.cleaned_data)
        data = given.pop("file").read()
        try:
            made = bring(by=by(request), now=clock.now(), record=record, data=data, **given)
        except (Malformed, Conflict, Unavailable) as error:
            form.add_error("file", f"{_(error.what)}. {_(error.hint) if error.hint else ''}")
        else:
            return redirect("statements:source", record.pk, made.number)
    note = _("Public documents only. Nothing from a sealed report belongs here: this server can read it.")
    return add_form(request, form, _("Bring a source"), note=note, record=record)


@reader
@require_safe
def source(request: HttpRequest, record_id: int, number: int) -> HttpResponse:
    """The text of a source beside what is proposed and confirmed from it."""
    record = record_of(record_id)
    found = source_of(record, number)
    given = {name: request.GET.get(name, "") for name in ("kind", "state")}
    known = items_of.names(record)
    rows = items_of.items(record, source=str(number), **given)
    doc = reading_of(found)
    covered = cover(doc.text, known.covers) if found.proposed else cover_unread(doc.text)
    shows = request.GET.get("names") == "shown"
    context = {
        "record": record,
        "source": found,
        "text": _as_drawn(doc.text if shows else covered),
        "shows": shows,
        "notes": doc.notes,
        "rows": [drawn(row) for row in items_of.shown(rows, known)],
        "kinds": KIND_NAMES,
        "states": STATE_NAMES,
        "given": given,
    }
    return render(request, "statements/source.html", context)


@reader
@require_safe
def original(_request: HttpRequest, record_id: int, number: int) -> HttpResponse:
    """The bytes as they came; to keep, never to be drawn by the browser."""
    found = source_of(record_of(record_id), number)
    answer = HttpResponse(bytes(found.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="source-{found.number}-{found.sha256[:12]}"'
    return answer


@reader
@require_safe
def carries(request: HttpRequest, record_id: int) -> HttpResponse:
    """What newer versions left to decide."""
    record = record_of(record_id)
    known = items_of.names(record)
    waiting = list(items_of.carries(record))
    shown = [drawn(one) for one in items_of.shown((row.item for row in waiting), known)]
    rows = [(row, one, _(row.reason) if row.reason else "") for row, one in zip(waiting, shown, strict=True)]
    return render(request, "statements/carries.html", {"record": record, "rows": rows})


@reader
@require_POST
def carry(request: HttpRequest, record_id: int, carry_id: int) -> HttpResponse:
    """Carry an item over to the newer version, or let it go."""
    record = record_of(record_id)
    found = items_of.carries(record).filter(pk=carry_id).first()
    if found is None:
        raise NotFound("no such item")
    act = carry_over if request.POST.get("what") == "carry" else let_go
    act(by=by(request), now=clock.now(), carry=found)
    return redirect("statements:carries", record.pk)


def _as_drawn(text: str) -> str:
    """The text without what a browser would join or drop: every character keeps its place."""
    return text.replace("\r\n", " \n").replace("\r", "\n")


def translated(error: Error) -> str:
    """What went wrong and what to do, in the language of the moment."""
    return f"{_(error.what)}. {_(error.hint) if error.hint else ''}".strip()
