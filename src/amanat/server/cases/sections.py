"""What later stages put on a worker's page of one report, below the thread and without changing that page.

A stage registers its sections when its app is ready. A section is a template (drawn inside the opened report,
with `report` and `section` at hand), a script that listens to `#case` for `amanat:opened` and
`amanat:locked`, and a function of report and member for what else the template needs. Decision record 0039.
Shown right by `tests/server/cases/test_sections.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from amanat.server.accounts.models import Member
from amanat.server.intake.models import Report

__all__ = ["Drawn", "Section", "draw", "register"]


def _nothing(_report: Report, _member: Member) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Section:
    """One section: the path of its template, of its static script, and what fills it."""

    template: str
    script: str
    fill: Callable[[Report, Member], Mapping[str, Any]] = _nothing


@dataclass(frozen=True, slots=True)
class Drawn:
    """A section with what fills it for one report."""

    template: str
    script: str
    values: Mapping[str, Any]


_registered: dict[str, Section] = {}


def register(section: Section) -> None:
    """Add a section below those that are there; the same template again replaces it."""
    _registered[section.template] = section


def draw(report: Report, member: Member) -> list[Drawn]:
    """Every section for this report, in the order of the stages."""
    return [Drawn(part.template, part.script, part.fill(report, member)) for part in _registered.values()]
