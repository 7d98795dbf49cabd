"""Questions with their tables, names, and publication: what only people decide.

Shown right by `tests/server/statements/test_pages.py` and `tests/stories/test_record.py`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amanat import clock
from amanat.errors import Conflict, Malformed, NotFound
from amanat.record import figures
from amanat.record.export import FORMATS
from amanat.server.accounts.access import reader
from amanat.server.statements.actions import names as naming
from amanat.server.statements.actions import publishing
from amanat.server.statements.actions import questions as actions
from amanat.server.statements.forms.records import NameForm, QuestionForm
from amanat.server.statements.models import PublishedFile, Question, Record
from amanat.server.statements.queries import items as items_of
from amanat.server.statements.queries import records as queries
from amanat.server.statements.queries.library import library_question
from amanat.server.statements.queries.sources import origins
from amanat.server.statements.rules.names import is_hidden
from amanat.server.statements.rules.states import SHOWN
from amanat.server.statements.rules.wording import (
    FORM_NAMES,
    NAME_KIND_NAMES,
    RELATION_NAMES,
    interval_words,
    reason_words,
)
from amanat.server.statements.views.drawing import drawn
from amanat.server.statements.views.records import FORM, add_form, by

__all__ = [
    "ask",
    "ask_publication",
    "counted",
    "decide_publication",
    "file",
    "look",
    "name",
    "names",
    "question",
]

_SAID = {"yes": True, "no": False, "": None}


def _question(record: Record, question_id: int) -> Question:
    found = record.questions.filter(pk=question_id).first()
    if found is None:
        raise NotFound("no such question")
    return found


@reader
@require_http_methods(FORM)
def ask(request: HttpRequest, record_id: int) -> HttpResponse:
    """The questions of a record, and a new one."""
    record = queries.record(record_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(by=by(request), now=clock.now(), record=record, **form.cleaned_data)
        except Conflict as error:
            form.add_error("name", _(error.what))
        else:
            return redirect("statements:question", record.pk, made.pk)
    context = {"record": record, "rows": record.questions.order_by("pk"), "form": form}
    return render(request, "statements/questions.html", context, status=400 if form.errors else 200)


@reader
@require_safe
def question(request: HttpRequest, record_id: int, question_id: int) -> HttpResponse:
    """The table of a question: every figure, and how every two of them stand to each other, with why."""
    record = queries.record(record_id)
    found = _question(record, question_id)
    asked, rows = library_question(found)
    known = items_of.names(record)
    shown = {one.row.pk: drawn(one) for one in items_of.shown((row.item for row in rows), known)}
    numbers = {figure.item.id: number for number, figure in enumerate(asked.figures, 1)}
    whose = origins(record)
    table = [
        (number, row, shown[row.item_id], line, interval_words(line.figure.interval))
        for number, (row, line) in enumerate(zip(rows, figures.rows(asked, origins=whose), strict=True), 1)
    ]
    compared = [
        {
            "first": numbers[pair.first.item.id],
            "second": numbers[pair.second.item.id],
            "relation": pair.relation.replace(" ", "-"),
            "words": RELATION_NAMES[pair.relation],
            "reasons": [reason_words(reason) for reason in pair.reasons],
            "one_origin": pair.one_origin,
        }
        for pair in figures.pairs(asked, origins=whose)
    ]
    under = {row.item_id for row in rows}
    others = items_of.items(record).filter(state__in=SHOWN, kind__in=actions.COUNTABLE).exclude(pk__in=under)
    context = {
        "record": record,
        "question": found,
        "table": table,
        "compared": compared,
        "others": [drawn(one) for one in items_of.shown(others, known)],
    }
    return render(request, "statements/question.html", context)


@reader
@require_POST
def counted(request: HttpRequest, record_id: int, question_id: int) -> HttpResponse:
    """Put a figure under a question, or say what it counts."""
    record = queries.record(record_id)
    found = _question(record, question_id)
    pk = request.POST.get("item", "")
    item = items_of.item(record, int(pk) if pk.isdigit() and len(pk) < 18 else 0)
    actions.say_counted(
        by=by(request),
        now=clock.now(),
        question=found,
        item=item,
        counts=_SAID.get(request.POST.get("counts", "")),
        covers=_SAID.get(request.POST.get("covers", "")),
    )
    return redirect("statements:question", record.pk, found.pk)


@reader
@require_safe
def names(request: HttpRequest, record_id: int) -> HttpResponse:
    """The names of a record, those nobody has said anything of first."""
    record = queries.record(record_id)
    rows = [
        (row, NAME_KIND_NAMES[(row.same_as or row).kind], is_hidden(row.written, (row.same_as or row).kind))
        for row in record.names.select_related("same_as").order_by("deed_id", "written")
    ]
    rows.sort(key=lambda row: row[0].deed_id is not None)
    return render(request, "statements/names.html", {"record": record, "rows": rows})


@reader
@require_http_methods(FORM)
def name(request: HttpRequest, record_id: int, name_id: int) -> HttpResponse:
    """Say what a name is."""
    record = queries.record(record_id)
    row = items_of.name(record, name_id)
    initial = {"kind": row.kind, "role": row.role, "same_as": row.same_as}
    form = NameForm(row, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        naming.say(by=by(request), now=clock.now(), name=row, **form.cleaned_data)
        return redirect("statements:names", record.pk)
    return add_form(request, form, _("What a name is"), written=row.written, record=record)


@reader
@require_POST
def ask_publication(request: HttpRequest, record_id: int) -> HttpResponse:
    """Ask a second person to look."""
    record = queries.record(record_id)
    publishing.ask_publication(by=by(request), now=clock.now(), record=record)
    return redirect("statements:look", record.pk)


@reader
@require_safe
def look(request: HttpRequest, record_id: int) -> HttpResponse:
    """What would leave, and what left."""
    record = queries.record(record_id)
    known = items_of.names(record)
    published = queries.last_publication(record)
    context = {
        "record": record,
        "asked": queries.open_publication(record),
        "published": published,
        "files": [
            (one, FORM_NAMES[one]) for one in FORMATS if published and published.files.filter(form=one)
        ],
        "rows": [drawn(one) for one in items_of.whole(record, known)],
        "mine": by(request).pk,
    }
    return render(request, "statements/look.html", context)


@reader
@require_POST
def decide_publication(request: HttpRequest, record_id: int) -> HttpResponse:
    """Publish, do not publish, or take the asking back."""
    record = queries.record(record_id)
    asked = queries.open_publication(record)
    if asked is None:
        raise Conflict(_("this was decided before"), where="publication")
    who, now = by(request), clock.now()
    what = request.POST.get("what")
    if what == "publish":
        publishing.publish(by=who, now=now, publication=asked, looked_at=request.POST.get("looked_at", ""))
    elif what == "refuse":
        publishing.refuse(by=who, now=now, publication=asked, reason=request.POST.get("reason", "")[:400])
    elif what == "withdraw":
        publishing.withdraw(by=who, now=now, publication=asked)
    else:
        raise Malformed(_("The request was not understood."))
    return redirect("statements:look", record.pk)


@reader
@require_safe
def file(_request: HttpRequest, record_id: int, form: str) -> HttpResponse:
    """One export, as it was published."""
    published = queries.last_publication(queries.record(record_id))
    found = PublishedFile.objects.filter(publication=published, form=form).first() if published else None
    if found is None:
        raise NotFound("no such file")
    answer = HttpResponse(bytes(found.data), content_type=FORMATS[form][1])
    ending = {
        "jsonld": "jsonld.json",
        "ftm": "ftm.json",
        "claimreview": "claims.json",
        "timelinejs": "timeline.json",
    }
    answer["Content-Disposition"] = f'attachment; filename="record-{record_id}.{ending.get(form, form)}"'
    return answer
