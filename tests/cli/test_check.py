"""`amanat check` names what is wrong and what to do, and changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from amanat.cli import check
from amanat.cli.main import main
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.models import Entry, SignedTree

pytestmark = pytest.mark.django_db


def test_a_good_server_passes(data_folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "no errors, no warnings" in printed
    assert "database: SQLite answers" in printed or "database: PostgreSQL answers" in printed


def test_a_check_for_the_internet_only_warns(data_folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", "--deploy"]) == 0
    printed = capsys.readouterr().out
    assert "amanat.W004" in printed
    assert "amanat.W006" in printed


def test_a_missing_key_is_an_error_with_a_hint(data_folder: Path, capsys: pytest.CaptureFixture[str]):
    (data_folder / "keys" / "log.skey").unlink()
    assert main(["check"]) == 1
    printed = capsys.readouterr().out
    assert "ERROR    amanat.E010: log.skey: cannot be read" in printed
    assert "restore" in printed


def test_a_database_behind_the_log_is_an_error(data_folder: Path, capsys: pytest.CaptureFixture[str]):
    sequence(now=datetime(2026, 5, 3, tzinfo=UTC))
    Entry.objects.all().delete()
    SignedTree.objects.all().delete()
    assert main(["check"]) == 1
    assert "older than the published log" in capsys.readouterr().out


def test_what_was_published_and_who_signed_is_told(data_folder: Path, capsys: pytest.CaptureFixture[str]):
    sequence(now=datetime(2026, 5, 3, tzinfo=UTC))
    assert main(["check"]) == 0
    printed = capsys.readouterr().out
    assert "8 leaves published" in printed
    assert "witnesses: none in policy.txt" in printed


def test_checking_changes_nothing(data_folder: Path, django_assert_max_num_queries):
    before = {file: file.read_bytes() for file in data_folder.rglob("*") if file.is_file()}
    with django_assert_max_num_queries(20):
        main(["check"])
    assert {file: file.read_bytes() for file in data_folder.rglob("*") if file.is_file()} == before


def test_a_finding_reads_as_a_line_and_its_hint():
    assert str(check.Finding("ok", "tables: up to date")) == "ok       tables: up to date"
    assert str(check.Finding("ERROR", "x", "Do y.")).splitlines() == ["ERROR    x", "         Do y."]
