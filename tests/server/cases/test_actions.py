from pathlib import Path

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.sealing.grant import Grant, seal_grant
from amanat.server.cases.actions import act, keep_grants
from amanat.server.cases.models import Grant as Kept
from server.makers import NOW, Person, found, make_person, message, received, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def grant_for(person: Person) -> bytes:
    return seal_grant(Grant("ab" * 16, bytes(32), bytes(32)), person.recipient)


def test_whoever_opens_first_keeps_grants_for_everybody() -> None:
    bilal, farah, chain = make_person(), make_person("farah"), received()
    grants = {bilal.member.pk: grant_for(bilal), farah.member.pk: grant_for(farah), None: grant_for(farah)}
    keep_grants(by=bilal.member, now=NOW, report=report_of(chain), grants=grants)
    kept = {grant.member_id: bytes(grant.sealed) for grant in Kept.objects.all()}
    assert kept == grants


@pytest.mark.parametrize("again", ["self", "recovery"])
def test_the_second_to_open_is_told_that_a_colleague_was_first(again: str) -> None:
    bilal, farah, chain = make_person(), make_person("farah"), received()
    first = {bilal.member.pk: grant_for(bilal), farah.member.pk: grant_for(farah), None: grant_for(bilal)}
    keep_grants(by=bilal.member, now=NOW, report=report_of(chain), grants=first)
    second = {farah.member.pk if again == "self" else None: grant_for(farah)}
    with pytest.raises(Conflict):
        keep_grants(by=farah.member, now=NOW, report=report_of(chain), grants=second)
    assert {grant.member_id: bytes(grant.sealed) for grant in Kept.objects.all()} == first


def test_a_holder_passes_a_report_on_to_whoever_joined_later() -> None:
    bilal, chain = make_person(), received()
    keep_grants(by=bilal.member, now=NOW, report=report_of(chain), grants={bilal.member.pk: grant_for(bilal)})
    farah = make_person("farah")
    with pytest.raises(NotAllowed):
        keep_grants(
            by=farah.member, now=NOW, report=report_of(chain), grants={farah.member.pk: grant_for(farah)}
        )
    keep_grants(by=bilal.member, now=NOW, report=report_of(chain), grants={farah.member.pk: grant_for(farah)})
    assert Kept.objects.count() == 2


def test_the_first_set_must_hold_a_grant_for_its_maker() -> None:
    bilal, farah, chain = make_person(), make_person("farah"), received()
    with pytest.raises(NotAllowed):
        keep_grants(
            by=bilal.member, now=NOW, report=report_of(chain), grants={farah.member.pk: grant_for(farah)}
        )


def test_only_sealed_grants_for_active_readers_are_kept() -> None:
    bilal, erum, chain = make_person(), make_person("erum", "administrator"), received()
    mine = {bilal.member.pk: grant_for(bilal)}
    for wrong in ({}, mine | {erum.member.pk: grant_for(bilal)}, mine | {99999: grant_for(bilal)}):
        with pytest.raises(Malformed):
            keep_grants(by=bilal.member, now=NOW, report=report_of(chain), grants=wrong)
    for sealed in (b"thread key in the clear", grant_for(bilal) + bytes(5000)):
        with pytest.raises(Malformed):
            keep_grants(by=bilal.member, now=NOW, report=report_of(chain), grants={bilal.member.pk: sealed})
    with pytest.raises(NotAllowed):
        keep_grants(by=erum.member, now=NOW, report=report_of(chain), grants=mine)
    assert not Kept.objects.exists()


def test_an_event_of_a_worker_is_kept_and_moves_the_state() -> None:
    bilal, chain = make_person(), received()
    event = message(chain, kind="acknowledged", by_reporter=False)
    sent = {"seq": 1, "leaf": event.leaf, "sealed": event.record}
    assert act(by=bilal.member, now=NOW, report=report_of(chain), kind="acknowledged", **sent)
    assert (report_of(chain).state, report_of(chain).waiting) == ("acknowledged", False)


def test_no_other_kind_and_no_administrator_acts() -> None:
    bilal, erum, chain = make_person(), make_person("erum", "administrator"), received()
    event = message(chain, by_reporter=False)
    sent = {"seq": 1, "leaf": event.leaf, "sealed": event.record}
    for kind in ("received", "content_erased", ""):
        with pytest.raises(Malformed):
            act(by=bilal.member, now=NOW, report=report_of(chain), kind=kind, **sent)
    with pytest.raises(NotAllowed):
        act(by=erum.member, now=NOW, report=report_of(chain), kind="message", **sent)
