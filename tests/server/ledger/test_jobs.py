"""The sequencer in one process: pace, cover, overflow, order of writes, witnesses that come late."""

import fcntl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amanat.errors import Misconfigured
from amanat.receipt.leaf import CaseLeaf, cover_leaf, parse_leaf, statement_leaf
from amanat.server.ledger import queries
from amanat.server.ledger.actions import enter, enter_statement
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.models import Entry, SignedTree
from amanat.server.ledger.rules import MAX_DELAY_SECONDS
from amanat.tlog import tree
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import COSIGNATURE, MLDSA, generate_signer
from amanat.tlog.proof import check_inclusion, prove_inclusion_from
from amanat.tlog.tile import ENTRIES, Tile, TileHashes, read_entries
from amanat.tlog.trust import verify_checkpoint
from amanat.tlog.witness import Witness
from amanat.tlog.witness_http import WitnessServer
from amanat.tlog.witness_state import create_state

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)


def later(epochs: int) -> datetime:
    return START + timedelta(minutes=10 * epochs)


def test_the_first_epoch_is_all_cover_and_looks_like_any_other(data_folder: Path):
    assert sequence(now=START) == 8
    entries = read_entries(queries.store(), Tile(ENTRIES, 0, 8))
    assert all(isinstance(parse_leaf(entry), CaseLeaf) for entry in entries)
    assert len(set(entries)) == 8


def test_nothing_happens_until_the_epoch_has_turned(data_folder: Path):
    sequence(now=START)
    before = queries.checkpoint_note()
    assert sequence(now=START + timedelta(minutes=2)) == 0
    assert queries.checkpoint_note() == before


def test_a_clock_that_goes_back_closes_nothing(data_folder: Path):
    sequence(now=START)
    assert sequence(now=later(-5)) == 0
    assert SignedTree.objects.count() == 1


def test_a_leaf_waits_for_the_end_of_its_epoch_and_is_then_provably_in_the_log(data_folder: Path):
    entry = enter(now=START, leaf=cover_leaf())
    sequence(now=START)
    entry.refresh_from_db()
    assert entry.index is None
    sequence(now=later(1))
    entry.refresh_from_db()
    checkpoint = verify_checkpoint(queries.checkpoint_note(), queries.policy()).checkpoint
    proof = prove_inclusion_from(TileHashes(queries.store(), checkpoint.size), checkpoint.size, entry.index)
    check_inclusion(bytes(entry.leaf_hash), entry.index, checkpoint.size, proof, checkpoint.root)


def test_every_epoch_adds_the_same_number_however_many_reports_there_were(data_folder: Path):
    sizes = []
    for epoch, reports in enumerate([0, 3, 8, 0, 1]):
        for _ in range(reports):
            enter(now=later(epoch), leaf=cover_leaf())
        sizes.append(sequence(now=later(epoch + 1)))
    assert sizes == [8] * 5


def test_overflow_waits_for_the_next_epoch_in_the_order_of_entering(data_folder: Path):
    entries = [enter(now=START, leaf=cover_leaf()) for _ in range(11)]
    sequence(now=later(1))
    indices = [Entry.objects.get(pk=entry.pk).index for entry in entries]
    assert sorted(indices[:8]) == list(range(8))
    assert indices[8:] == [None, None, None]
    sequence(now=later(2))
    assert queries.waiting_count() == 0


def test_a_long_queue_never_breaks_a_promise(data_folder: Path):
    for _ in range(30):
        enter(now=START, leaf=cover_leaf())
    assert sequence(now=START + timedelta(seconds=MAX_DELAY_SECONDS * 0.6)) == 32
    assert queries.waiting_count() == 0


def test_the_place_within_an_epoch_says_nothing(data_folder: Path):
    places = set()
    for epoch in range(12):
        entry = enter(now=later(epoch), leaf=cover_leaf())
        sequence(now=later(epoch + 1))
        entry.refresh_from_db()
        places.add(entry.index % 8)
    assert len(places) > 2


def test_a_public_statement_is_sequenced_like_a_leaf(data_folder: Path):
    enter_statement(now=START, text="We have a new witness.")
    sequence(now=later(1))
    assert statement_leaf("We have a new witness.") in read_entries(queries.store(), Tile(ENTRIES, 0, 8))


def test_tiles_and_checkpoint_say_what_the_leaves_say(data_folder: Path, settings):
    settings.AMANAT_EPOCH_LEAVES = 100
    for epoch in range(6):
        sequence(now=later(epoch))
    leaves = queries.leaves(0, 600)
    published = queries.published_checkpoint()
    assert published is not None
    assert published.root == tree.root([leaf_hash(leaf) for leaf in leaves])
    bundles = [
        read_entries(queries.store(), Tile(ENTRIES, *place)) for place in ((0, 256), (1, 256), (2, 88))
    ]
    assert [entry for bundle in bundles for entry in bundle] == leaves


def test_a_second_sequencer_steps_back(data_folder: Path):
    with (data_folder / "sequencer.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert sequence(now=START) == 0
    assert sequence(now=START) == 8


def test_a_database_older_than_the_published_log_signs_nothing(data_folder: Path):
    sequence(now=START)
    newer = queries.checkpoint_note()
    Entry.objects.all().delete()
    SignedTree.objects.all().delete()
    with pytest.raises(Misconfigured):
        sequence(now=later(1))
    assert not SignedTree.objects.exists()
    assert queries.checkpoint_note() == newer


def test_another_length_of_epochs_is_refused_once_the_log_has_begun(data_folder: Path, settings):
    sequence(now=START)
    settings.AMANAT_EPOCH_SECONDS = 300
    with pytest.raises(Misconfigured):
        sequence(now=later(1))


def test_an_interrupted_tree_is_published_before_another_is_signed(data_folder: Path, monkeypatch):
    from amanat.server.ledger import jobs

    monkeypatch.setattr(jobs, "_finish", lambda _now: None)
    sequence(now=START)
    assert queries.checkpoint_note() == b""
    monkeypatch.undo()
    assert sequence(now=START + timedelta(minutes=1)) == 0
    assert queries.published_checkpoint().size == 8


def test_a_full_disk_while_publishing_is_mended_by_the_next_run(data_folder: Path):
    folder = data_folder / "log"
    folder.rmdir()
    folder.write_bytes(b"in the way")
    with pytest.raises(Exception, match="written"):
        sequence(now=START)
    folder.unlink()
    assert sequence(now=START) == 0
    assert queries.published_checkpoint().size == 8


@pytest.fixture(params=[COSIGNATURE, MLDSA], ids=["ed25519", "ml-dsa"])
def witness(data_folder: Path, tmp_path: Path, request) -> Iterator[WitnessServer]:
    """A real witness on a real port, in the policy as one that must agree, not yet answering."""
    signer = generate_signer("witness.example", request.param)
    create_state(tmp_path / "witness.sqlite3", signer.verifier)
    log_key = queries.log_signer().verifier
    server = WitnessServer(
        Witness(tmp_path / "witness.sqlite3", signer, {log_key.name: log_key}), ("127.0.0.1", 0)
    )
    url = f"http://127.0.0.1:{server.server_address[1]}"
    policy = f"log {log_key}\nwitness chandni {signer.verifier} {url}\nquorum chandni\n"
    (data_folder / "policy.txt").write_text(policy, encoding="utf-8")
    yield server
    server.server_close()


@pytest.fixture
def answering(witness: WitnessServer) -> Iterator[WitnessServer]:
    thread = threading.Thread(target=witness.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield witness
    witness.shutdown()
    thread.join()


def test_a_witness_cosigns_each_tree(answering: WitnessServer):
    for epoch in range(3):
        sequence(now=later(epoch))
        assert set(verify_checkpoint(queries.checkpoint_note(), queries.policy()).witnesses) == {"chandni"}


def test_an_absent_witness_blocks_nothing_and_its_late_word_is_published(witness: WitnessServer, settings):
    settings.AMANAT_WITNESS_SECONDS = 1
    assert sequence(now=START) == 8
    assert queries.published_checkpoint().size == 8
    assert not queries.standing().quorum_reached
    thread = threading.Thread(target=witness.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        assert sequence(now=START + timedelta(seconds=5)) == 0
        assert not queries.standing().quorum_reached
        assert sequence(now=START + timedelta(seconds=70)) == 0
    finally:
        witness.shutdown()
        thread.join()
    assert queries.standing().quorum_reached
    verify_checkpoint(queries.checkpoint_note(), queries.policy())


def test_a_cosignature_lost_in_a_crash_is_asked_for_again(answering: WitnessServer):
    sequence(now=START)
    SignedTree.objects.update(cosigned=None, published=False, asked=None)
    sequence(now=START)
    verify_checkpoint(queries.checkpoint_note(), queries.policy())
