import json

import pytest
from django.db import IntegrityError, transaction

from amanat.errors import NotAllowed
from amanat.receipt.leaf import commit, parse_header, parse_leaf, payload_digest, salt, tag
from amanat.sealing.keys import derive
from amanat.server.accounts.models import Member
from amanat.server.ledger.models import Entry
from amanat.server.statements.actions.items import reject
from amanat.server.statements.actions.records import begin
from amanat.server.statements.models import Item
from amanat.tlog.hashing import leaf_hash
from server.makers import NOW, make_person
from server.statements.shelf import children, make_record, make_source

pytestmark = pytest.mark.django_db


def test_every_deed_is_an_event_of_the_chain_that_its_leaf_commits_to(bilal: Member) -> None:
    record = make_record(bilal)
    item = children(bilal, make_source(bilal, record))
    reject(by=bilal, now=NOW, item=item)
    keys = derive(bytes(record.secret))
    previous = None
    deeds = list(record.deeds.order_by("seq"))
    assert [deed.kind for deed in deeds] == ["begun", "source", "by hand", "rejected"]
    for seq, deed in enumerate(deeds):
        leaf = parse_leaf(bytes(deed.entry.leaf))
        header = parse_header(deed.header.encode())
        assert (header.seq, header.prev_leaf_hash) == (seq, previous)
        assert leaf.tag == tag(keys.thread_key, seq)
        opened = salt(keys.thread_key, keys.salt_0, seq)
        digest = payload_digest(json.loads(deed.payload))
        assert leaf.commit == commit(opened, deed.header.encode(), digest)
        previous = leaf_hash(bytes(deed.entry.leaf))


def test_a_leaf_of_a_record_gives_way_and_no_other_does(bilal: Member) -> None:
    make_record(bilal)
    assert list(Entry.objects.values_list("gives_way", flat=True)) == [True]


def test_the_database_refuses_a_decision_without_a_deed_and_a_deed_without_a_leaf(bilal: Member) -> None:
    record = make_record(bilal)
    item = children(bilal, make_source(bilal, record))
    for change in ({"deed": None}, {"state": "pending"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Item.objects.filter(pk=item.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        record.deeds.filter(seq=0).update(entry=None)


def test_what_fails_leaves_neither_item_nor_leaf(bilal: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    record = make_record(bilal)
    source = make_source(bilal, record)
    before = Entry.objects.count(), record.deeds.count()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("amanat.server.statements.actions.items.note_names", fail)
    with pytest.raises(RuntimeError):
        children(bilal, source)
    assert (Entry.objects.count(), record.deeds.count()) == before
    assert not Item.objects.exists()


def test_an_administrator_keeps_no_records(organisation: None) -> None:
    admin = make_person("ayesha", "administrator").member
    with pytest.raises(NotAllowed):
        begin(by=admin, now=NOW, title="Nurabad")
    assert not Entry.objects.exists()
