"""The page of an institution's tokens: a supervisor makes one, sees when it was used, ends it.

Shown right by `tests/server/referrals/test_tokens.py`.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from amanat import clock
from amanat.errors import Conflict
from amanat.server.accounts.access import supervisor
from amanat.server.accounts.models import Member
from amanat.server.referrals.actions import tokens as actions
from amanat.server.referrals.forms.institutions import TokenForm
from amanat.server.referrals.queries import institutions as queries
from amanat.server.referrals.views.institutions import FORM, told_by

__all__ = ["end", "tokens"]


@supervisor
@require_http_methods(FORM)
def tokens(request: HttpRequest, institution_id: int) -> HttpResponse:
    """The tokens of one institution; a POST makes one more and shows it this once."""
    found, now = queries.institution(institution_id), clock.now()
    form, made = TokenForm(request.POST or None), ""
    if form.is_valid():
        try:
            made = actions.make_token(
                by=_member(request), now=now, institution=found, label=form.cleaned_data["label"]
            )
        except Conflict as error:
            told_by(form, error)
    rows = found.tokens.select_related("author").order_by("-made")
    context = {
        "institution": found,
        "form": form,
        "made": made,
        "rows": [(row, row.ended is None and row.expires > now) for row in rows],
    }
    return render(request, "referrals/tokens.html", context, status=400 if form.errors else 200)


@supervisor
@require_POST
def end(request: HttpRequest, institution_id: int, token_id: int) -> HttpResponse:
    """End a token at once."""
    found = queries.institution(institution_id)
    token = get_object_or_404(found.tokens, pk=token_id)
    actions.end_token(by=_member(request), now=clock.now(), token=token)
    return redirect("referrals:tokens", found.pk)


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)
