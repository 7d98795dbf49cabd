"""What later stages put on a worker's page of one report or of a case, without changing that page.

A stage registers its sections when its app is ready. A section is a template (drawn inside the opened report,
with `report` and `section` at hand), a script that listens to `#case` for `amanat:opened` and
`amanat:locked`, and a function of report and member for what else the template needs. Decision record 0039.
A section of a case (`register_on_case`) is drawn below what is written there; its script listens to `#file`
for the same two events. Shown right by `tests/server/cases/test_sections.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from amanat.server.accounts.models import Member
from amanat.server.intake.models import Report

__all__ = ["Drawn", "Section", "draw", "on_case", "register", "register_on_case"]


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
_registered_on_case: dict[str, tuple[str, str]] = {}


def register(section: Section) -> None:
    """Add a section below those that are there; the same template again replaces it."""
    _registered[section.template] = section


def register_on_case(template: str, script: str) -> None:
    """Add a section to the page of a case; the same template again replaces it."""
    _registered_on_case[template] = (template, script)


def on_case() -> list[Drawn]:
    """Every section of a case, in the order of the stages."""
    return [Drawn(template, script, {}) for template, script in _registered_on_case.values()]


def draw(report: Report, member: Member) -> list[Drawn]:
    """Every section for this report, in the order of the stages."""
    return [Drawn(part.template, part.script, part.fill(report, member)) for part in _registered.values()]
