"""The reporter's pages: what happens to a report, the form, and the way back with the twelve words.

They set no cookie and load nothing from elsewhere. With JavaScript the browser seals and speaks to `api.py`;
without it `report` seals in memory and writes no plaintext anywhere (protocol section 3). Shown right by
`tests/server/intake/test_views.py`.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from amanat import clock
from amanat.errors import Conflict, Unavailable
from amanat.receipt.chain import Chain, Fresh
from amanat.sealing.keys import locator_hash
from amanat.server.accounts.queries import intake_recipients
from amanat.server.intake import actions, queries
from amanat.server.intake.forms import MAX_ANSWER, MAX_TEXT, ReportForm, new_report_id
from amanat.server.ledger.queries import published_checkpoint
from amanat.tlog.hashing import EMPTY_ROOT

__all__ = ["audio", "come_back", "home", "report", "safety"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What happens to a report, and whom to call now."""
    return _draw(request, "home", helplines=queries.helplines_by_country())


@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """What to do when somebody checks the phone."""
    lines = queries.helplines_by_country()
    return _draw(request, "safety", helplines=lines, onion=settings.AMANAT_ONION)


@require_safe
def audio(_request: HttpRequest, name: str) -> HttpResponse:
    """A recording of a page, for whoever does not read."""
    data, media_type = queries.audio_file(name)
    return HttpResponse(data, content_type=media_type, headers={"Cache-Control": "no-store"})


@csrf_exempt  # There is no cookie whose authority another site could borrow.
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form; a POST comes only from a browser without JavaScript."""
    if request.method != "POST":
        return _draw_form(request, ReportForm(initial={"report_id": new_report_id()}))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _draw_form(request, form, status=400)
    chain, promise = _receive_plain(form)
    context = {"words": chain.words.split(), "promise": promise.decode()}
    return render(request, "intake/received.html", context, status=201)


@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """The way back: everything happens in the browser."""
    return _draw(request, "return")


def _draw_form(request: HttpRequest, form: ReportForm, *, status: int = 200) -> HttpResponse:
    return _draw(
        request,
        "report",
        status=status,
        form=form,
        helplines=queries.helplines_by_country(),
        open=bool(intake_recipients()),
        max_text=MAX_TEXT,
        max_answer=MAX_ANSWER,
    )


def _draw(request: HttpRequest, page: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A page with its recording, where the organisation has one in the language of the page."""
    recording = queries.audio(page, get_language() or "en")
    address = reverse("intake:audio", args=[recording]) if recording else ""
    return render(request, f"intake/{page}.html", {**context, "audio": address}, status=status)


def _receive_plain(form: ReportForm) -> tuple[Chain, bytes]:
    """Seal here, in memory, and store only the seal; raises `Unavailable`, or `Conflict` when sent twice."""
    recipients = intake_recipients()
    if not recipients:
        raise Unavailable(
            "nobody here can read reports yet", hint="Use one of the numbers on the first page."
        )
    now = clock.now()
    queries.check_plain(now=now)
    chain = Chain(report_id=form.cleaned_data["report_id"])
    published = published_checkpoint()
    fresh = Fresh(published.size, published.root) if published else Fresh(0, EMPTY_ROOT)
    sealed, event = chain.report(form.answers(), recipients, now=now, fresh=fresh)
    try:
        promise = actions.receive_report(
            by=None,
            now=now,
            report_id=chain.report_id,
            locator_hash=locator_hash(chain.keys.locator),
            sealed=sealed,
            leaf=event.leaf,
            record=event.record,
            without_script=True,
        )
    except Conflict as error:
        hint = "The first sending counts. If its words are lost, fill in a new form and say so."
        raise Conflict("this form was received before", hint=hint) from error
    return chain, promise
