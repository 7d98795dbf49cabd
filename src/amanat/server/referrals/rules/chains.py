"""The chain of a request: who holds it now, and what went wrong on its way.

    lapse      a due date passed without an answer
    return     a bounce: it came back to an institution that already had it
    hollow     a bounce: refused because of what another body does, and that body has no open action, at the
               time of the refusal or once its own ended
    conflict   it went to an institution that is named in the case, or that one which is named oversees

Pure functions over links in any order; a chain is told by `parent`, the referral that went onward. Nothing
is scored and nobody is blamed: each finding names the link, the moment and the other body. Shown right by
`tests/server/referrals/rules/test_chains.py` against an oracle that replays the days one by one.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from amanat.server.referrals.rules.institutions import oversight

__all__ = [
    "CONFLICT",
    "HOLLOW",
    "LAPSE",
    "REFUSED",
    "RETURN",
    "Finding",
    "Link",
    "findings",
    "holders",
    "in_conflict",
    "proposals",
]

LAPSE, RETURN, HOLLOW, CONFLICT = "lapse", "return", "hollow", "conflict"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Link:
    """One referral that was sent. `closed` is when it was answered, refused, transferred or returned.

    `due` is the date its clock ran to; None for no clock, or one that stands. `cites` is the institution
    whose action a refusal points to.
    """

    referral: str
    institution: int
    sent: datetime
    closed: datetime | None = None
    outcome: str = ""
    parent: str | None = None
    cites: int | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that went wrong at one link; `other` is the body that it points to, if any."""

    kind: str
    referral: str
    institution: int
    at: datetime
    other: int | None = None


def holders(links: Sequence[Link]) -> tuple[int, ...]:
    """The institutions that hold the request now, in the order it came to them; none: it is with us."""
    still = sorted((link for link in links if link.closed is None), key=_order)
    return tuple(dict.fromkeys(link.institution for link in still))


def findings(
    links: Sequence[Link],
    *,
    named: AbstractSet[int],
    overseers: Mapping[int, int | None],
    now: datetime,
) -> tuple[Finding, ...]:
    """Every lapse, bounce and conflict of a chain up to this moment, in the order they came about."""
    found: list[Finding] = []
    for link in links:
        found += _lapse(link, now)
        found += _return(link, links)
        found += _hollow(link, links)
        found += _conflict(link, named, overseers)
    return tuple(sorted(found, key=lambda finding: (finding.at, finding.referral, finding.kind)))


def in_conflict(
    institution: int, *, named: AbstractSet[int], overseers: Mapping[int, int | None]
) -> int | None:
    """The named institution that stands against this one: itself, or the nearest that oversees it."""
    above = (institution, *oversight(institution, overseers))
    return next((body for body in above if body in named), None)


def proposals(
    institution: int,
    *,
    takes: Sequence[int],
    named: AbstractSet[int],
    overseers: Mapping[int, int | None],
    had_it: AbstractSet[int] = frozenset(),
) -> tuple[int, ...]:
    """The independent bodies to go to instead, the best first: who oversees this institution, nearest first,
    then the others that take such a request, in the order given.

    Left out: whoever is in conflict, and whoever has had the request already, for that would be a bounce.
    """
    above = [body for body in oversight(institution, overseers) if body in takes]
    order = dict.fromkeys([*above, *takes])
    return tuple(
        body
        for body in order
        if body != institution
        and body not in had_it
        and in_conflict(body, named=named, overseers=overseers) is None
    )


def _order(link: Link) -> tuple[datetime, str]:
    return link.sent, link.referral


def _lapse(link: Link, now: datetime) -> Iterator[Finding]:
    until = now if link.closed is None else link.closed
    if link.due is not None and link.due <= until:
        yield Finding(LAPSE, link.referral, link.institution, link.due)


def _return(link: Link, links: Sequence[Link]) -> Iterator[Finding]:
    by_id = {other.referral: other for other in links}
    seen, before = {link.referral}, by_id.get(link.parent or "")
    while before is not None and before.referral not in seen:
        if before.institution == link.institution:
            yield Finding(RETURN, link.referral, link.institution, link.sent, link.institution)
            return
        seen.add(before.referral)
        before = by_id.get(before.parent or "")


def _hollow(link: Link, links: Sequence[Link]) -> Iterator[Finding]:
    """From the refusal on, follow the open actions of the cited body as long as one overlaps the next."""
    if link.outcome != REFUSED or link.closed is None or link.cites in {None, link.institution}:
        return
    moment: datetime | None = link.closed
    for other in sorted((one for one in links if one.institution == link.cites), key=_order):
        if moment is None or other.sent > moment:
            break
        if other.closed is None:
            moment = None
        elif other.closed > moment:
            moment = other.closed
    if moment is not None:
        yield Finding(HOLLOW, link.referral, link.institution, moment, link.cites)


def _conflict(link: Link, named: AbstractSet[int], overseers: Mapping[int, int | None]) -> Iterator[Finding]:
    against = in_conflict(link.institution, named=named, overseers=overseers)
    if against is not None:
        yield Finding(CONFLICT, link.referral, link.institution, link.sent, against)
