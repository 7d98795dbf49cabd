"""The pages of institutions and of the clocks that the law gives them. Everybody on staff may look; a
supervisor enters.

Forms work without JavaScript. Shown right by `tests/server/referrals/test_pages.py`.
"""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanat import clock
from amanat.errors import Conflict, Error, Malformed, NotFound
from amanat.server.accounts.access import reader, supervisor
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_supervise
from amanat.server.referrals.actions import institutions as actions
from amanat.server.referrals.forms.institutions import ClockForm, DirectoryForm, InstitutionForm
from amanat.server.referrals.queries import institutions as queries
from amanat.server.referrals.rules.directory import format_directory
from amanat.server.referrals.rules.directory_reading import parse_directory
from amanat.server.referrals.rules.names import KIND_NAMES, REQUEST_NAMES
from amanat.server.referrals.rules.wording import COUNTING_NAMES, START_NAMES

__all__ = [
    "add",
    "add_clock",
    "directory",
    "edit",
    "end_clock",
    "institution",
    "institutions",
    "take_over",
    "told_by",
]

FORM = ["GET", "HEAD", "POST"]
_NAMES = {"kinds": KIND_NAMES, "requests": REQUEST_NAMES, "countings": COUNTING_NAMES, "starts": START_NAMES}


@reader
@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """Every institution."""
    rows = [(row, KIND_NAMES[row.kind]) for row in queries.institutions()]
    return render(request, "referrals/institutions.html", {"rows": rows, **_may(request)})


@reader
@require_safe
def institution(request: HttpRequest, institution_id: int) -> HttpResponse:
    """One institution with its clocks and what was changed about it."""
    found = queries.institution(institution_id)
    clocks = [
        (row, REQUEST_NAMES[row.request], COUNTING_NAMES[row.counting], START_NAMES[row.starts_on])
        for row in found.current  # type: ignore[attr-defined]
    ]
    context = {
        "institution": found,
        "kind": KIND_NAMES[found.kind],
        "clocks": clocks,
        "edits": found.edits.select_related("author").order_by("-at", "-pk")[:20],
        **_may(request),
    }
    return render(request, "referrals/institution.html", context)


@supervisor
@require_http_methods(FORM)
def add(request: HttpRequest) -> HttpResponse:
    """Enter an institution."""
    form = InstitutionForm(request.POST or None, initial={"is_active": True})
    if form.is_valid():
        try:
            made = actions.add_institution(by=_member(request), now=clock.now(), **form.cleaned_data)
        except (Malformed, Conflict) as error:
            told_by(form, error)
        else:
            return redirect("referrals:institution", made.pk)
    return _form(request, form, _("Enter an institution"))


@supervisor
@require_http_methods(FORM)
def edit(request: HttpRequest, institution_id: int) -> HttpResponse:
    """Change an institution."""
    found = queries.institution(institution_id)
    initial = {name: getattr(found, name) for name in actions.FIELDS}
    form = InstitutionForm(request.POST or None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.edit_institution(by=_member(request), now=clock.now(), institution=found, **given)
        except (Malformed, Conflict) as error:
            told_by(form, error)
        else:
            return redirect("referrals:institution", found.pk)
    return _form(request, form, _("Change an institution"))


@supervisor
@require_http_methods(FORM)
def add_clock(request: HttpRequest, institution_id: int) -> HttpResponse:
    """Enter what the law gives an institution for one kind of request."""
    found = queries.institution(institution_id)
    form = ClockForm(request.POST or None)
    if form.is_valid():
        actions.set_clock(by=_member(request), now=clock.now(), institution=found, entry=form.entry())
        return redirect("referrals:institution", found.pk)
    return _form(request, form, _("What the law gives"))


@supervisor
@require_POST
def end_clock(request: HttpRequest, institution_id: int, clock_id: int) -> HttpResponse:
    """Let a statutory clock hold no longer."""
    found = queries.institution(institution_id)
    row = found.clocks.filter(pk=clock_id).first()
    if row is None:
        raise NotFound("no such clock")
    actions.end_clock(by=_member(request), now=clock.now(), clock=row)
    return redirect("referrals:institution", found.pk)


@reader
@require_safe
def directory(_request: HttpRequest) -> HttpResponse:
    """The directory as a file, to share."""
    text = format_directory(queries.directory())
    answer = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="institutions.yaml"'
    return answer


@supervisor
@require_http_methods(FORM)
def take_over(request: HttpRequest) -> HttpResponse:
    """Take over what another organisation's directory has and is not here."""
    form, done = DirectoryForm(request.POST or None), None
    if form.is_valid():
        try:
            read = parse_directory(form.cleaned_data["text"])
            done = actions.take_over(by=_member(request), now=clock.now(), directory=read)
        except (Malformed, Conflict) as error:
            told_by(form, error)
    status = 400 if form.errors else 200
    return render(request, "referrals/take_over.html", {"form": form, "done": done}, status=status)


def told_by(form: forms.Form, error: Error) -> None:
    """Show an error of the actions at its field, or above the form with its place."""
    field = error.where if error.where in form.fields else None
    where = "" if field or not error.where else f"{error.where}: "
    form.add_error(
        field, " ".join(text for text in (where + _(error.what), error.hint and _(error.hint)) if text)
    )


def _form(request: HttpRequest, form: forms.Form, title: str) -> HttpResponse:
    context = {"form": form, "title": title}
    return render(request, "referrals/form.html", context, status=400 if form.errors else 200)


def _may(request: HttpRequest) -> dict[str, bool]:
    return {"may_enter": may_supervise(_member(request).role)}


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
