from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.sealing.casefile import CaseGrant, seal_case_grant
from amanat.server.cases.actions import proposing
from amanat.server.cases.actions.proposing import erase, propose, recover, second, withdraw
from amanat.server.cases.actions.writing import add_part, change_state
from amanat.server.cases.models import CaseGrant as Kept
from amanat.server.cases.models import Grant, Link, Part, Proposal, Row, Step
from amanat.server.cases.queries.files import recovery
from amanat.server.intake.actions import append_event
from amanat.server.intake.models import Event, Report
from amanat.server.intake.queries import thread
from amanat.server.ledger.models import Entry
from amanat.strict import decode_base64
from server.cases.casework import Work, opened, said
from server.makers import NOW, Person, found, make_person, message, report_of

pytestmark = pytest.mark.django_db
ROW = "0a" * 16


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def grant_for(work: Work, person: Person) -> bytes:
    return seal_case_grant(CaseGrant(work.case_id, work.generation, work.key), person.recipient)


def sent(work: Work, **more: Any) -> dict[str, Any]:
    return {"now": NOW, "case_id": work.case_id, **more}


def test_recovery_lets_in_whoever_asked_once_somebody_else_has_seconded() -> None:
    work, farah, erum = opened(make_person()), make_person("farah"), make_person("erum", "administrator")
    asked = sent(work, kind="recover")
    propose(by=farah.member, reason="key-lost", **asked)
    assert recovery(work.case, member=farah.member)["grant"] is None
    done = sent(work, generation=1, sealed=grant_for(work, farah))
    with pytest.raises(NotAllowed):
        recover(by=farah.member, **done)
    with pytest.raises(NotAllowed):
        second(by=farah.member, **asked)
    second(by=erum.member, **asked)
    shown = recovery(work.case, member=farah.member)
    assert decode_base64(shown["grant"]) == bytes(Kept.objects.get(member=None).sealed)
    assert shown["recipient"] == farah.recipient
    with pytest.raises(NotAllowed):
        recover(by=work.by, **done)
    recover(by=farah.member, **done)
    assert Kept.objects.filter(case=work.case, member=farah.member).exists()
    row = Proposal.objects.get()
    assert (row.proposed_by_id, row.seconded_by_id, row.done) == (farah.member.pk, erum.member.pk, True)
    assert Step.objects.latest("seq").kind == "recover"
    with pytest.raises(NotFound):
        recover(by=farah.member, **done)


def test_the_recovery_grant_is_shown_to_the_two_people_and_to_nobody_else() -> None:
    work, farah, dan = opened(make_person()), make_person("farah"), make_person("dan")
    propose(by=farah.member, reason="other", **sent(work, kind="recover"))
    second(by=work.by, **sent(work, kind="recover"))
    assert recovery(work.case, member=dan.member)["grant"] is None


def test_the_database_itself_refuses_one_person_as_both() -> None:
    work, farah = opened(make_person()), make_person("farah")
    propose(by=farah.member, reason="other", **sent(work, kind="recover"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(seconded_by=farah.member)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(done=True)


def test_a_proposal_is_single_has_a_known_reason_and_can_be_withdrawn() -> None:
    work, farah, dan = opened(make_person()), make_person("farah"), make_person("dan")
    asked = sent(work, kind="recover")
    for kind, reason in (("erase", "key-lost"), ("recover", "law"), ("forget", "other")):
        with pytest.raises(Malformed):
            propose(by=farah.member, kind=kind, reason=reason, **sent(work))
    propose(by=farah.member, reason="other", **asked)
    with pytest.raises(Conflict):
        propose(by=dan.member, reason="other", **asked)
    with pytest.raises(NotAllowed):
        withdraw(by=dan.member, **asked)
    withdraw(by=work.by, **asked)
    propose(by=dan.member, reason="other", **asked)
    with pytest.raises(NotAllowed):
        propose(by=dan.member, reason="law", **sent(work, kind="erase"))


def full() -> tuple[Work, Person]:
    """A case of two reports with a row, a part, a reason and a message, held by two."""
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal, farah, reports=2)
    work.write(work.row(ROW, 1))
    add_part(by=work.by, generation=1, document_id=ROW, number=0, sealed=work.part(ROW, 0), **sent(work))
    seq, reason = work.reason(1)
    change_state(by=work.by, generation=1, step="hold", seq=seq, reason=reason, events=[], **sent(work))
    return work, farah


def test_an_erasure_enters_its_leaves_and_deletes_every_word_and_key() -> None:
    work, farah = full()
    told: list[set[str]] = []
    proposing.also_erase(told.append)
    propose(by=work.by, reason="law", **sent(work, kind="erase"))
    entries = Entry.objects.count()
    events = [said(chain, "content_erased") for chain in work.chains]
    promises = erase(by=farah.member, events=events, **sent(work))
    proposing._with_reports.remove(told.append)
    assert len(promises) == 2
    assert Entry.objects.count() == entries + 2
    assert told == [{chain.report_id for chain in work.chains}]
    for table in (Row, Part, Kept, Grant):
        assert not table.objects.exists(), table
    assert {bytes(link.sealed) for link in Link.objects.all()} == {b""}
    assert {bytes(step.sealed) for step in Step.objects.all()} == {b""}
    assert {bytes(report.sealed) for report in Report.objects.all()} == {b""}
    assert {report.state for report in Report.objects.all()} == {"erased"}
    assert (work.case.state, work.case.category) == ("erased", "")
    row = Proposal.objects.get()
    assert (row.proposed_by_id, row.seconded_by_id, row.done) == (work.by.pk, farah.member.pk, True)


def test_the_reporter_still_finds_every_leaf_and_reads_why() -> None:
    work, farah = full()
    propose(by=work.by, reason="law", **sent(work, kind="erase"))
    events = [said(chain, "content_erased") for chain in work.chains]
    erase(by=farah.member, events=events, **sent(work))
    chain = work.chains[0]
    shown = thread(chain.keys.locator)["events"]
    assert [event["sealed"] == "" for event in shown] == [True, True, False]
    leaves = [
        bytes(event.entry.leaf) for event in Event.objects.filter(report_id=chain.report_id).order_by("seq")
    ]
    assert [decode_base64(event["leaf"]) for event in shown[:2]] == leaves[:2]
    more = message(chain)
    with pytest.raises(Conflict):
        append_event(by=None, now=NOW, report=report_of(chain), seq=3, leaf=more.leaf, sealed=more.record)


@pytest.mark.parametrize("what", ["self", "outsider", "nobody proposed", "a leaf is missing", "twice"])
def test_nothing_is_erased_by_one_alone_or_without_its_leaves(what: str) -> None:
    work, farah = full()
    dan = make_person("dan")
    if what != "nobody proposed":
        propose(by=work.by, reason="law", **sent(work, kind="erase"))
    events = [said(chain, "content_erased") for chain in work.chains]
    by = {"self": work.by, "outsider": dan.member}.get(what, farah.member)
    if what == "a leaf is missing":
        events.pop()
    if what == "twice":
        events[1] = events[0]
    entries = Entry.objects.count()
    with pytest.raises((NotAllowed, NotFound, Malformed)):
        erase(by=by, events=events, **sent(work))
    assert Entry.objects.count() == entries
    assert work.texts() == ["title", "x"]
    assert not Report.objects.filter(sealed=b"").exists()
