"""The staff page about lists (counts, versions, imports, withdrawals; never a print), and two lights for
whoever watches the service.

Shown right by `tests/server/hashbank/test_views.py`.
"""

from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.errors import Error, NotAllowed
from amanat.exchange.formats import format_named
from amanat.server.accounts.access import View, signed_in
from amanat.server.accounts.models import Member
from amanat.server.hashbank import actions, index, queries
from amanat.server.hashbank.forms import TakeForm
from amanat.server.hashbank.models import Bank
from amanat.server.hashbank.rules import may_import
from amanat.server.hashbank.taking import take

__all__ = ["lists", "live", "status", "take_in"]

ALIVE = "I-AM-ALIVE"


def manager(view: View) -> View:
    """Lets in supervisors and administrators."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_import(cast(Member, request.user).role):
            raise NotAllowed(_("This page is not for you."))
        return view(request, *args, **kwargs)

    return guarded


@manager
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The lists that are held here, in numbers."""
    return _page(request, TakeForm())


@manager
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take a partner's file into a list."""
    form = TakeForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _take(cast(Member, request.user), form.cleaned_data)
        except Error as error:
            form.add_error("file", _(error.what))
        else:
            return redirect("hashbank:lists")
    return _page(request, form)


@require_safe
def status(_request: HttpRequest) -> HttpResponse:
    """Whether the lists can be searched; raises `Misconfigured` when their key is gone."""
    index.size()
    return HttpResponse(ALIVE, content_type="text/plain")


@require_safe
def live(_request: HttpRequest) -> HttpResponse:
    """Whether the service answers at all."""
    return HttpResponse(ALIVE, content_type="text/plain")


def _page(request: HttpRequest, form: TakeForm) -> HttpResponse:
    context = {"lists": queries.overview(), "form": form}
    return render(request, "hashbank/lists.html", context, status=400 if form.errors else 200)


def _take(by: Member, given: dict[str, Any]) -> None:
    now = clock.now()
    found = Bank.objects.filter(name=given["bank"]).first()
    bank = found or actions.create_bank(by=None, now=now, name=given["bank"])
    form = format_named(given["format"])
    lines = form.lines(given["file"], now=now, source=given["source"])
    take(by=by, now=now, bank=bank, lines=lines, form=form.name, complete=given["complete"])
