"""One case file over JSON: opened, read, written in, its state, its figures.

Shown right by `tests/server/cases/test_file_api.py`.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from amanat import clock
from amanat.server.accounts.access import reader
from amanat.server.api import body
from amanat.server.cases.actions import opening, writing
from amanat.server.cases.api import asking
from amanat.server.cases.api.asking import member, promised
from amanat.server.cases.queries import files
from amanat.strict import decode_base64

__all__ = [
    "file",
    "held",
    "link",
    "merge",
    "open_case",
    "part",
    "parts",
    "release",
    "rows",
    "state",
    "viewing",
]


@reader
@require_POST
def open_case(request: HttpRequest) -> HttpResponse:
    """Open a case, or split one off; answers with the promises."""
    value = body(request, case=str, grants=list, links=list, row=str, sealed=str, events=list, split_from=str)
    promises = opening.open_case(
        by=member(request),
        now=clock.now(),
        case_id=value["case"],
        grants=asking.grants(value["grants"]),
        links=asking.links(value["links"]),
        first=(value["row"], decode_base64(value["sealed"], where="sealed")),
        events=asking.events(value["events"]),
        split_from=value["split_from"] or None,
    )
    return promised(promises)


@reader
@require_safe
def file(request: HttpRequest, case_id: str) -> HttpResponse:
    """Everything of a case, sealed."""
    return JsonResponse(files.file(files.case(case_id), member=member(request)))


@reader
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """The cases that this member may read: what the search in their browser goes through."""
    return JsonResponse({"cases": files.held_by(member(request))})


@reader
@require_POST
def rows(request: HttpRequest, case_id: str) -> HttpResponse:
    """Add revisions of rows."""
    value = body(request, generation=int, rows=list)
    writing.add_rows(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        rows=asking.rows(value["rows"]),
    )
    return HttpResponse(status=201)


@reader
@require_POST
def parts(request: HttpRequest, case_id: str) -> HttpResponse:
    """Keep one part of a document."""
    value = body(request, generation=int, document=str, number=int, sealed=str)
    writing.add_part(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        document_id=value["document"],
        number=value["number"],
        sealed=decode_base64(value["sealed"], where="sealed"),
    )
    return HttpResponse(status=201)


@reader
@require_safe
def part(request: HttpRequest, case_id: str, document_id: str, number: int) -> HttpResponse:
    """The sealed bytes of one part."""
    found = files.part(files.case(case_id), member=member(request), document_id=document_id, number=number)
    answer = HttpResponse(bytes(found.sealed), content_type="application/octet-stream")
    answer["Amanat-Generation"] = str(found.generation)
    return answer


@reader
@require_POST
def state(request: HttpRequest, case_id: str) -> HttpResponse:
    """Hold, resume, close or reopen a case."""
    value = body(request, generation=int, step=str, seq=int, reason=str, events=list)
    promises = writing.change_state(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        step=value["step"],
        seq=value["seq"],
        reason=decode_base64(value["reason"], where="reason"),
        events=asking.events(value["events"]),
    )
    return promised(promises)


@reader
@require_POST
def viewing(request: HttpRequest, case_id: str) -> HttpResponse:
    """Note that names are looked at, before they are shown."""
    value = body(request, events=list)
    events = asking.events(value["events"])
    return promised(writing.note_viewing(by=member(request), now=clock.now(), case_id=case_id, events=events))


@reader
@require_POST
def release(request: HttpRequest, case_id: str) -> HttpResponse:
    """Release category and district for figures, or take them back."""
    value = body(request, category=str, district=str)
    figures = files.form().figures
    writing.release(by=member(request), now=clock.now(), case_id=case_id, figures=figures, **value)
    return HttpResponse(status=201)


@reader
@require_POST
def link(request: HttpRequest, case_id: str) -> HttpResponse:
    """Put further reports into a case."""
    value = body(request, generation=int, links=list, events=list)
    promises = opening.link_reports(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        generation=value["generation"],
        links=asking.links(value["links"]),
        events=asking.events(value["events"]),
    )
    return promised(promises)


@reader
@require_POST
def merge(request: HttpRequest, case_id: str) -> HttpResponse:
    """Close a case as merged into another."""
    value = body(request, into=str, generation=int, seq=int, reason=str, links=list, events=list)
    promises = opening.merge(
        by=member(request),
        now=clock.now(),
        case_id=case_id,
        into=value["into"],
        generation=value["generation"],
        reason=(value["seq"], decode_base64(value["reason"], where="reason")),
        links=asking.links(value["links"]),
        events=asking.events(value["events"]),
    )
    return promised(promises)
