import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from amanat.errors import NotAllowed, Unverified
from amanat.receipt.leaf import commit, parse_header, parse_leaf, payload_digest, salt, tag
from amanat.receipt.verify import verify_receipt
from amanat.sealing.keys import derive
from amanat.server.accounts.models import Member
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.models import Entry
from amanat.server.statements.actions.items import reject
from amanat.server.statements.actions.records import begin
from amanat.server.statements.models import Item
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.prooffile import format_proof_file, parse_proof_file
from server.makers import NOW, make_person
from server.referrals.doors import client_of
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


def test_a_deed_has_a_proof_that_verifies_without_the_server(bilal: Member) -> None:
    client = client_of(SimpleNamespace(member=bilal))
    record = make_record(bilal)
    reject(by=bilal, now=NOW, item=children(bilal, make_source(bilal, record)))
    address = f"/staff/records/{record.pk}/history/3.tlog-proof"
    assert client.get(address).status_code == 404
    sequence(now=NOW + timedelta(minutes=20))
    answer = client.get(address)
    assert answer["Content-Disposition"] == f'attachment; filename="record-{record.pk}-3.tlog-proof"'
    shown = verify_receipt(answer.content, ledger.policy()).payload
    assert shown is not None
    assert (shown["record"], shown["deed"], shown["by"]) == (record.pk, "rejected", bilal.pseudonym)
    file = parse_proof_file(answer.content)
    assert file.extra is not None
    other = replace(file, extra=file.extra.replace(b'"rejected"', b'"confirmed"'))
    with pytest.raises(Unverified):
        verify_receipt(format_proof_file(other), ledger.policy())
    assert client.get(address.replace("/3.", "/4.")).status_code == 404


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
