import pytest

from amanat.server.accounts.models import Member
from amanat.server.ledger.models import Entry
from amanat.server.statements import jobs
from amanat.server.statements.models import Item, Source
from server.makers import NOW
from server.statements.shelf import make_record, make_source

pytestmark = pytest.mark.django_db


def test_the_worker_lets_the_rules_read_each_source_once_and_confirms_nothing(bilal: Member) -> None:
    source = make_source(bilal, make_record(bilal))
    leaves = Entry.objects.count()
    assert jobs.propose(now=NOW) == 1
    assert {"harm", "referral"} <= set(Item.objects.values_list("kind", flat=True))
    assert set(Item.objects.values_list("state", flat=True)) == {"pending"}
    assert Entry.objects.count() == leaves
    assert source.record.names.filter(written="the ministry").exists()
    assert jobs.propose(now=NOW) == 0


def test_a_source_that_stops_the_rules_is_given_up(bilal: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_source(bilal, make_record(bilal))

    def stop(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(jobs, "_propose", stop)
    for _ in range(3):
        with pytest.raises(MemoryError):
            jobs.propose(now=NOW)
    assert jobs.propose(now=NOW) == 0
    assert Source.objects.get(pk=source.pk).proposed is None
