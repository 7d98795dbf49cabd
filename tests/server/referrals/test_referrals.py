from datetime import timedelta

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.receipt.referring import Referring
from server.makers import FRESH, NOW, b64, found, make_person, message, received, report_of
from server.referrals.places import MONDAY, give_clock, make_institution
from server.referrals.sending import onward_of, refer, refer_arguments, referral_row, step_of

pytestmark = pytest.mark.django_db(transaction=True)


def take(referring, kind, *, by=None, now=NOW, **given):
    from amanat.server.referrals.actions.referrals import take_step

    return take_step(by=by, now=now, referral=referral_row(referring), step=step_of(referring, kind, **given))


@pytest.fixture(autouse=True)
def log(tmp_path, settings):
    from amanat.server.ledger.actions import found_log

    settings.AMANAT_DATA = tmp_path / "data"
    found_log(settings.AMANAT_DATA, origin="amanat.example/log", url="http://127.0.0.1")
    found()


def due_of(institution, now):
    from amanat.server.referrals.queries.clocks import preview

    return preview(institution, "investigation", now=now).due


def test_a_referral_is_sent_with_its_leaf_and_its_clock():
    bilal, chain, police = make_person(), received(), make_institution()
    give_clock(police)
    referring = refer(bilal, chain, police, now=MONDAY, due=due_of(police, MONDAY))
    row = referral_row(referring)
    assert (row.state, row.author, row.entry) == (
        "sent",
        bilal.member,
        report_of(chain).events.get(seq=1).entry,
    )
    assert row.clock.due == due_of(police, MONDAY)
    assert report_of(chain).state == "acknowledged"


def test_a_due_date_that_the_page_did_not_show_is_refused_and_nothing_is_kept():
    bilal, chain, police = make_person(), received(), make_institution()
    give_clock(police)
    for due in (None, due_of(police, MONDAY) + timedelta(days=1)):
        with pytest.raises(Conflict):
            refer(bilal, chain, police, now=MONDAY, due=due)
        chain.seq -= 1
    make_institution("Court", kind="court")
    assert report_of(chain).events.count() == 1
    assert report_of(chain).referrals.count() == 0


def test_without_a_law_there_is_no_clock_and_no_date():
    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    assert referral_row(refer(bilal, chain, court)).clock is None
    with pytest.raises(Conflict):
        refer(bilal, chain, court, number=1, due=MONDAY)


def test_sent_twice_it_is_one_referral_with_one_promise_and_another_one_is_late():
    from amanat.server.referrals.actions.referrals import refer as send

    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    arguments = refer_arguments(chain, Referring(chain.keys.thread_key), court)
    assert send(by=bilal.member, now=NOW, **arguments) == send(by=bilal.member, now=NOW, **arguments)
    assert report_of(chain).referrals.count() == 1
    chain.seq -= 1
    other = refer_arguments(chain, Referring(chain.keys.thread_key, number=1), court)
    with pytest.raises(Conflict):
        send(by=bilal.member, now=NOW, **other)
    assert report_of(chain).referrals.count() == 1


def test_numbers_have_no_gaps_and_an_administrator_sends_nothing():
    chain, court = received(), make_institution("Court", kind="court")
    with pytest.raises(Conflict):
        refer(make_person(), chain, court, number=1)
    with pytest.raises(NotAllowed):
        refer(make_person("erum", "administrator"), chain, court)
    assert report_of(chain).referrals.count() == 0


def test_an_institution_takes_its_steps_and_the_answer_stops_the_clock():
    bilal, chain, police = make_person(), received(), make_institution()
    give_clock(police, starts_on="delivered")
    referring = refer(bilal, chain, police, now=MONDAY)
    assert referral_row(referring).clock is None
    with pytest.raises(Conflict):
        take(referring, "delivered", now=MONDAY)
    referring.seq, referring.previous = 0, None
    promise = take(referring, "delivered", now=MONDAY, due=due_of(police, MONDAY))
    assert b"amanat-promise/v1" in promise
    assert referral_row(referring).clock.state == "running"
    take(referring, "acknowledged")
    take(referring, "information_requested")
    take(referring, "message", by=bilal.member)
    take(referring, "answered", now=MONDAY + timedelta(days=1))
    row = referral_row(referring)
    assert (row.state, row.clock.state, row.steps.count()) == ("answered", "stopped", 5)
    assert row.closed_epoch is not None
    with pytest.raises(Conflict):
        take(referring, "refused")
    take(Referring(chain.keys.thread_key, seq=5, previous=b"\0" * 32), "message")


def test_a_late_answer_is_an_answer_and_stays_late():
    from amanat.server.referrals.queries.referrals import for_worker

    bilal, chain, police = make_person(), received(), make_institution()
    give_clock(police)
    referring = refer(bilal, chain, police, now=MONDAY, due=due_of(police, MONDAY))
    clock = referral_row(referring).clock
    from amanat.server.referrals.actions.clocks import look_at

    clock.look = clock.due
    clock.save()
    look_at(now=clock.due, clock_id=clock.pk)
    assert for_worker(report_of(chain))["referrals"][0]["state"] == "lapsed"
    take(referring, "answered", now=clock.due + timedelta(days=3))
    assert referral_row(referring).state == "answered"
    assert [event.kind for event in clock.events.order_by("seq")][-2:] == ["lapsed", "stopped"]


def test_the_same_step_again_gives_the_same_promise_and_another_one_is_late():
    from amanat.server.referrals.actions.referrals import take_step

    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    referring = refer(bilal, chain, court)
    step = step_of(referring, "delivered")
    send = {"by": None, "now": NOW, "referral": referral_row(referring)}
    assert take_step(**send, step=step) == take_step(**send, step=step)
    other = Referring(chain.keys.thread_key)
    with pytest.raises(Conflict):
        take_step(**send, step=step_of(other, "acknowledged"))
    assert referral_row(referring).steps.count() == 1


def test_a_transfer_makes_the_next_referral_in_the_same_transaction():
    from amanat.server.referrals.actions.referrals import hand_onward, take_step

    bilal, chain = make_person(), received()
    court, police = make_institution("Court", kind="court"), make_institution()
    referring = refer(bilal, chain, court, sees="steps")
    following, made = onward_of(referring, police)
    step = step_of(referring, "transferred", counterparty=police.name)
    send = {"by": None, "now": NOW, "referral": referral_row(referring), "step": step}
    with pytest.raises(Malformed):
        take_step(**send)
    assert hand_onward(**send, made=made) == hand_onward(**send, made=made)
    row = referral_row(following)
    assert (row.parent_id, row.sees, row.author, row.state) == (referring.referral_id, "steps", None, "sent")
    assert row.entry == referral_row(referring).steps.get().entry
    assert referral_row(referring).state == "transferred"
    second, made = onward_of(referring, court, number=1)
    with pytest.raises(Conflict):
        hand_onward(**send | {"step": step_of(referring, "transferred")}, made=made)
    del second


def test_a_draft_is_replaced_forgotten_and_gone_once_it_is_sent():
    from amanat.server.referrals.actions.referrals import keep_draft
    from amanat.server.referrals.models import Draft

    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    sealed = message(received()).record
    for _ in range(2):
        keep_draft(by=bilal.member, now=NOW, report=report_of(chain), sealed=sealed)
    assert Draft.objects.count() == 1
    refer(bilal, chain, court)
    assert Draft.objects.count() == 0
    with pytest.raises(Malformed):
        keep_draft(by=bilal.member, now=NOW, report=report_of(chain), sealed=b"plain words")


def test_what_is_not_sealed_is_refused():
    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    for wrong in (
        {"package": b"plain"},
        {"kept": b"plain"},
        {"locator_hash": b""},
        {"request": "x"},
        {"sees": "x"},
    ):
        with pytest.raises(Malformed):
            refer(bilal, chain, court, **wrong)


def test_a_reporter_gets_the_words_of_steps_only_where_the_worker_set_so():
    from amanat.server.referrals.queries.referrals import for_letter, for_reporter

    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    shown = {}
    for number, sees in enumerate(["words", "steps"]):
        referring = refer(bilal, chain, court, number=number, sees=sees)
        take(referring, "delivered")
        letter = for_letter(referral_row(referring))
        assert letter["steps"][0]["body"] is not None
        assert "kept" not in letter
        row = for_reporter(chain.keys.locator)["referrals"][number]
        shown[sees] = row["steps"][0]["body"] is not None
    assert shown == {"words": True, "steps": False}
    nothing = for_reporter(b"\0" * 16)
    assert nothing["referrals"] == []


def test_a_letter_finds_its_referral_and_no_other():
    from amanat.server.referrals.queries.referrals import at_letter, referral_of

    bilal, chain, court = make_person(), received(), make_institution("Court", kind="court")
    referring = refer(bilal, chain, court)
    assert at_letter(referring.locator).pk == referring.referral_id
    with pytest.raises(NotFound):
        at_letter(b"\0" * 16)
    with pytest.raises(NotFound):
        referral_of(report_of(received()), referring.referral_id)
    assert b64(referring.secret) not in repr(referring)
    assert FRESH
