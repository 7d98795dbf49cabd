import secrets
from pathlib import Path

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.sealing import casefile
from amanat.sealing.padding import unpad
from amanat.sealing.unseal import open_field
from amanat.server.cases import queries
from amanat.server.cases.actions.handing import Resealed, give, remove, reseal
from amanat.server.cases.models import CaseGrant, Grant, Row, Step
from amanat.strict import parse_json
from server.cases.casework import Work, opened
from server.makers import NOW, Person, found, make_person, report_of

pytestmark = pytest.mark.django_db
ROW = "0a" * 16


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def holders(work: Work) -> set[int | None]:
    return set(CaseGrant.objects.filter(case=work.case).values_list("member_id", flat=True))


def taken(work: Work, gone: Person, **change: object) -> bytes:
    """Begin the change of the key; returns the key before."""
    before = work.key
    work.generation, work.key = work.generation + 1, secrets.token_bytes(32)
    rest = [one for one in work.holders if one is not gone]
    sent = {"grants": work.grants(*rest), "previous": work.previous(before), "member": gone.member.pk}
    remove(by=work.by, now=NOW, case_id=work.case_id, generation=work.generation, **(sent | change))  # type: ignore[arg-type]
    return before


def anew(work: Work, before: bytes) -> list[Resealed]:
    """What a holder's browser makes of everything that is under the key before."""
    old = {"case": work.case, "generation__lt": work.generation}
    found = []
    for row in Row.objects.filter(**old):
        address = casefile.row_address(work.case_id, row.row_id, row.revision)
        body = parse_json(unpad(open_field(before, address, bytes(row.sealed))))
        found.append(Resealed("row", row.row_id, row.revision, casefile.seal_body(work.key, address, body)))
    found += [Resealed("link", chain.report_id, 0, work.link(chain)) for chain in work.chains]
    for step in Step.objects.filter(**old).exclude(sealed=b""):
        found.append(Resealed("step", "", step.seq, work.reason(step.seq)[1]))
    return found


def test_a_colleague_is_given_the_key_once_and_by_a_holder() -> None:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal)
    grants = {farah.member.pk: work.grants(farah)[farah.member.pk]}
    sent = {"now": NOW, "case_id": work.case_id, "generation": 1, "grants": grants}
    with pytest.raises(NotAllowed):
        give(by=farah.member, **sent)
    give(by=bilal.member, **sent)
    with pytest.raises(Conflict):
        give(by=bilal.member, **sent)
    assert holders(work) == {bilal.member.pk, farah.member.pk, None}
    assert Step.objects.latest("seq").about_id == farah.member.pk


def test_taking_the_key_changes_it_and_everything_is_sealed_anew_in_as_many_steps_as_it_takes() -> None:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal, farah)
    work.write(work.row(ROW, 1, "first"), by=farah)
    work.write(work.row(ROW, 2, "second", (1,)))
    before = taken(work, farah)
    assert holders(work) == {bilal.member.pk, None}
    assert work.case.previous
    values = anew(work, before)
    sent = {"by": work.by, "now": NOW, "case_id": work.case_id, "generation": 2}
    assert reseal(**sent, values=values[:1]) == len(values) - 1
    assert reseal(**sent, values=values[:1]) == len(values) - 1
    assert work.case.previous
    assert reseal(**sent, values=values[1:]) == 0
    assert bytes(work.case.previous) == b""
    assert work.texts() == ["title", "first", "second"]
    assert Row.objects.filter(author=farah.member).count() == 1
    with pytest.raises(NotAllowed):
        work.write(work.row(ROW, 3), by=farah)


def test_what_is_under_the_new_key_is_not_replaced_again() -> None:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal, farah)
    before = taken(work, farah)
    values, again = anew(work, before), anew(work, before)
    sent = {"by": work.by, "now": NOW, "case_id": work.case_id, "generation": 2}
    reseal(**sent, values=values)
    reseal(**sent, values=again)
    assert {bytes(row.sealed) for row in Row.objects.all()} == {v.sealed for v in values if v.table == "row"}


@pytest.mark.parametrize("what", ["missing", "too many", "old", "self", "stranger", "key"])
def test_a_change_of_the_key_that_is_not_whole_changes_nothing(what: str) -> None:
    bilal, farah, dan = make_person(), make_person("farah"), make_person("dan")
    work = opened(bilal, farah)
    wrong = {
        "missing": {"grants": {None: work.grants()[None]}},
        "too many": {"grants": work.grants(bilal, dan)},
        "old": {"generation": 1},
        "self": {"member": bilal.member.pk},
        "stranger": {"member": dan.member.pk},
        "key": {"previous": b"a key in the clear"},
    }[what]
    if what == "old":
        work.generation = -1
        wrong = {}
    with pytest.raises((Conflict, Malformed, NotFound)):
        taken(work, farah, **wrong)
    assert holders(work) == {bilal.member.pk, farah.member.pk, None}
    assert (work.case.generation, bytes(work.case.previous)) == (1, b"")


def test_one_change_of_the_key_at_a_time() -> None:
    bilal, farah, chandni = make_person(), make_person("farah"), make_person("chandni", "supervisor")
    work = opened(bilal, farah, chandni)
    taken(work, farah)
    work.holders.remove(farah)
    with pytest.raises(Conflict):
        taken(work, chandni)


def test_whoever_was_taken_from_a_case_is_not_let_in_again_by_a_page_of_itself() -> None:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal, farah)
    report = report_of(work.chains[0])
    assert queries.may_open(report, farah.member)
    taken(work, farah)
    assert not Grant.objects.filter(member=farah.member).exists()
    assert not queries.may_open(report, farah.member)
    shown = queries.thread(report, member=bilal.member)
    assert [reader["member"] for reader in shown["readers"]] == [bilal.member.pk]
    grants = {farah.member.pk: work.grants(farah)[farah.member.pk]}
    give(by=bilal.member, now=NOW, case_id=work.case_id, generation=2, grants=grants)
    assert queries.may_open(report, farah.member)
