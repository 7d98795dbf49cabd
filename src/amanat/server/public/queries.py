"""Reads for the public figures: the exact counts, and the releases.

Each count is its own question, so that `tally.check` can find them at odds. Nothing is read that is sealed.
It writes nothing. Shown right by `tests/server/public/test_figures.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from amanat.errors import NotFound
from amanat.server.cases.models import Link
from amanat.server.cases.queries.files import form
from amanat.server.intake.models import Report
from amanat.server.intake.rules import ACKNOWLEDGED, CLOSED, ERASED, RECEIVED
from amanat.server.ledger import queries as ledger
from amanat.server.public.models import Release
from amanat.server.public.rules.lines import Line, to_lines
from amanat.server.public.rules.release import parse_release
from amanat.server.public.rules.tally import OUTCOMES, Tally, check
from amanat.server.referrals.models import Referral
from amanat.server.referrals.rules import clocks, steps
from amanat.strict import canonical_json
from amanat.tlog.fingerprint import fingerprint
from amanat.tlog.window import parse_dated_policy

__all__ = [
    "OUT_OF_SCOPE",
    "districts",
    "newest",
    "policy_fingerprint",
    "preview",
    "release",
    "releases",
    "tally",
]

OUT_OF_SCOPE = "out_of_scope"
DAY_SECONDS = 86_400


def tally(*, now: datetime) -> Tally:
    """The exact counts of everything up to now."""
    merged, outside = _merged(), _outside()
    reports = Report.objects.all()
    parts = {
        "open": reports.filter(~merged, state__in=(RECEIVED, ACKNOWLEDGED)).count(),
        "closed": reports.filter(~merged, ~outside, state__in=(CLOSED, ERASED)).count(),
        "merged": reports.filter(merged).count(),
        "out_of_scope": reports.filter(~merged, outside, state__in=(CLOSED, ERASED)).count(),
    }
    rows = Referral.objects.values_list("institution__kind").order_by()
    return Tally(
        received=reports.count(),
        waiting=reports.filter(state=RECEIVED).count(),
        reports=parts,
        districts=_by_district(Link.objects.filter(active=True)),
        sent=Referral.objects.count(),
        sent_to=dict(rows.annotate(number=Count("pk"))),
        kinds=_kinds(now),
        sent_districts=_by_district(Link.objects.filter(active=True, report__referrals__isnull=False)),
        acknowledge_days=_days(
            Report.objects.filter(acknowledged_epoch__isnull=False), F("acknowledged_epoch") - F("epoch")
        ),
        answer_days=_answer_days(),
    )


def preview(*, now: datetime) -> tuple[list[Line], str]:
    """What a release of now would show, and its digest; raises `Conflict` when the counts do not add up."""
    counts = tally(now=now)
    check(counts)
    last = newest()
    lines = to_lines(counts, parse_release(bytes(last.body)).lines if last else ())
    # With its number, so that whoever presses twice releases once.
    shown = [last.number + 1 if last else 1, *(asdict(line) for line in lines)]
    return lines, sha256(canonical_json(shown)).hexdigest()


def districts() -> dict[str, dict[str, str]]:
    """The names of the districts of the form, in every language."""
    return {name: dict(label) for name, label in form().figures.districts.items()}


def releases() -> QuerySet[Release]:
    """Every release, the newest first."""
    return Release.objects.select_related("corrects", "entry").order_by("-number")


def newest() -> Release | None:
    """The newest release; None before the first."""
    return releases().first()


def release(number: int) -> Release:
    """One release; raises `NotFound`."""
    found = releases().filter(number=number).first()
    if found is None:
        raise NotFound("no such release", where="figures")
    return found


def policy_fingerprint() -> str:
    """The fingerprint of the published policy, in hex, as `amanat policy fingerprint` shows it."""
    return fingerprint(parse_dated_policy(ledger.policy_text())).hex()


def _links() -> QuerySet[Link]:
    return Link.objects.filter(report=OuterRef("pk"))


def _merged() -> Exists:
    """Reports whose case was merged into the case they are in now."""
    now_in = Link.objects.filter(report=OuterRef("report"), active=True, case=OuterRef("case__into"))
    return Exists(_links().filter(Exists(now_in), active=False))


def _outside() -> Exists:
    return Exists(_links().filter(active=True, case__category=OUT_OF_SCOPE))


def _by_district(links: QuerySet[Link]) -> dict[str, int]:
    found = links.exclude(case__district="").values_list("case__district").annotate(number=Count("pk"))
    return dict(found.order_by())


def _kinds(now: datetime) -> Mapping[str, Mapping[str, int]]:
    lapsed = Q(clock__state=clocks.LAPSED) | Q(clock__state=clocks.RUNNING, clock__due__lte=now)
    still = Q(state__in=steps.OPEN)
    counted: Any = Referral.objects.values("institution__kind").annotate(
        answered=Count("pk", filter=Q(state=steps.ANSWERED)),
        refused=Count("pk", filter=Q(state=steps.REFUSED)),
        passed_on=Count("pk", filter=Q(state=steps.TRANSFERRED)),
        returned=Count("pk", filter=Q(state=steps.RETURNED)),
        lapsed=Count("pk", filter=still & lapsed),
        still=Count("pk", filter=still),
    )
    found: dict[str, Mapping[str, int]] = {}
    for row in counted.order_by():
        waiting = row["still"] - row["lapsed"]
        found[row["institution__kind"]] = {name: {**row, "waiting": waiting}[name] for name in OUTCOMES}
    return found


def _days(rows: QuerySet[Any], epochs: Any) -> list[int]:
    return [_in_days(number) for number in rows.values_list(epochs, flat=True)]


def _answer_days() -> dict[str, list[int]]:
    ended = Referral.objects.filter(state__in=(steps.ANSWERED, steps.REFUSED))
    found: dict[str, list[int]] = defaultdict(list)
    took = F("closed_epoch") - F("entry__epoch")
    rows: Iterable[tuple[str, int]] = ended.values_list("institution__kind", took)
    for kind, epochs in rows:
        found[kind].append(_in_days(epochs))
    return dict(found)


def _in_days(epochs: int) -> int:
    """Whole days, a begun one counts."""
    return -(-epochs * settings.AMANAT_EPOCH_SECONDS // DAY_SECONDS)
