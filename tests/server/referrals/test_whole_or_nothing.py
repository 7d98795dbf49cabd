"""Every write on cases, referrals and clocks is cut off before each of its statements: nothing of it is kept.

Then it is sent again, with the same bytes, and is whole: rows and leaves together. The kill tests do this
with real processes at the commit; here it is every write at every place.
"""

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from amanat.sealing.casefile import CaseGrant, seal_case_grant
from amanat.server.cases.actions.handing import give, remove
from amanat.server.cases.actions.opening import link_reports, merge
from amanat.server.cases.actions.proposing import erase, propose, recover, second
from amanat.server.cases.actions.writing import add_part, change_state, note_viewing
from amanat.server.cases.models import Row
from amanat.server.ledger.models import Entry
from amanat.server.referrals.actions import calendars, clocks, referrals
from amanat.server.referrals.actions.doings import Doing, do
from amanat.server.referrals.actions.missed import tell_missed
from amanat.server.referrals.jobs import watch_clocks
from amanat.server.referrals.models import ClockEvent, Institution, Referral
from amanat.server.referrals.queries.clocks import preview, preview_event
from server.cases.casework import Work, begin, opened, said
from server.makers import FRESH, NOW, Person, found, make_person, received
from server.referrals.places import give_clock, make_institution
from server.referrals.sending import onward_of, refer, refer_arguments, referral_row, step_of

pytestmark = pytest.mark.django_db
ROW = "0a" * 16
LATER = NOW + timedelta(days=1)
Write = Callable[[], Any]


class Cut(Exception):
    """The server stopped here."""


class CutBefore:
    """Stops before the statement of this number among those that change something."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            self.left -= 1
            if self.left < 0:
                raise Cut
        return execute(sql, params, many, context)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row there is."""
    return {
        table.__name__: sorted(
            (tuple(map(plain, row)) for row in table.objects.order_by().values_list()), key=repr
        )
        for label in ("intake", "cases", "referrals", "ledger")
        for table in apps.get_app_config(label).get_models()
    }


def plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview | bytes) else value


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def asked(work: Work, **more: Any) -> dict[str, Any]:
    return {"now": NOW, "case_id": work.case_id, **more}


def opening() -> tuple[Write, int]:
    bilal = make_person()
    work = Work([bilal], [received(bilal.recipient) for _ in range(2)])
    first = work.row(ROW, 1)
    given = {"grants": work.grants(), "links": work.links(), "first": (ROW, first.sealed)}
    events = [said(chain) for chain in work.chains]
    return lambda: begin(work, events=events, **given), 2


def splitting() -> tuple[Write, int]:
    work = opened(make_person(), reports=2)
    other = Work(work.holders, work.chains[1:])
    given = {"grants": other.grants(), "links": other.links(), "first": (ROW, other.row(ROW, 1).sealed)}
    events = [said(chain) for chain in other.chains]
    return lambda: begin(other, split_from=work.case_id, events=events, **given), 1


def linking() -> tuple[Write, int]:
    work, chain = opened(make_person()), received()
    given = asked(work, generation=1, links=work.links(chain), events=[said(chain)])
    return lambda: link_reports(by=work.by, **given), 1


def merging() -> tuple[Write, int]:
    bilal = make_person()
    work, other = opened(bilal), opened(bilal)
    rows = Row.objects.filter(case=work.case)
    other.write(*(other.row(row.row_id, row.revision, "copied") for row in rows))
    given = asked(work, into=other.case_id, generation=1, reason=work.reason(work.case.steps.count()))
    given |= {"links": other.links(*work.chains), "events": [said(chain) for chain in work.chains]}
    return lambda: merge(by=bilal.member, **given), 1


def writing() -> tuple[Write, int]:
    work = opened(make_person())
    rows = [work.row(ROW, 1), work.row("0b" * 16, 1)]
    return lambda: work.write(*rows), 0


def attaching() -> tuple[Write, int]:
    work = opened(make_person())
    given = asked(work, generation=1, document_id=ROW, number=0, sealed=work.part(ROW, 0))
    return lambda: add_part(by=work.by, **given), 0


def closing() -> tuple[Write, int]:
    work = opened(make_person(), reports=2)
    seq, reason = work.reason(work.case.steps.count())
    given = asked(work, generation=1, step="close", seq=seq, reason=reason)
    events = [said(chain, "closed") for chain in work.chains]
    return lambda: change_state(by=work.by, events=events, **given), 2


def viewing() -> tuple[Write, int]:
    work = opened(make_person(), reports=2)
    events = [said(chain, "identity_viewed") for chain in work.chains]
    return lambda: note_viewing(by=work.by, events=events, **asked(work)), 2


def giving() -> tuple[Write, int]:
    work, farah = opened(make_person()), make_person("farah")
    grants = {farah.member.pk: work.grants(farah)[farah.member.pk]}
    return lambda: give(by=work.by, grants=grants, **asked(work, generation=1)), 0


def removing() -> tuple[Write, int]:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal, farah)
    before, work.generation, work.key = work.key, 2, secrets.token_bytes(32)
    given = asked(work, generation=2, member=farah.member.pk)
    given |= {"grants": work.grants(bilal), "previous": work.previous(before)}
    return lambda: remove(by=bilal.member, **given), 0


def erasing() -> tuple[Write, int]:
    bilal, farah, police = make_person(), make_person("farah"), make_institution()
    work = opened(bilal, farah)
    refer(bilal, work.chains[0], police)
    propose(by=bilal.member, reason="law", **asked(work, kind="erase"))
    events = [said(chain, "content_erased") for chain in work.chains]
    return lambda: erase(by=farah.member, events=events, **asked(work)), 1


def recovering() -> tuple[Write, int]:
    work, farah, erum = opened(make_person()), make_person("farah"), make_person("erum", "administrator")
    propose(by=farah.member, reason="key-lost", **asked(work, kind="recover"))
    second(by=erum.member, **asked(work, kind="recover"))
    sealed = seal_case_grant(CaseGrant(work.case_id, 1, work.key), farah.recipient)
    return lambda: recover(by=farah.member, sealed=sealed, **asked(work, generation=1)), 0


def with_clock() -> tuple[Person, Any, Institution, Any]:
    """A worker, the chain of a report, an institution with a law, and the date that would hold now."""
    bilal, police = make_person(), make_institution(overseen_by=make_institution("Above", kind="ministry"))
    give_clock(police)
    return bilal, received(bilal.recipient), police, preview(police, "investigation", now=NOW).due


def referring() -> tuple[Write, int]:
    from amanat.receipt.referring import Referring

    bilal, chain, police, due = with_clock()
    given = refer_arguments(chain, Referring(chain.keys.thread_key), police, due=due)
    return lambda: referrals.refer(by=bilal.member, now=NOW, **given), 1


def answering() -> tuple[Write, int]:
    bilal, chain, police, due = with_clock()
    ours = refer(bilal, chain, police, due=due)
    step = step_of(ours, "answered")
    return lambda: referrals.take_step(by=None, now=LATER, referral=referral_row(ours), step=step), 1


def passing_on() -> tuple[Write, int]:
    bilal, chain, police, due = with_clock()
    court = make_institution("Court", kind="court")
    ours = refer(bilal, chain, police, due=due)
    step, (_next, made) = step_of(ours, "transferred"), onward_of(ours, court)
    given = {"by": None, "now": LATER, "step": step, "made": made}
    return lambda: referrals.hand_onward(referral=referral_row(ours), **given), 1


def doing(*before: str, what: str, **given: Any) -> Callable[[], tuple[Write, int]]:
    def make() -> tuple[Write, int]:
        bilal, chain, police, due = with_clock()
        ours = refer(bilal, chain, police, due=due)
        for _one in before:
            clocks.pause(by=bilal.member, now=NOW, clock=referral_row(ours).clock, reason="law")
        clock = referral_row(ours).clock
        days = {"days": given["days"]} if "days" in given else {}
        then = None if what == "paused" else preview_event(clock, what, now=LATER, **days).due
        kind = "information_requested" if what == "paused" else "extended"
        event = chain.event(kind, "Invented.", by_reporter=False, now=NOW, fresh=FRESH)
        sent = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record}
        named = {"doing": Doing(what, then, **given), "now": LATER, "by": bilal.member, **sent}
        return lambda: do(referral=Referral.objects.get(pk=ours.referral_id), **named), 1

    return make


def telling() -> tuple[Write, int]:
    bilal, chain, police, due = with_clock()
    ours = refer(bilal, chain, police, due=due)
    watch_clocks(now=due)
    event = chain.event("deadline_missed", "Invented.", by_reporter=False, now=NOW, fresh=FRESH)
    sent = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record, "now": due, "by": bilal.member}
    return lambda: tell_missed(referral=Referral.objects.get(pk=ours.referral_id), **sent), 1


def adding_a_holiday() -> tuple[Write, int]:
    bilal, chain, police, due = with_clock()
    refer(bilal, chain, police, due=due)
    chandni = make_person("chandni", "supervisor").member
    given = {"calendar": police.calendar, "day": tomorrow(), "effect": "holiday", "reason": "Proclaimed."}
    return lambda: calendars.change_day(by=chandni, now=NOW, **given), 0


def tomorrow() -> date:
    """A working day that no clock has come to."""
    day = NOW.date() + timedelta(days=2)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


WRITES: dict[str, Callable[[], tuple[Write, int]]] = {
    "a case is opened": opening,
    "a case is split off": splitting,
    "a report is put in": linking,
    "two cases become one": merging,
    "rows are written": writing,
    "a document is kept": attaching,
    "a case is closed": closing,
    "names are looked at": viewing,
    "a key is given": giving,
    "a key is taken": removing,
    "a case is erased": erasing,
    "a case is recovered": recovering,
    "a request is sent": referring,
    "an institution answers": answering,
    "an institution passes it on": passing_on,
    "a clock is paused": doing(what="paused", reason="law"),
    "a clock runs on": doing("paused", what="resumed"),
    "a clock is extended": doing(what="extended", reason="law", days=3),
    "a lapse is written down": telling,
    "a holiday moves a clock": adding_a_holiday,
}


@pytest.mark.parametrize("name", list(WRITES))
def test_a_write_that_is_cut_off_leaves_nothing_and_sent_again_is_whole(name: str) -> None:
    write, leaves = WRITES[name]()
    before, entries, cuts = everything(), Entry.objects.count(), 0
    while True:
        try:
            with connection.execute_wrapper(CutBefore(cuts)):
                write()
            break
        except Cut:
            assert everything() == before, f"before statement {cuts + 1}"
            cuts += 1
    assert cuts > 0
    assert everything() != before
    assert Entry.objects.count() == entries + leaves


def test_a_watch_that_is_cut_off_anywhere_ends_where_one_that_was_not_does() -> None:
    bilal, _chain, police, due = with_clock()
    for _ in range(2):
        chain = received(bilal.recipient)
        refer(bilal, chain, police, due=due)
    for cuts in range(4):
        with pytest.raises(Cut), connection.execute_wrapper(CutBefore(cuts)):
            watch_clocks(now=due + timedelta(days=30))
    watch_clocks(now=due + timedelta(days=30))
    seen = [
        list(ClockEvent.objects.filter(clock=referral.clock).order_by("seq").values_list("kind", "at"))
        for referral in Referral.objects.all()
    ]
    assert [kind for kind, _at in seen[0]] == ["started", "lapsed", "escalated"]
    assert seen[0] == seen[1]
