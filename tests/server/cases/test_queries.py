from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from amanat.server.cases.models import Grant
from amanat.server.cases.queries import counts, inbox, received_on, thread
from amanat.server.intake.actions import append_event
from amanat.server.intake.models import Report
from amanat.strict import decode_base64
from server.makers import NOW, found, make_person, message, received, report_of

pytestmark = pytest.mark.django_db
NOTHING_YET = {"received": 0, "acknowledged": 0, "closed": 0, "erased": 0}


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def report_row(name: str, *, state: str = "received", waiting: bool = True, epoch: int = 1) -> Report:
    sealed = {"locator_hash": name.encode(), "sealed": b"sealed"}
    return Report.objects.create(id=name, state=state, waiting=waiting, epoch=epoch, **sealed)


def test_reports_that_wait_come_first_and_then_the_newest() -> None:
    report_row("answered-new", waiting=False, epoch=9)
    report_row("waiting-old", epoch=1)
    report_row("answered-old", waiting=False, epoch=2)
    report_row("waiting-new", epoch=3)
    ordered = [row.pk for row in inbox(make_person().member)]
    assert ordered == ["waiting-new", "waiting-old", "answered-new", "answered-old"]


def test_one_state_is_shown_alone_and_an_unknown_one_shows_all() -> None:
    report_row("a")
    report_row("b", state="closed")
    member = make_person().member
    assert [row.pk for row in inbox(member, state="closed")] == ["b"]
    assert list(inbox(member, state="acknowledged")) == []
    assert inbox(member, state="nonsense").count() == 2
    assert counts() == NOTHING_YET | {"received": 1, "closed": 1}


def test_every_state_is_counted_in_an_empty_inbox() -> None:
    assert counts() == NOTHING_YET


def test_a_row_tells_whether_this_member_holds_a_grant_and_not_whether_another_does() -> None:
    bilal, farah, row = make_person(), make_person("farah"), report_row("a")
    Grant.objects.create(report=row, member=bilal.member, sealed=b"sealed")
    Grant.objects.create(report=row, member=None, sealed=b"sealed")
    assert [found.is_mine for found in inbox(bilal.member)] == [True]
    assert [found.is_mine for found in inbox(farah.member)] == [False]


def test_the_list_fetches_no_sealed_bytes(django_assert_num_queries) -> None:
    for name in "abc":
        report_row(name)
    member = make_person().member
    with django_assert_num_queries(1):
        rows = list(inbox(member))
    assert all(row.get_deferred_fields() == {"sealed", "locator_hash"} for row in rows)


def test_the_day_is_the_day_of_the_epoch(settings) -> None:
    settings.AMANAT_EPOCH_SECONDS = 600
    assert received_on(Report(epoch=144)) == "1970-01-02"
    assert received_on(Report(epoch=143)) == "1970-01-01"


def test_a_thread_shows_each_reader_and_recovery_with_or_without_a_grant() -> None:
    bilal, farah = make_person(), make_person("farah")
    make_person("erum", "administrator")
    chain = received(bilal.recipient)
    report = report_of(chain)
    Grant.objects.create(report=report, member=bilal.member, sealed=b"of bilal")
    shown = thread(report, member=bilal.member)
    assert decode_base64(shown["grant"]) == b"of bilal"
    assert [(reader["member"], reader["has_grant"]) for reader in shown["readers"]] == [
        (bilal.member.pk, True),
        (farah.member.pk, False),
    ]
    assert not shown["recovery_has_grant"]
    Grant.objects.create(report=report, member=None, sealed=b"of recovery")
    shown = thread(report, member=farah.member)
    assert (shown["grant"], shown["recovery_has_grant"]) == (None, True)


def test_a_long_thread_is_read_with_as_many_questions_as_a_short_one(
    django_assert_max_num_queries,
) -> None:
    bilal = make_person()
    chain = received(bilal.recipient)
    for _ in range(20):
        event = message(chain)
        sent = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record}
        append_event(by=None, now=NOW, report=report_of(chain), **sent)
    with django_assert_max_num_queries(6):
        shown = thread(report_of(chain), member=bilal.member)
    assert [event["seq"] for event in shown["events"]] == list(range(21))
    assert all(len(decode_base64(event["leaf"])) == 64 for event in shown["events"])


@pytest.mark.parametrize("whose", ["member", "recovery"])
def test_the_database_itself_holds_one_grant_for_each(whose: str) -> None:
    row, member = report_row("a"), make_person().member if whose == "member" else None
    Grant.objects.create(report=row, member=member, sealed=b"first")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.create(report=row, member=member, sealed=b"second")
    Grant.objects.create(report=report_row("b"), member=member, sealed=b"of another report")
    assert Grant.objects.count() == 2
