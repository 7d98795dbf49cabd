"""Entering a leaf and promising it, and founding a log without ever replacing anything."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Conflict, Malformed, Misconfigured
from amanat.receipt.leaf import cover_leaf, parse_leaf, statement_leaf
from amanat.receipt.promise import open_promise
from amanat.server.ledger import queries
from amanat.server.ledger.actions import enter, enter_statement, found_log, promise_for
from amanat.server.ledger.models import Entry
from amanat.tlog.hashing import leaf_hash

NOW = datetime(2026, 5, 3, 14, 37, 21, 123456, tzinfo=UTC)


def test_a_promise_names_the_leaf_and_only_the_start_of_its_epoch(db, data_folder: Path):
    leaf = cover_leaf()
    promise = open_promise(promise_for(enter(now=NOW, leaf=leaf)), queries.promise_verifier())
    assert promise.origin == "amanat.example/log"
    assert promise.leaf_hash == leaf_hash(leaf)
    assert promise.accepted == datetime(2026, 5, 3, 14, 30, tzinfo=UTC)


def test_the_row_knows_no_finer_time_than_the_promise(db, data_folder: Path):
    first, second = (enter(now=NOW + timedelta(minutes=minutes), leaf=cover_leaf()) for minutes in (0, 1))
    assert first.epoch == second.epoch
    assert {field.name for field in Entry._meta.fields} == {
        "id",
        "leaf",
        "leaf_hash",
        "epoch",
        "index",
        "is_cover",
        "gives_way",
    }


def test_a_promise_asked_for_twice_is_the_same_promise(db, data_folder: Path):
    entry = enter(now=NOW, leaf=cover_leaf())
    assert promise_for(entry) == promise_for(Entry.objects.get(pk=entry.pk))


def test_the_same_leaf_cannot_be_entered_twice_and_the_transaction_lives_on(db, data_folder: Path):
    leaf = cover_leaf()
    with transaction.atomic():
        enter(now=NOW, leaf=leaf)
        with pytest.raises(Conflict):
            enter(now=NOW, leaf=leaf)
        enter(now=NOW, leaf=cover_leaf())
    assert Entry.objects.count() == 2


def test_a_leaf_is_gone_with_the_transaction_it_was_entered_in(db, data_folder: Path):
    with pytest.raises(RuntimeError), transaction.atomic():
        enter(now=NOW, leaf=cover_leaf())
        raise RuntimeError
    assert not Entry.objects.exists()


@given(st.binary(max_size=80))
def test_bytes_that_are_no_leaf_are_malformed(data: bytes):
    with pytest.raises(Malformed):
        enter(now=NOW, leaf=data)


def test_a_reporter_cannot_make_a_public_statement(db, data_folder: Path):
    with pytest.raises(Malformed):
        enter(now=NOW, leaf=statement_leaf("The log says hello."))


def test_the_log_itself_can_make_a_public_statement(db, data_folder: Path):
    entry = enter_statement(now=NOW, text="We have a new witness.")
    assert parse_leaf(bytes(entry.leaf)).text == "We have a new witness."


def test_founding_twice_keeps_every_byte(tmp_path: Path):
    first = found_log(tmp_path / "data", origin="amanat.example/log", url="https://amanat.example")
    before = {file: file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file()}
    second = found_log(tmp_path / "data", origin="other.example/log", url="https://other.example")
    assert first.made == second.found == ("log.skey", "promise.skey", "policy.txt")
    assert second.made == first.found == ()
    assert {file: file.read_bytes() for file in (tmp_path / "data").rglob("*") if file.is_file()} == before


def test_keys_are_for_their_owner_only(tmp_path: Path):
    found_log(tmp_path / "data", origin="amanat.example/log", url="https://amanat.example")
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "data" / "keys").iterdir()}
    assert modes == {"log.skey": 0o600, "promise.skey": 0o600}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_log_that_was_published_gets_no_second_key(data_folder: Path):
    (data_folder / "keys" / "log.skey").unlink()
    (data_folder / "log" / "checkpoint").write_bytes(b"published")
    with pytest.raises(Misconfigured):
        found_log(data_folder, origin="amanat.example/log", url="https://amanat.example")
    assert not (data_folder / "keys" / "log.skey").exists()


def test_a_missing_promise_key_gets_the_name_of_the_log_that_is_there(data_folder: Path):
    (data_folder / "keys" / "promise.skey").unlink()
    found_log(data_folder, origin="other.example/log", url="https://other.example")
    assert queries.promise_signer().name == "amanat.example/log/promise"
