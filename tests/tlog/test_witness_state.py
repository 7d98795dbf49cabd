"""A witness that forgot what it signed never signs again, however it came to forget."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from amanat.errors import Conflict, Unavailable
from amanat.tlog.note import format_note, parse_note
from amanat.tlog.witness import Witness
from amanat.tlog.witness_state import Retired, create_state, mark_of
from tlog.makers import LOG, NORTH, ORIGIN
from tlog.test_witness import FORK, add, body

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
FILES = ("witness.sqlite3", "witness.sqlite3-wal", "witness.sqlite3-shm", "witness.mark")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "now").mkdir()
    create_state(tmp_path / "now" / "witness.sqlite3", NORTH.verifier)
    return tmp_path / "now" / "witness.sqlite3"


def started(state: Path) -> Witness:
    return Witness(state, NORTH, {ORIGIN: LOG.verifier})


def back_up(state: Path) -> Path:
    return shutil.copytree(state.parent, state.parent.with_name("backup"))


def put_back(backup: Path, state: Path, *names: str) -> None:
    for name in FILES:
        if name in names:
            (state.parent / name).unlink(missing_ok=True)
            if (backup / name).exists():
                shutil.copy(backup / name, state.parent / name)


def test_a_memory_that_was_put_back_from_a_backup_is_not_started(state: Path) -> None:
    add(started(state), 0, 5)
    backup = back_up(state)
    add(started(state), 5, 9)
    put_back(backup, state, *FILES[:3])
    with pytest.raises(Retired, match="put back from a backup"):
        started(state)


def test_one_write_less_is_enough_to_be_noticed_and_none_less_is_not(state: Path) -> None:
    for old, size in ((0, 5), (5, 5), (5, 9)):
        assert add(started(state), old, size).status == 200
    assert mark_of(state).read_text() == f"{3:020d}"
    mark_of(state).write_text(f"{4:020d}")
    with pytest.raises(Retired):
        started(state)
    mark_of(state).write_text(f"{2:020d}")
    assert add(started(state), 9, 12).status == 200
    assert mark_of(state).read_text() == f"{4:020d}"


@pytest.mark.parametrize("damage", [None, b"", b"3", b"\xff" * 20, b"x" * 20, b"0" * 21])
def test_a_mark_that_is_missing_or_damaged_is_a_memory_lost(state: Path, damage: bytes | None) -> None:
    add(started(state), 0, 5)
    mark_of(state).unlink()
    if damage is not None:
        mark_of(state).write_bytes(damage)
    with pytest.raises(Retired):
        started(state)
    with pytest.raises(Conflict):
        create_state(state, NORTH.verifier)


def test_what_could_not_be_marked_is_not_answered(state: Path) -> None:
    witness = started(state)
    mark_of(state).unlink()
    mark_of(state).mkdir()
    with pytest.raises(Unavailable):
        add(witness, 0, 5)


def test_a_witness_whose_whole_folder_was_put_back_retires_when_it_is_shown_its_own_line(state: Path) -> None:
    witness = started(state)
    add(witness, 0, 5)
    backup = back_up(state)
    add(witness, 5, 9)
    published = parse_note(witness.seen()[0].note)
    put_back(backup, state, *FILES)
    forgetful = started(state)
    shown = body(5, 9).split(b"\n\n")[0] + b"\n\n" + format_note(published)
    with pytest.raises(Retired, match="does not remember"):
        forgetful.add_checkpoint(shown, now=NOON)
    # Now for good: in this process and after a new start.
    with pytest.raises(Retired):
        add(forgetful, 5, 9)
    with pytest.raises(Retired):
        started(state)


def test_its_own_line_on_what_it_remembers_or_has_outgrown_is_no_reason_to_retire(state: Path) -> None:
    witness = started(state)
    add(witness, 0, 5)
    small = witness.seen()[0].note
    add(witness, 5, 9)
    large = witness.seen()[0].note
    for note, old in ((large, b"9"), (small, b"5")):
        answer = witness.add_checkpoint(b"old " + old + b"\n\n" + note, now=NOON)
        assert answer.status in (200, 409)
    assert add(witness, 9, 12).status == 200


def test_a_line_that_only_claims_to_be_its_own_retires_nobody(state: Path) -> None:
    witness = started(state)
    add(witness, 0, 5)
    line = parse_note(witness.seen()[0].note).by(NORTH.verifier)[0]
    fork = parse_note(body(5, 9, leaves=FORK).split(b"\n\n", 1)[1])
    forged = format_note(type(fork)(fork.text, (*fork.signatures, line)))
    assert witness.add_checkpoint(b"old 5\n\n" + forged, now=NOON).status == 422
    assert add(witness, 5, 9).status == 200
