"""Institutions: their kinds, what can be asked of them, and who oversees whom. Pure functions.

Shown right by `tests/server/referrals/rules/test_institutions.py`.
"""

from collections.abc import Mapping

__all__ = ["KINDS", "REQUESTS", "closes_a_circle", "oversight"]

KINDS = (
    "police",
    "prosecutor",
    "court",
    "ministry",
    "social_services",
    "health",
    "school",
    "commission",
    "ombudsperson",
    "organisation",
    "platform",
    "other",
)
REQUESTS = (
    "protection",
    "investigation",
    "inquiry",
    "medical",
    "legal_aid",
    "psychosocial",
    "information",
    "take_down",
    "complaint",
    "demand",
    "recommendation",
    "other",
)


def oversight(institution: int, overseers: Mapping[int, int | None]) -> tuple[int, ...]:
    """Who oversees an institution, nearest first, itself left out; a circle ends where it would begin."""
    found: list[int] = []
    above = overseers.get(institution)
    while above is not None and above != institution and above not in found:
        found.append(above)
        above = overseers.get(above)
    return tuple(found)


def closes_a_circle(institution: int, overseer: int | None, overseers: Mapping[int, int | None]) -> bool:
    """Whether `overseer` over `institution` would make somebody oversee themselves."""
    return overseer is not None and institution in {overseer, *oversight(overseer, overseers)}
