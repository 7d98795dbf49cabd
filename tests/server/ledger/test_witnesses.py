"""The log remembers what each witness has cosigned, and believes none that has forgotten."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from amanat.cli.main import main
from amanat.server.ledger import queries
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.models import WitnessSeen
from amanat.tlog.note import COSIGNATURE, Signer, generate_signer, parse_note
from amanat.tlog.trust import verify_checkpoint
from amanat.tlog.witness import Witness
from amanat.tlog.witness_http import WitnessServer
from amanat.tlog.witness_state import create_state

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)


def later(epochs: int) -> datetime:
    return START + timedelta(minutes=10 * epochs)


@contextmanager
def answering(folder: Path, signer: Signer, data_folder: Path) -> Iterator[None]:
    """A real witness over HTTP with the memory of this folder, named in the policy."""
    key = queries.log_signer().verifier
    server = WitnessServer(Witness(folder / "w.sqlite3", signer, {key.name: key}), ("127.0.0.1", 0))
    url = f"http://127.0.0.1:{server.server_address[1]}"
    text = f"log {key}\nwitness chandni {signer.verifier} {url}\nquorum chandni\n"
    (data_folder / "policy.txt").write_text(text, encoding="utf-8")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def signer() -> Signer:
    return generate_signer("witness.example", COSIGNATURE)


@pytest.fixture
def folders(tmp_path: Path, signer: Signer) -> tuple[Path, Path]:
    """The memory of the witness, and a copy of all its files from before it signed anything."""
    (tmp_path / "now").mkdir()
    create_state(tmp_path / "now" / "w.sqlite3", signer.verifier)
    return tmp_path / "now", shutil.copytree(tmp_path / "now", tmp_path / "old")


def witnessed() -> bool:
    return bool(verify_checkpoint(queries.checkpoint_note(), queries.policy()).witnesses)


def test_the_largest_tree_of_each_key_is_remembered(folders, signer: Signer, data_folder: Path) -> None:
    with answering(folders[0], signer, data_folder):
        for epoch in range(3):
            sequence(now=later(epoch))
    assert [(row.size, row.went_back_to) for row in WitnessSeen.objects.all()] == [(24, None)]


def test_a_witness_that_went_back_is_refused_and_named_and_only_another_key_is_believed(
    folders, signer: Signer, data_folder: Path, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    now, old = folders
    with answering(now, signer, data_folder):
        sequence(now=later(0))
        assert witnessed()
    with answering(old, signer, data_folder):
        sequence(now=later(1))
        assert not parse_note(queries.checkpoint_note()).by(signer.verifier)
        assert WitnessSeen.objects.get().went_back_to == 0
        # It would sign anything now, and is not asked.
        sequence(now=later(2))
        assert not parse_note(queries.checkpoint_note()).by(signer.verifier)
    assert main(["check"]) == 0
    assert "chandni went back in size" in capsys.readouterr().out
    assert b"chandni</bdi> has lost its memory" in client.get("/en/log/").content
    another = generate_signer("witness.example", COSIGNATURE)
    (now / "new").mkdir()
    create_state(now / "new" / "w.sqlite3", another.verifier)
    with answering(now / "new", another, data_folder):
        sequence(now=later(3))
        assert witnessed()
    assert queries.standing().gone_back == ()


def test_a_witness_that_is_only_behind_is_asked_again(folders, signer: Signer, data_folder: Path) -> None:
    with answering(folders[0], signer, data_folder):
        sequence(now=later(0))
    for epoch in (1, 2):
        sequence(now=later(epoch))
    with answering(folders[0], signer, data_folder):
        sequence(now=later(3))
        assert witnessed()
    assert [(row.size, row.went_back_to) for row in WitnessSeen.objects.all()] == [(32, None)]
