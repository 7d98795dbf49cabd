"""All releases of an organisation together: none is left out, none exists twice, nothing falls in silence.

The log says how many releases there are and what is in them; the files are only fetched. Whoever checks needs
no server that is honest. Shown right by `tests/server/public/test_series.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from amanat.errors import NotFound, Unverified
from amanat.receipt.statement import FiguresRelease, Statement
from amanat.server.public.rules.lines import Line
from amanat.server.public.rules.release import Release, digest_of, parse_release

__all__ = ["NEVER_FALL", "Stated", "check_series", "falls", "stated_releases"]

# Nothing that the server does takes one of these back: reports and referrals stay, also when erased.
NEVER_FALL = ("reports.received", "reports.acknowledged", "referrals.sent")


@dataclass(frozen=True, slots=True)
class Stated:
    """A release as the log states it, and at which entry."""

    index: int
    number: int
    digest: bytes


def falls(before: Iterable[Line], after: Iterable[Line]) -> list[tuple[str, int, int]]:
    """The figures that may never fall and did: name, before, after."""
    old, new = _wholes(before), _wholes(after)
    return [(name, old[name], new[name]) for name in NEVER_FALL if new[name] < old[name]]


def stated_releases(statements: Iterable[tuple[int, Statement]]) -> list[Stated]:
    """The releases among the statements of a log, by number; raises `Unverified` unless they are 1, 2, 3…,
    each once."""
    found = [
        Stated(index, statement.number, statement.digest)
        for index, statement in statements
        if isinstance(statement, FiguresRelease)
    ]
    found.sort(key=lambda one: (one.number, one.index))
    for expected, one in enumerate(found, start=1):
        if one.number < expected:
            what = f"the log states release {one.number} twice: two publics may have been shown two of them"
            raise Unverified(what, where=f"entry {one.index}")
        if one.number > expected:
            raise Unverified(f"the log states no release {expected}, and a later one", where="log")
    return found


def check_series(stated: Sequence[Stated], file_of: Callable[[int], bytes], *, origin: str) -> list[Release]:
    """The releases that the log of this origin states; `file_of` fetches the file of a number.

    Raises `Unverified` where a file is missing or another one, or something fell without a correction, and
    `Malformed` where a file does not add up.
    """
    releases: list[Release] = []
    for one in stated:
        release = _read(one, file_of)
        if release.number != one.number or release.origin != origin:
            raise Unverified("the file is of another log or number than the log states", where=_name(one))
        if one.index < release.tree_size:
            raise Unverified("it says to cover entries that came after it", where=_name(one))
        if releases:
            _follows(releases[-1], release, where=_name(one))
        releases.append(release)
    return releases


def _read(one: Stated, file_of: Callable[[int], bytes]) -> Release:
    try:
        data = file_of(one.number)
    except NotFound as error:
        raise Unverified("the log states it, and its file is not there", where=_name(one)) from error
    if digest_of(data) != one.digest:
        raise Unverified("the file is not the one that the log states", where=_name(one))
    return parse_release(data)


def _follows(before: Release, release: Release, *, where: str) -> None:
    if release.tree_size < before.tree_size:
        raise Unverified("it covers fewer entries than the release before it", where=where)
    lower = falls(before.lines, release.lines)
    if lower and not release.corrects:
        name, old, new = lower[0]
        raise Unverified(f"{name} fell from {old} to {new}, and it corrects nothing", where=where)


def _wholes(lines: Iterable[Line]) -> dict[str, int]:
    found = {line.figure: line.value for line in lines if not line.kind and not line.district}
    return {name: found.get(name, 0) for name in NEVER_FALL}


def _name(one: Stated) -> str:
    return f"release {one.number}"
