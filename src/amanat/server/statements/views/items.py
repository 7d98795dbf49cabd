"""Reviewing items one at a time or by filter, correcting them, and making them by hand.

Shown right by `tests/server/statements/test_pages.py` and `tests/stories/test_record.py`.
"""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanat import clock
from amanat.errors import Conflict, Malformed, NotFound
from amanat.record.proposal import KINDS
from amanat.record.sentences import sentence_at, sentences_of
from amanat.server.accounts.access import reader
from amanat.server.statements.actions import items as actions
from amanat.server.statements.forms.records import ItemForm
from amanat.server.statements.models import Item, Record
from amanat.server.statements.queries import items as queries
from amanat.server.statements.queries.records import record as record_of
from amanat.server.statements.queries.sources import reading_of
from amanat.server.statements.queries.sources import source as source_of
from amanat.server.statements.rules.guess import guess
from amanat.server.statements.rules.packing import unpack_item
from amanat.server.statements.rules.states import MAX_AT_ONCE, PENDING, SHOWN
from amanat.server.statements.rules.wording import KIND_NAMES
from amanat.server.statements.views.drawing import drawn
from amanat.server.statements.views.records import FORM, add_form, by
from amanat.server.statements.views.sources import translated

__all__ = ["confirm_page", "correct", "decide", "new", "review"]


def _given(request: HttpRequest) -> dict[str, str]:
    values = request.POST if request.method == "POST" else request.GET
    return {name: values.get(name, "") for name in ("kind", "rule", "source")}


@reader
@require_safe
def review(request: HttpRequest, record_id: int) -> HttpResponse:
    """One item that waits, in its sentence; or, with kind and rule, a page of them."""
    record = record_of(record_id)
    given = _given(request)
    known = queries.names(record)
    after = request.GET.get("after", "")
    last = queries.items(record).filter(pk=after).first() if after.isdigit() else None
    row = queries.next_waiting(record, last, **given)
    waiting = queries.items(record, **given, state=PENDING)
    many = (
        [drawn(one) for one in queries.shown(waiting[:MAX_AT_ONCE], known)]
        if given["kind"] and given["rule"]
        else []
    )
    context = {
        "record": record,
        "given": given,
        "one": next((drawn(one) for one in queries.shown([row] if row else [], known)), None),
        "left": waiting.count(),
        "many": many,
        "kinds": KIND_NAMES,
        "rules": record.items.filter(state=PENDING)
        .order_by("rule")
        .values_list("rule", flat=True)
        .distinct(),
    }
    return render(request, "statements/review.html", context)


@reader
@require_POST
def decide(request: HttpRequest, record_id: int, item_id: int) -> HttpResponse:
    """Confirm or reject one item that was shown as it is."""
    record = record_of(record_id)
    item = queries.item(record, item_id)
    if (request.POST.get("key"), request.POST.get("was")) != (item.key, item.state):
        hint = _("Open the page again: somebody decided meanwhile.")
        raise Conflict(_("the item has changed since the page was opened"), where="item", hint=hint)
    act = actions.confirm if request.POST.get("what") == "confirm" else actions.reject
    act(by=by(request), now=clock.now(), item=item)
    if request.POST.get("back") == "source":
        return redirect("statements:source", record.pk, item.source.number)
    query = urlencode({"after": item.pk, **_given(request)})
    return redirect(f"{reverse('statements:review', args=[record.pk])}?{query}")


@reader
@require_POST
def confirm_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """Confirm the items of one kind and rule that a page showed."""
    record = record_of(record_id)
    ids = [int(pk) for pk in request.POST.getlist("item") if pk.isdigit()]
    given = _given(request)
    actions.confirm_filtered(
        by=by(request), now=clock.now(), record=record, kind=given["kind"], rule=given["rule"], ids=ids
    )
    return redirect("statements:review", record.pk)


@reader
@require_http_methods(FORM)
def new(request: HttpRequest, record_id: int, number: int) -> HttpResponse:
    """Make an item by hand: the form begins with what was selected in the text."""
    record = record_of(record_id)
    source = source_of(record, number)
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise NotFound("no such kind of item")
    if request.method == "POST":
        form = ItemForm(kind, _requests(record, number), request.POST)
    else:
        form = ItemForm(kind, _requests(record, number), initial=_start(request, source, kind))
    if form.is_valid():
        try:
            actions.add(by=by(request), now=clock.now(), source=source, made=form.made())
        except (Malformed, NotFound, Conflict) as error:
            form.add_error(None, translated(error))
        else:
            return redirect("statements:source", record.pk, number)
    title = _("By hand") + f": {KIND_NAMES[kind]}"
    return add_form(request, form, title, record=record, source=source)


@reader
@require_http_methods(FORM)
def correct(request: HttpRequest, record_id: int, item_id: int) -> HttpResponse:
    """Correct an item; what was proposed is kept."""
    record = record_of(record_id)
    row = queries.item(record, item_id)
    requests = _requests(record, row.source.number).exclude(pk=row.pk)
    if request.method == "POST":
        form = ItemForm(row.kind, requests, request.POST)
    else:
        form = ItemForm(row.kind, requests, initial=_as_it_is(row, requests))
    if form.is_valid():
        try:
            actions.correct(by=by(request), now=clock.now(), item=row, made=form.made())
        except (Malformed, NotFound, Conflict) as error:
            form.add_error(None, translated(error))
        else:
            return redirect("statements:source", record.pk, row.source.number)
    title = f"{_('Correct')}: {KIND_NAMES[row.kind]}"
    return add_form(request, form, title, record=record, source=row.source)


def _requests(record: Record, number: int) -> Any:
    rows = queries.items(record, kind="referral", source=str(number)).filter(state__in=SHOWN)
    return rows.filter(body__labels__outcome="asked")


def _start(request: HttpRequest, source: Any, kind: str) -> dict[str, Any]:
    """What the form begins with: the sentence of the selection, and a guess at the roles."""
    doc = reading_of(source)
    ends = [request.GET.get(name, "") for name in ("start", "end")]
    if not all(end.isdigit() for end in ends):
        return {}
    picked = int(ends[0]), min(int(ends[1]), len(doc.text))
    sentences = sentences_of(doc)
    whole = sentence_at(sentences, picked)
    if whole is None or picked[0] >= picked[1]:
        return {"quote": doc.text[picked[0] : picked[1]].strip()}
    roles, labels = guess(doc, kind, whole, picked)
    return {
        "quote": doc.text[whole[0] : whole[1]],
        "near": whole[0],
        **{f"role-{role}": words for role, words in roles.items()},
        **{f"label-{name}": value for name, value in labels.items()},
    }


def _as_it_is(row: Item, requests: Any) -> dict[str, Any]:
    item = unpack_item(row.body)
    answers = item.answers and next((one for one in requests if one.start == item.answers.start), None)
    return {
        "quote": item.quote.exact,
        "near": item.quote.start,
        "answers": answers,
        **{f"role-{role}": anchor.exact for role, anchor in item.words.items()},
        **{f"label-{name}": value for name, value in item.labels.items()},
    }
