from pathlib import Path

import pyrage
import pytest

import amanat.server.referrals as app
from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.referrals.actions import institutions as actions
from amanat.server.referrals.models import Calendar, Institution, StatutoryClock
from amanat.server.referrals.queries import institutions as queries
from amanat.server.referrals.rules.directory import ClockEntry, format_directory
from amanat.server.referrals.rules.directory_reading import parse_directory
from server.makers import make_person
from server.referrals.places import MONDAY, give_clock, make_calendar, make_institution

pytestmark = pytest.mark.django_db
EXAMPLE = (Path(app.__file__).parent / "directories" / "example.yaml").read_text(encoding="utf-8")
CLOCK = ClockEntry("inquiry", 10, "working", "Invented Act, section 1", "sent")


def chandni() -> object:
    return make_person("chandni", "supervisor").member


def test_an_edit_keeps_what_was_there_and_who_changed_it() -> None:
    by, police, ministry = chandni(), make_institution(), make_institution("Ministry", kind="ministry")
    actions.edit_institution(by=by, now=MONDAY, institution=police, overseen_by=ministry, name="City police")
    edit = police.edits.get()
    assert edit.changed == {"overseen_by": [None, "Ministry"], "name": ["Police of Kohsar", "City police"]}
    assert (edit.author, edit.at) == (by, MONDAY)
    actions.edit_institution(by=by, now=MONDAY, institution=police, name="City police")
    assert police.edits.count() == 1


def test_nobody_comes_to_oversee_themselves_over_others() -> None:
    by, ministry = chandni(), make_institution("Ministry", kind="ministry")
    police = make_institution(overseen_by=ministry)
    for above in (police, ministry):
        with pytest.raises(Malformed):
            actions.edit_institution(by=by, now=MONDAY, institution=ministry, overseen_by=above)


def test_only_a_supervisor_enters_institutions() -> None:
    bilal, police = make_person().member, make_institution()
    clock = give_clock(police)
    with pytest.raises(NotAllowed):
        actions.add_institution(
            by=bilal, now=MONDAY, name="New", kind="court", jurisdiction="x", calendar=police.calendar
        )
    with pytest.raises(NotAllowed):
        actions.edit_institution(by=bilal, now=MONDAY, institution=police, name="x")
    with pytest.raises(NotAllowed):
        actions.set_clock(by=bilal, now=MONDAY, institution=police, entry=CLOCK)
    with pytest.raises(NotAllowed):
        actions.end_clock(by=bilal, now=MONDAY, clock=clock)
    with pytest.raises(NotAllowed):
        actions.take_over(by=bilal, now=MONDAY, directory=parse_directory(EXAMPLE))


def test_a_key_that_is_none_and_a_name_that_is_taken_are_refused() -> None:
    by, police = chandni(), make_institution()
    rest = {"kind": "court", "jurisdiction": "x", "calendar": police.calendar}
    with pytest.raises(Malformed):
        actions.add_institution(by=by, now=MONDAY, name="New", recipient="age1nonsense", **rest)
    with pytest.raises(Conflict):
        actions.add_institution(by=by, now=MONDAY, name=police.name, **rest)
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    made = actions.add_institution(by=by, now=MONDAY, name="New", recipient=recipient, **rest)
    assert made.edits.get().changed == {"entered": [None, True]}


def test_a_statutory_clock_is_replaced_and_the_old_one_stays_in_the_table() -> None:
    by, police = chandni(), make_institution()
    first = give_clock(police, request="inquiry")
    second = actions.set_clock(by=by, now=MONDAY, institution=police, entry=CLOCK)
    assert list(police.clocks.filter(is_current=True)) == [second]
    assert StatutoryClock.objects.filter(pk=first.pk, is_current=False).exists()
    actions.end_clock(by=by, now=MONDAY, clock=second)
    actions.end_clock(by=by, now=MONDAY, clock=second)
    assert not police.clocks.filter(is_current=True).exists()
    assert police.edits.count() == 1


def test_a_directory_is_taken_over_once_and_given_on_as_it_came() -> None:
    read = parse_directory(EXAMPLE)
    assert actions.take_over(by=chandni(), now=MONDAY, directory=read) == (2, 7)
    assert actions.take_over(by=None, now=MONDAY, directory=read) == (0, 0)
    given_on = parse_directory(format_directory(queries.directory()))
    assert {entry.name: entry for entry in given_on.institutions} == {
        entry.name: entry
        for entry in [
            type(entry)(
                **{name: getattr(entry, name) for name in entry.__slots__}
                | {"clocks": tuple(sorted(entry.clocks, key=lambda clock: clock.request))}
            )
            for entry in read.institutions
        ]
    }
    assert {entry.name: entry for entry in given_on.calendars} == {e.name: e for e in read.calendars}


def test_what_is_here_stays_as_it_is() -> None:
    make_calendar("Kohsar district", timezone="UTC")
    make_institution("District Police of Kohsar", jurisdiction="Ours")
    assert actions.take_over(by=None, now=MONDAY, directory=parse_directory(EXAMPLE)) == (1, 6)
    assert Institution.objects.get(name="District Police of Kohsar").jurisdiction == "Ours"
    assert Calendar.objects.get(name="Kohsar district").timezone == "UTC"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("calendar: Online platforms", "calendar: Nowhere"),
        ("overseen_by: Home Department of Kohsar", "overseen_by: Nobody"),
        ("overseen_by: Children's Commission of Kohsar", "overseen_by: District Police of Kohsar"),
    ],
)
def test_a_directory_whose_names_lead_nowhere_adds_nothing_at_all(before: str, after: str) -> None:
    with pytest.raises(Malformed):
        actions.take_over(by=None, now=MONDAY, directory=parse_directory(EXAMPLE.replace(before, after)))
    assert not Institution.objects.exists()
    assert not Calendar.objects.exists()


def test_the_list_asks_the_database_as_often_for_many_as_for_few(django_assert_num_queries) -> None:
    actions.take_over(by=None, now=MONDAY, directory=parse_directory(EXAMPLE))
    with django_assert_num_queries(2):
        rows = list(queries.institutions())
        assert sum(len(row.current) for row in rows) == 13
        assert {row.overseen_by.name for row in rows if row.overseen_by}
