"""A release as the page shows it: tables of its lines, with words of one language. Pure.

Shown right by `tests/server/public/test_figures.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from amanat.server.public.rules.lines import REMAINDER
from amanat.server.public.rules.release import Release
from amanat.server.public.rules.tally import OUTCOMES

__all__ = ["Tables", "tables"]

REPORTS = ("received", "acknowledged", "waiting", "closed", "merged", "out_of_scope", "open")


@dataclass(frozen=True, slots=True)
class Tables:
    """What stands on the page; names of kinds and districts are as in the file."""

    reports: list[tuple[str, str, str, int]]
    kinds: list[tuple[str, list[int]]]
    heads: list[tuple[str, str]]
    outcomes: list[tuple[str, str, int]]
    districts: list[tuple[str, int | None, int | None]]
    times: list[tuple[str, str, int | None, int | None]]
    values: Mapping[str, int]


def tables(release: Release, language: str) -> Tables:
    """The tables of a release."""
    words = {name: both[language] for name, both in release.definitions.items()}
    found = {(line.figure, line.kind, line.district): line.value for line in release.lines}
    heads = [f"referrals.{name}" for name in ("sent", *OUTCOMES)]
    kinds = _last({line.kind for line in release.lines if line.figure == "referrals.sent" and line.kind})
    reports = [f"reports.{name}" for name in REPORTS]
    return Tables(
        reports=[(name, words[name]["name"], words[name]["text"], found[name, "", ""]) for name in reports],
        kinds=[(kind, [found[head, kind, ""] for head in heads]) for kind in kinds],
        heads=[(words[head]["name"], words[head]["text"]) for head in heads],
        outcomes=[(words[head]["name"], words[head]["text"], found[head, "", ""]) for head in heads],
        districts=_districts(release, found),
        times=_times(found),
        values={name: value for (name, kind, district), value in found.items() if not kind and not district},
    )


def _districts(
    release: Release, found: Mapping[tuple[str, str, str], int]
) -> list[tuple[str, int | None, int | None]]:
    names = _last({line.district for line in release.lines if line.district})
    both = ("reports.received", "referrals.sent")
    return [(name, found.get((both[0], "", name)), found.get((both[1], "", name))) for name in names]


def _times(
    found: Mapping[tuple[str, str, str], int],
) -> list[tuple[str, str, int | None, int | None]]:
    """What took how long: the figure, the kind, the median and the ninth tenth."""
    rows = []
    for figure in ("reports.acknowledge", "referrals.answer"):
        half, most = (f"{figure}_{name}_days" for name in ("median", "ninth"))
        for kind in _last({kind for name, kind, _ in found if name in (half, most)}):
            rows.append((figure, kind, found.get((half, kind, "")), found.get((most, kind, ""))))
    return rows


def _last(names: set[str]) -> list[str]:
    return sorted(names, key=lambda name: (name == REMAINDER, name))
