"""The public figures: the page, the files to take away, and the proof that the log states them.

Cookie-less and the same for everybody. It counts nothing by itself: it shows what was released.
Shown right by `tests/server/public/test_figures.py`.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amanat.server.ledger.proofs import proof_of
from amanat.server.public import queries
from amanat.server.public.models import Release
from amanat.server.public.rules import schema as schemas
from amanat.server.public.rules.bars import bars
from amanat.server.public.rules.flow import HEIGHT, WIDTH, flow
from amanat.server.public.rules.lines import REMAINDER
from amanat.server.public.rules.release import Release as File
from amanat.server.public.rules.release import digest_of, parse_release, to_csv
from amanat.server.public.rules.table import Tables, tables
from amanat.server.public.rules.tally import OUTCOMES
from amanat.server.public.views.log import FOREVER, MINUTES, public_file, standing
from amanat.server.referrals.rules.names import KIND_NAMES

__all__ = ["as_csv", "as_json", "as_proof", "context_of", "district_name", "figures", "kind_name", "schema"]

JSON = "application/json"
# Of the columns by kind the first is what was sent.
LAPSED = 1 + OUTCOMES.index("lapsed")


@require_safe
def figures(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """The newest release, or the one asked for, and where the others are."""
    row = queries.newest() if number is None else queries.release(number)
    context: dict[str, object] = {"releases": queries.releases().defer("body"), "row": row}
    if row is not None:
        data = bytes(row.body)
        context |= context_of(parse_release(data)) | {"digest": digest_of(data).hex()}
        context["corrections"] = row.corrections.order_by("number").defer("body")
    return render(request, "public/figures.html", context | standing())


def context_of(release: File) -> dict[str, object]:
    """What the tables and the picture of a release need."""
    language = get_language() or "en"
    found = tables(release, language if language in ("en", "ur") else "en")
    boxes, bands = flow(found.values)
    names = {name: label for name, label, _text, _value in found.reports}
    return {
        "release": release,
        "tables": found,
        "kinds": [(kind_name(kind), numbers) for kind, numbers in found.kinds],
        **_pictures(found),
        "districts": [(district_name(release.districts, name), *both) for name, *both in found.districts],
        "boxes": [(box, names[box.name]) for box in boxes],
        "bands": bands,
        "picture": (WIDTH, HEIGHT),
    }


def _pictures(found: Tables) -> dict[str, object]:
    """What lapsed and how long things took, as bars and as the table of the times."""
    rows = [(_("All together"), found.values["referrals.lapsed"], found.values["referrals.sent"])]
    rows += [(kind_name(kind), numbers[LAPSED], numbers[0]) for kind, numbers in found.kinds]
    lapsed = bars((name, part, whole, f"{part} / {whole}") for name, part, whole in rows if whole)
    times = [(_what(figure, kind), half, most) for figure, kind, half, most in found.times]
    took = bars((name, half, most, f"{half or '–'} · {most or '–'}") for name, half, most in times)
    return {"lapsed": lapsed, "took": took, "times": times}


def _what(figure: str, kind: str) -> str:
    return _("Report acknowledged") if figure == "reports.acknowledge" else kind_name(kind)


@require_safe
def as_json(_request: HttpRequest, number: int) -> HttpResponse:
    """The file whose hash the log states."""
    row = queries.release(number)
    return _take(row, bytes(row.body), JSON, "json")


@require_safe
def as_csv(_request: HttpRequest, number: int) -> HttpResponse:
    """The same lines as a table."""
    row = queries.release(number)
    return _take(row, to_csv(parse_release(bytes(row.body))).encode(), "text/csv; charset=utf-8", "csv")


@require_safe
def as_proof(_request: HttpRequest, number: int) -> HttpResponse:
    """The proof, under the newest checkpoint."""
    row = queries.release(number)
    response = public_file(proof_of(row.entry), "text/plain; charset=utf-8", MINUTES)
    response["Content-Disposition"] = f'attachment; filename="figures-{row.number}.tlog-proof"'
    return response


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """The JSON schema of a release."""
    return public_file(schemas.schema_bytes(), "application/schema+json", MINUTES)


def _take(row: Release, data: bytes, content_type: str, ending: str) -> HttpResponse:
    response = public_file(data, content_type, FOREVER)
    response["Content-Disposition"] = f'attachment; filename="figures-{row.number}.{ending}"'
    return response


def kind_name(name: str) -> str:
    """The name of a kind of institution, in the language of the moment; empty for all of them."""
    return str(_("Other kinds, or too few") if name == REMAINDER else KIND_NAMES.get(name, name))


def district_name(districts: Mapping[str, Mapping[str, str]], name: str) -> str:
    """The name of a district, in the language of the moment; empty for all of them."""
    if name == REMAINDER:
        return _("Elsewhere, not released, or too few")
    return districts.get(name, {}).get(get_language() or "en") or name
