"""Writes of the institutions and of the clocks that the law gives them.

An edit keeps what was there before; a statutory clock is replaced, never edited, and clocks that run keep
what they were started with. Shown right by `tests/server/referrals/test_institutions.py`.
"""

from datetime import datetime
from typing import Any

import pyrage
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed
from amanat.server.accounts.models import Member
from amanat.server.referrals.actions.calendars import check_supervisor, make_calendar
from amanat.server.referrals.models import Calendar, DayChange, Edit, Institution, StatutoryClock
from amanat.server.referrals.queries.clocks import overseers
from amanat.server.referrals.rules.directory import CalendarEntry, ClockEntry, Directory, InstitutionEntry
from amanat.server.referrals.rules.institutions import closes_a_circle

__all__ = ["add_institution", "edit_institution", "end_clock", "set_clock", "take_over"]

FIELDS = ("name", "kind", "jurisdiction", "contacts", "calendar", "recipient", "overseen_by", "is_active")


@transaction.atomic
def add_institution(*, by: Member | None, now: datetime, **given: Any) -> Institution:
    """Enter an institution; raises `Malformed`, or `Conflict` for a name that is taken."""
    check_supervisor(by)
    _check_recipient(given.get("recipient", ""))
    institution = Institution(**given)
    _save(institution)
    Edit.objects.create(institution=institution, author=by, at=now, changed={"entered": [None, True]})
    return institution


@transaction.atomic
def edit_institution(*, by: Member, now: datetime, institution: Institution, **given: Any) -> Institution:
    """Change an institution and keep what was there before; raises like `add_institution`.

    Clocks that run keep the calendar that they were started with.
    """
    check_supervisor(by)
    _check_recipient(given.get("recipient", ""))
    # One at a time, so that two edits do not close a circle together.
    Institution.objects.select_for_update().order_by("pk").first()
    locked = Institution.objects.select_for_update().get(pk=institution.pk)
    above = given.get("overseen_by", locked.overseen_by)
    if closes_a_circle(locked.pk, above.pk if above else None, overseers()):
        hint = "Choose a body that this one does not oversee itself."
        raise Malformed("it would oversee itself", where="overseen_by", hint=hint)
    before = {name: _plain(getattr(locked, name)) for name in given}
    for name, value in given.items():
        setattr(locked, name, value)
    changed = {
        name: [before[name], _plain(value)] for name, value in given.items() if before[name] != _plain(value)
    }
    if changed:
        _save(locked)
        Edit.objects.create(institution=locked, author=by, at=now, changed=changed)
    return locked


@transaction.atomic
def set_clock(
    *, by: Member | None, now: datetime, institution: Institution, entry: ClockEntry
) -> StatutoryClock:
    """Enter what the law gives for a kind of request, in place of what was entered before."""
    check_supervisor(by)
    Institution.objects.select_for_update().get(pk=institution.pk)
    institution.clocks.filter(request=entry.request, is_current=True).update(is_current=False)
    given = {name: getattr(entry, name) for name in ClockEntry.__slots__}
    return StatutoryClock.objects.create(institution=institution, author=by, added=now, **given)


@transaction.atomic
def end_clock(*, by: Member, now: datetime, clock: StatutoryClock) -> None:
    """Let a statutory clock hold no longer; clocks that run are left alone."""
    check_supervisor(by)
    if StatutoryClock.objects.filter(pk=clock.pk, is_current=True).update(is_current=False):
        changed = {"clock": [str(clock), None]}
        Edit.objects.create(institution=clock.institution, author=by, at=now, changed=changed)


@transaction.atomic(durable=True)
def take_over(*, by: Member | None, now: datetime, directory: Directory) -> tuple[int, int]:
    """Add what a directory has and is not here yet, by name: how many calendars and institutions.

    What is here stays as it is. Raises `Malformed` for a name that leads nowhere, and then adds nothing.
    """
    check_supervisor(by)
    calendars = [_take_calendar(entry, by=by, now=now) for entry in directory.calendars]
    institutions = [_take_institution(entry, by=by, now=now) for entry in directory.institutions]
    for entry, made in zip(directory.institutions, institutions, strict=True):
        if made and entry.overseen_by:
            _set_overseer(entry)
    return sum(calendars), sum(institutions)


def _take_calendar(entry: CalendarEntry, *, by: Member | None, now: datetime) -> bool:
    if Calendar.objects.filter(name=entry.name).exists():
        return False
    place = {name: getattr(entry, name) for name in ("name", "timezone", "country", "subdivision", "weekend")}
    calendar = make_calendar(by=by, now=now, **place)
    DayChange.objects.bulk_create(
        DayChange(
            calendar=calendar,
            day=change.day,
            effect=change.effect,
            reason=change.reason,
            author=by,
            source="directory",
            added=now,
        )
        for change in entry.changes
    )
    return True


def _take_institution(entry: InstitutionEntry, *, by: Member | None, now: datetime) -> bool:
    if Institution.objects.filter(name=entry.name).exists():
        return False
    calendar = Calendar.objects.filter(name=entry.calendar).first()
    if calendar is None:
        raise Malformed("names a calendar that is not here", where=f"calendar of {entry.name}")
    names = ("name", "kind", "jurisdiction", "contacts", "recipient")
    institution = add_institution(
        by=by, now=now, calendar=calendar, **{name: getattr(entry, name) for name in names}
    )
    for clock in entry.clocks:
        set_clock(by=by, now=now, institution=institution, entry=clock)
    return True


def _set_overseer(entry: InstitutionEntry) -> None:
    above = Institution.objects.filter(name=entry.overseen_by).first()
    below = Institution.objects.get(name=entry.name)
    if above is None or closes_a_circle(below.pk, above.pk, overseers()):
        raise Malformed(
            "names an overseer that is not here, or a circle", where=f"overseen_by of {entry.name}"
        )
    Institution.objects.filter(pk=below.pk).update(overseen_by=above)


def _save(institution: Institution) -> None:
    try:
        with transaction.atomic():
            institution.save()
    except IntegrityError as error:
        raise Conflict("this name is taken", where="name", hint="Choose another.") from error


def _check_recipient(recipient: str) -> None:
    if recipient:
        try:
            pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError as error:
            hint = "It begins with age1 and has 62 letters."
            raise Malformed("not a public key of age", where="recipient", hint=hint) from error


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Calendar | Institution) else value
