"""The page that releases figures, for supervisors: first the preview, then the release of just that.

Shown right by `tests/server/public/test_figures.py`.
"""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amanat import clock
from amanat.errors import Conflict, Malformed
from amanat.server.accounts.access import supervisor
from amanat.server.accounts.models import Member
from amanat.server.public import actions, queries
from amanat.server.public.forms import ReleaseForm
from amanat.server.public.rules.definitions import DEFINITIONS
from amanat.server.public.views.figures import district_name, kind_name

__all__ = ["preview"]


@supervisor
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """What would be released now; a POST releases it, if it is still the same."""
    form = ReleaseForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = actions.release(
                by=cast(Member, request.user),
                now=clock.now(),
                digest=given["digest"],
                note=given["note"],
                corrects=given["corrects"] or 0,
            )
        except (Conflict, Malformed) as error:
            form.add_error(None, _(error.what))
        else:
            return redirect("public:release", row.number)
    return _page(request, form)


def _page(request: HttpRequest, form: ReleaseForm) -> HttpResponse:
    context: dict[str, object] = {"form": form, "newest": queries.newest()}
    try:
        lines, digest = queries.preview(now=clock.now())
    except Conflict as error:
        return render(request, "public/preview.html", {**context, "refused": error}, status=409)
    language = get_language() or "en"
    places = queries.districts()
    context["lines"] = [
        (
            DEFINITIONS[line.figure][language]["name"],
            kind_name(line.kind),
            district_name(places, line.district),
            line.value,
        )
        for line in lines
    ]
    # Not what was sent: what is released next is what this page shows.
    context["digest"] = digest
    return render(request, "public/preview.html", context, status=400 if form.errors else 200)
