"""The confirmed record: timeline, statements by speaker with their right of reply, and the referral chain.

Lists come first, and everything is in them; the drawings beside them say the same to the eye. Shown right by
`tests/server/statements/test_pages.py`.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amanat import clock
from amanat.errors import Malformed
from amanat.server.accounts.access import reader
from amanat.server.statements.actions.questions import note_reply
from amanat.server.statements.forms.records import ReplyForm
from amanat.server.statements.models import Record, Reply
from amanat.server.statements.queries import items as queries
from amanat.server.statements.queries.records import record as record_of
from amanat.server.statements.rules.chain import Step, chain_of
from amanat.server.statements.rules.timeline import in_order, marks
from amanat.server.statements.rules.wording import REPLY_NAMES
from amanat.server.statements.views.drawing import Drawn, drawn
from amanat.server.statements.views.records import FORM, add_form, by
from amanat.server.statements.views.sources import translated

__all__ = ["referrals", "reply", "statements", "timeline"]

WIDTH, ROW = 300, 26


def _whole(record: Record, kind: str) -> list[Drawn]:
    return [drawn(one) for one in queries.whole(record, queries.names(record), kind=kind)]


@reader
@require_safe
def timeline(request: HttpRequest, record_id: int) -> HttpResponse:
    """Events and harm in time."""
    record = record_of(record_id)
    rows = [*_whole(record, "event"), *_whole(record, "harm")]
    order = in_order([row.when for row in rows])
    rows = [rows[number] for number in order]
    drawing = [
        {
            "mark": mark,
            "x": 40 + (mark.left or 0),
            "y": number * ROW + 5,
            "middle": number * ROW + 18,
            "unplaced": not row.said("where"),
            "number": number + 1,
        }
        for number, (row, mark) in enumerate(
            zip(rows, marks([row.when for row in rows], width=WIDTH), strict=True)
        )
    ]
    context = {"record": record, "rows": rows, "drawing": drawing, "height": max(1, len(rows)) * ROW}
    return render(request, "statements/timeline.html", context)


@reader
@require_safe
def statements(request: HttpRequest, record_id: int) -> HttpResponse:
    """Statements by speaker, each with what came of asking for a reply."""
    record = record_of(record_id)
    rows = _whole(record, "statement")
    by_id = {row.row.pk: row for row in rows}
    replies: dict[int, list[tuple[Reply, object, Drawn | None]]] = {}
    for one in Reply.objects.filter(item__record=record).order_by("pk"):
        line = (one, REPLY_NAMES[one.outcome], by_id.get(one.answer_id or 0))
        replies.setdefault(one.item_id, []).append(line)
    speakers: dict[str, list[tuple[Drawn, list[tuple[Reply, object, Drawn | None]]]]] = {}
    for row in rows:
        speaker = row.parties.get("speaker", "")
        speakers.setdefault(speaker, []).append((row, replies.get(row.row.pk, [])))
    groups = sorted(speakers.items(), key=lambda pair: (not pair[0], pair[0].lower()))
    return render(request, "statements/statements.html", {"record": record, "groups": groups})


@reader
@require_http_methods(FORM)
def reply(request: HttpRequest, record_id: int, item_id: int) -> HttpResponse:
    """Note the right of reply to a statement."""
    record = record_of(record_id)
    item = queries.item(record, item_id)
    form = ReplyForm(item, *((request.POST,) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            note_reply(by=by(request), now=clock.now(), item=item, **form.cleaned_data)
        except Malformed as error:
            form.add_error(None, translated(error))
        else:
            return redirect("statements:statements", record.pk)
    return add_form(request, form, _("Right of reply"), record=record)


@reader
@require_safe
def referrals(request: HttpRequest, record_id: int) -> HttpResponse:
    """Who asked whom, how it ended, and where a matter came back."""
    record = record_of(record_id)
    known = queries.names(record)
    shown = queries.whole(record, known, kind="referral")
    steps = [
        Step(
            one.parties.get("asker", ""),
            one.parties.get("asked", ""),
            one.item.labels["outcome"],
            one.item.when.edtf if one.item.when else "",
            one.item.quote.exact,
            one.item.answers.exact if one.item.answers else "",
            one.item.quote.source_sha256,
        )
        for one in shown
    ]
    links = chain_of(steps)
    places = {link.number: place for place, link in enumerate(links)}
    rows = [
        {
            "link": link,
            "one": drawn(shown[link.number]),
            "outcome": steps[link.number].outcome.replace(" ", "-"),
            "name": steps[link.number].asked or steps[link.number].asker,
            "x": 16 + link.depth * 18,
            "text": 32 + link.depth * 18,
            "y": place * 52 + 20,
            "state": place * 52 + 36,
            "from_x": 16 + (link.depth - 1) * 18,
            "from_y": places[link.parent] * 52 + 20 if link.parent is not None else None,
        }
        for place, link in enumerate(links)
    ]
    context = {"record": record, "rows": rows, "height": max(1, len(rows)) * 52}
    return render(request, "statements/referrals.html", context)
