"""A monitor believes no more than was signed and proven, and keeps the evidence of everything else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Error, Malformed, Misconfigured, NotFound, Unverified
from amanat.tlog.cosignature import cosign
from amanat.tlog.monitor import PATIENCE, Monitor, Seen
from amanat.tlog.note import add_signatures, format_note, parse_note
from amanat.tlog.policy import parse_policy
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.sightings import Alarm, Sightings, format_name, parse_name
from amanat.tlog.store import FolderStore
from tlog.makers import LOG, NORTH, SOUTH, entries, publish, signed, signer, text_law

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
POLICY = parse_policy(
    f"log {LOG.verifier}\nwitness north {NORTH.verifier}\nwitness south {SOUTH.verifier}\nquorum north\n"
)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return publish(tmp_path / "log", 300)


@pytest.fixture
def sightings(tmp_path: Path) -> Sightings:
    return Sightings(tmp_path / "state", POLICY)


def look(store: FolderStore, sightings: Sightings) -> Seen | Alarm:
    """What a monitor that was started just now sees; broken files are an alarm at once."""
    return Monitor(store, sightings, patience=1).look()


def publish_fork(folder: Path, count: int, key=LOG) -> FolderStore:
    """A log of the same key and another history, in a folder of its own."""
    store = FolderStore(folder)
    leaves = [b"fork", *entries(count - 1)]
    write_tiles(store, 0, leaves)
    store.write("checkpoint", signed(leaves, key))
    return store


def cosigned(store: FolderStore, *witnesses, time: int = 1_777_809_600) -> None:
    note = parse_note(store.read("checkpoint"))
    lines = [cosign(note.text, witness, time) for witness in witnesses]
    store.write("checkpoint", format_note(add_signatures(note, lines)))


def assert_alarm(outcome: Seen | Alarm, words: str, before: bytes | None, after: bytes) -> None:
    assert isinstance(outcome, Alarm), outcome
    assert words in outcome.why
    assert (outcome.before, outcome.after) == (before, after)


def test_each_growth_is_seen_proven_and_kept_as_it_was_served(store, sightings, tmp_path):
    sizes = (300, 301, 512, 700)
    for old, size in zip((300, *sizes), sizes, strict=False):
        if size > old:
            publish(tmp_path / "log", size, old)
        seen = look(store, sightings)
        assert isinstance(seen, Seen)
        assert seen.grown
        assert sightings.at(size).note == store.read("checkpoint")
        again = look(store, sightings)
        assert isinstance(again, Seen)
        assert not again.grown
    assert sightings.sizes() == sizes


def test_an_empty_log_can_be_followed_from_its_start(tmp_path, sightings):
    store = publish(tmp_path / "log", 0)
    assert isinstance(look(store, sightings), Seen)
    publish(tmp_path / "log", 3)
    seen = look(store, sightings)
    assert isinstance(seen, Seen)
    assert seen.grown


def test_a_late_quorum_is_no_failure_and_its_cosignatures_are_added(store, sightings):
    first = look(store, sightings)
    assert isinstance(first, Seen)
    assert not first.sighting.witnessed
    cosigned(store, SOUTH, time=1)
    cosigned(store, NORTH)
    second = look(store, sightings)
    assert isinstance(second, Seen)
    assert second.sighting.witnessed
    assert second.later_witnesses == {"north", "south"}
    assert set(sightings.at(300).signed.witnesses) == {"north", "south"}
    cosigned(store, SOUTH, time=99)
    third = look(store, sightings)
    assert isinstance(third, Seen)
    assert not third.later_witnesses
    assert sightings.at(300).signed.witnesses["south"] == datetime.fromtimestamp(1, UTC)


def test_another_root_at_the_same_size_is_a_fork(store, sightings, tmp_path):
    look(store, sightings)
    fork = publish_fork(tmp_path / "fork", 300)
    outcome = look(fork, sightings)
    assert_alarm(outcome, "two different trees of 300", store.read("checkpoint"), fork.read("checkpoint"))
    assert sightings.sizes() == (300,)


def test_a_larger_tree_of_another_history_is_a_fork(store, sightings, tmp_path):
    look(store, sightings)
    for size in (301, 512, 700):
        fork = publish_fork(tmp_path / f"fork{size}", size)
        outcome = look(fork, sightings)
        assert_alarm(outcome, "a second history", store.read("checkpoint"), fork.read("checkpoint"))


def test_a_log_that_goes_back_is_an_alarm(store, sightings, tmp_path):
    look(store, sightings)
    small = publish(tmp_path / "small", 299)
    outcome = look(small, sightings)
    words = "went back from 300 entries to 299"
    assert_alarm(outcome, words, store.read("checkpoint"), small.read("checkpoint"))


def test_going_back_to_another_root_of_a_size_seen_shows_that_size(store, sightings, tmp_path):
    look(store, sightings)
    first = store.read("checkpoint")
    publish(tmp_path / "log", 400, 300)
    look(store, sightings)
    fork = publish_fork(tmp_path / "fork", 300)
    outcome = look(fork, sightings)
    assert_alarm(outcome, "two different trees of 300", first, fork.read("checkpoint"))
    store.write("checkpoint", first)
    assert_alarm(look(store, sightings), "went back", sightings.at(400).note, first)


def test_a_signature_that_does_not_hold_is_an_alarm(store, sightings):
    look(store, sightings)
    before = store.read("checkpoint")
    for after in (
        before.replace(b"\n300\n", b"\n301\n"),
        signed(entries(300), signer("other.example/log")),
        before.replace(b"\n300\n", b"\n299\n"),
    ):
        store.write("checkpoint", after)
        assert_alarm(look(store, sightings), "signatures do not hold", before, after)


def test_a_false_signature_at_the_first_look_has_one_note_only(store, sightings):
    after = store.read("checkpoint").replace(b"\n300\n", b"\n301\n")
    store.write("checkpoint", after)
    assert_alarm(look(store, sightings), "signatures do not hold", None, after)


def test_files_that_prove_nothing_are_tried_again_and_then_an_alarm(store, sightings, tmp_path):
    monitor = Monitor(store, sightings)
    monitor.look()
    publish(tmp_path / "log", 400, 300)
    (tmp_path / "log/tile/0/001.p/144").write_bytes(bytes(144 * 32))
    for _ in range(PATIENCE - 1):
        with pytest.raises(Unverified):
            monitor.look()
    assert_alarm(monitor.look(), "do not prove", sightings.at(300).note, store.read("checkpoint"))
    (tmp_path / "log/tile/0/001.p/144").unlink()
    with pytest.raises(NotFound):
        Monitor(store, sightings).look()
    assert sightings.sizes() == (300,)


def test_a_new_log_whose_tiles_do_not_make_its_root_is_not_remembered(store, sightings, tmp_path):
    (tmp_path / "log/tile/1/000.p/1").write_bytes(bytes(32))
    assert isinstance(look(store, sightings), Alarm)
    assert sightings.last() is None


def test_a_page_of_somebody_else_is_malformed_and_no_alarm(store, sightings):
    store.write("checkpoint", b"<html>please sign in to this network</html>")
    with pytest.raises(Malformed):
        look(store, sightings)


def test_evidence_is_kept_once_and_holds_both_notes_to_the_byte(sightings, tmp_path):
    alarm = Alarm("why", b"one\n", b"two\n")
    place = sightings.keep_evidence(alarm, now=NOW)
    assert sightings.keep_evidence(alarm, now=datetime(2030, 1, 1, tzinfo=UTC)) == place
    folder = tmp_path / "state" / place
    assert (folder / "before.note").read_bytes() == b"one\n"
    assert (folder / "after.note").read_bytes() == b"two\n"
    assert (folder / "why.txt").read_text() == "2026-05-03T12:00:00Z\nwhy\n"
    assert sightings.evidence() == 1


def test_a_stored_note_that_was_changed_or_renamed_is_not_believed(store, sightings, tmp_path):
    look(store, sightings)
    path = tmp_path / "state/checkpoints/300.note"
    right = path.read_bytes()
    for wrong in (b"", right.replace(b"\n300\n", b"\n301\n"), right[:-3]):
        path.write_bytes(wrong)
        with pytest.raises(Misconfigured):
            sightings.last()
    path.write_bytes(right)
    path.rename(path.with_name("301.note"))
    with pytest.raises(Misconfigured):
        sightings.last()


def test_what_a_kill_left_in_the_middle_of_a_write_is_not_read(store, sightings, tmp_path):
    look(store, sightings)
    (tmp_path / "state/checkpoints/.900.note.0123456789abcdef").write_bytes(b"half a no")
    assert sightings.sizes() == (300,)


@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,20}\.note"))
def test_names_of_notes_obey_the_law(text):
    text_law(parse_name, format_name, text)


def test_errors_name_the_file(store, sightings, tmp_path):
    (tmp_path / "log/tile/1/000.p/1").unlink()
    with pytest.raises(Error, match="tile/1/000"):
        Monitor(store, sightings).look()
