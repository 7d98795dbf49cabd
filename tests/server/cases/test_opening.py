from pathlib import Path

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.receipt.promise import open_promise
from amanat.server.cases.actions.opening import link_reports, merge
from amanat.server.cases.models import Case, CaseGrant, Grant, Link, Row, Step
from amanat.server.intake.models import Event
from amanat.server.ledger.models import Entry
from amanat.server.ledger.queries import promise_verifier
from amanat.tlog.hashing import leaf_hash
from server.cases.casework import Work, begin, opened, said
from server.makers import NOW, found, make_person, received, report_of

pytestmark = pytest.mark.django_db
ROW = "0a" * 16


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def fresh(*names: str, reports: int = 1) -> Work:
    people = [make_person(name) for name in names or ("bilal",)]
    return Work(people, [received(*(one.recipient for one in people)) for _ in range(reports)])


def test_a_case_of_two_reports_says_so_on_both_threads_with_a_promised_leaf() -> None:
    work = fresh(reports=2)
    events = [said(chain) for chain in work.chains]
    promises = begin(work, events=events)
    kept = {open_promise(promise, promise_verifier()).leaf_hash for promise in promises}
    assert kept == {leaf_hash(event.leaf) for event in events}
    for chain in work.chains:
        assert Event.objects.filter(report_id=chain.report_id).count() == 2
        assert report_of(chain).state == "acknowledged"
        assert report_of(chain).waiting
    assert set(work.case.links.values_list("report_id", flat=True)) == {c.report_id for c in work.chains}
    assert work.case_id not in {chain.report_id for chain in work.chains}


@pytest.mark.parametrize("what", ["grants", "recovery", "links", "events", "row"])
def test_a_case_that_is_not_whole_leaves_nothing(what: str) -> None:
    work, other = fresh(), make_person("farah")
    wrong = {
        "grants": {"grants": {other.member.pk: work.grants()[work.by.pk], None: work.grants()[None]}},
        "recovery": {"grants": {work.by.pk: work.grants()[work.by.pk]}},
        "links": {"links": {}},
        "events": {"events": [said(received())]},
        "row": {"first": ("no id", work.row(ROW, 1).sealed)},
    }[what]
    with pytest.raises((Malformed, NotAllowed)):
        begin(work, **wrong)
    assert not Case.objects.exists()
    assert Event.objects.filter(report_id=work.chains[0].report_id).count() == 1


def test_a_report_is_in_one_case_at_a_time_and_a_refused_one_enters_no_leaf() -> None:
    work = opened(make_person())
    entries, other = Entry.objects.count(), Work(work.holders, work.chains)
    with pytest.raises(Conflict):
        begin(other)
    assert (Entry.objects.count(), Case.objects.count()) == (entries, 1)


def test_a_later_report_is_put_in_by_a_holder_only() -> None:
    work, outsider, chain = opened(make_person()), make_person("farah"), received()
    sent = {"case_id": work.case_id, "generation": 1, "links": work.links(chain), "events": [said(chain)]}
    with pytest.raises(NotAllowed):
        link_reports(by=outsider.member, now=NOW, **sent)
    assert len(link_reports(by=work.by, now=NOW, **sent)) == 1
    assert work.case.links.filter(active=True).count() == 2


def test_a_split_takes_some_reports_out_and_the_old_case_keeps_what_was_written() -> None:
    work = opened(make_person(), reports=2)
    work.write(work.row(ROW, 1))
    staying, leaving = work.chains
    other = Work(work.holders, [leaving])
    begin(other, split_from=work.case_id)
    assert list(work.case.links.filter(active=True).values_list("report_id", flat=True)) == [
        staying.report_id
    ]
    assert work.texts() == ["title", "x"]
    assert Link.objects.filter(case=work.case).count() == 2
    assert Grant.objects.filter(report_id=leaving.report_id).exists()
    with pytest.raises(Malformed):
        begin(Work(work.holders, [staying]), split_from=work.case_id)


def joined(work: Work, other: Work, **change: object) -> list[bytes]:
    seq = Step.objects.filter(case=work.case).count()
    sent = {
        "case_id": work.case_id,
        "into": other.case_id,
        "generation": other.generation,
        "reason": work.reason(seq),
        "links": other.links(*work.chains),
    }
    events = [said(chain) for chain in work.chains]
    return merge(by=work.by, now=NOW, events=events, **(sent | change))


def copy(work: Work, other: Work) -> None:
    rows = Row.objects.filter(case=work.case).order_by("pk")
    other.write(*(other.row(row.row_id, row.revision, "copied") for row in rows))


def test_a_merge_waits_for_every_row_and_keeps_every_row_grant_and_leaf() -> None:
    bilal = make_person()
    work, other = opened(bilal), opened(bilal)
    work.write(work.row(ROW, 1))
    entries, grants = Entry.objects.count(), CaseGrant.objects.count()
    with pytest.raises(Conflict, match="2 rows"):
        joined(work, other)
    assert (work.case.state, Entry.objects.count()) == ("open", entries)
    copy(work, other)
    work.chains[0].seq, work.chains[0].previous = 2, _last(work.chains[0])
    assert len(joined(work, other)) == 1
    assert (work.case.state, work.case.into_id) == ("merged", other.case_id)
    assert work.texts() == ["title", "x"]
    assert other.texts() == ["title", "copied", "copied"]
    assert CaseGrant.objects.count() == grants
    assert Entry.objects.count() == entries + 1
    assert other.case.links.filter(active=True).count() == 2
    with pytest.raises(Conflict):
        work.write(work.row(ROW, 2))


def _last(chain: object) -> bytes:
    return bytes(Event.objects.filter(report_id=chain.report_id).latest("seq").entry.leaf_hash)  # type: ignore[attr-defined]


def test_a_case_is_merged_by_somebody_who_holds_both_and_never_into_itself() -> None:
    bilal, farah = make_person(), make_person("farah")
    work, other = opened(bilal, farah), opened(bilal)
    copy(work, other)
    seq, sealed = work.reason(1)
    sent = {"case_id": work.case_id, "generation": 1, "reason": (seq, sealed)}
    sent |= {"links": other.links(*work.chains), "events": [said(chain) for chain in work.chains]}
    with pytest.raises(NotAllowed):
        merge(by=farah.member, now=NOW, into=other.case_id, **sent)
    with pytest.raises(Malformed):
        merge(by=bilal.member, now=NOW, into=work.case_id, **sent)
