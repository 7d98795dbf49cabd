"""A witness answers in the order of the specification and never cosigns two histories."""

import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from amanat.errors import Conflict, Misconfigured, NotFound, Unavailable
from amanat.strict import encode_base64
from amanat.tlog.checkpoint import Checkpoint, format_checkpoint
from amanat.tlog.cosignature import check_cosignature, cosign
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.note import Note, check_note, format_note, parse_note, parse_signature, sign_note
from amanat.tlog.proof import prove_consistency
from amanat.tlog.submission import Submission, format_submission
from amanat.tlog.witness import Answer, Witness
from amanat.tlog.witness_state import MAX_EVIDENCE, add_key, create_state
from tlog.makers import LOG, NORTH, NORTH_PQ, ORIGIN, SOUTH, entries, signed, signer

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
FORK = [b"another", *entries(400, 1)]


@pytest.fixture
def state(tmp_path) -> Path:
    create_state(tmp_path / "witness.sqlite3", NORTH.verifier)
    return tmp_path / "witness.sqlite3"


@pytest.fixture
def witness(state) -> Witness:
    return Witness(state, NORTH, {ORIGIN: LOG.verifier})


def body(old: int, size: int, *, leaves: list[bytes] | None = None, key=LOG, hashes=None) -> bytes:
    """A submission of the tree of the first `size` leaves, with the right proof unless told otherwise."""
    leaves = (entries(size) if leaves is None else leaves)[:size]
    if hashes is None:
        hashes = prove_consistency([leaf_hash(leaf) for leaf in leaves], min(old, size))
    return format_submission(Submission(old, tuple(hashes), signed(leaves, key)))


def add(witness: Witness, *arguments, **options) -> Answer:
    return witness.add_checkpoint(body(*arguments, **options), now=NOON)


def with_root(size: int, root: bytes, hashes=()) -> bytes:
    note = sign_note(format_checkpoint(Checkpoint(ORIGIN, size, root)), LOG)
    return format_submission(Submission(0, tuple(hashes), note))


def test_it_cosigns_the_first_tree_and_each_that_continues_it(witness):
    old = 0
    for size in (1, 5, 5, 256, 300):
        answer = add(witness, old, size)
        assert (answer.status, answer.content_type) == (200, "text/plain; charset=utf-8")
        line = parse_signature(answer.body.decode().removesuffix("\n"))
        text = parse_note(signed(entries(size))).text
        assert check_cosignature(text, line, NORTH.verifier) == int(NOON.timestamp())
        old = size


def test_an_unknown_origin_is_404_before_anything_else(witness):
    assert add(witness, 9, 5, key=signer("dan.example/log")).status == 404


def test_no_trusted_signature_is_403_before_the_sizes_are_looked_at(witness):
    impostor = type(LOG)(ORIGIN, LOG.kind, bytes(32))
    assert add(witness, 9, 5, key=impostor).status == 403
    changed = body(9, 5).replace(b"\n5\n", b"\n6\n")
    assert witness.add_checkpoint(changed, now=NOON).status == 403


def test_a_signature_line_that_is_not_canonical_base64_is_403_and_not_400(witness):
    good = body(0, 5)
    assert good.endswith(b"=\n")
    for bad in (good[:-2] + b"\n", good[:-3] + b"_=\n", good[:-1] + b"=\n"):
        assert witness.add_checkpoint(bad, now=NOON).status == 403


def test_an_old_size_above_the_new_one_is_400_before_409(witness):
    add(witness, 0, 3)
    assert add(witness, 9, 5, hashes=()).status == 400


@pytest.mark.parametrize(
    "data",
    [b"", b"old 0\n\n", b"old 0\n\nnonsense", b"old -1\n\nx", b"old 0\n\ntext\n\n- a b\n", b"\xff\n\n\xff"],
)
def test_what_is_no_submission_is_400(witness, data):
    assert witness.add_checkpoint(data, now=NOON).status == 400


def test_a_size_in_another_spelling_is_400(witness):
    for size in ("-5", "+7", "0_9", "٣", "05"):
        note = sign_note(f"{ORIGIN}\n{size}\n{encode_base64(EMPTY_ROOT)}\n", LOG)
        assert witness.add_checkpoint(format_submission(Submission(0, (), note)), now=NOON).status == 400


def test_another_old_size_than_the_last_is_409_with_the_size(witness):
    assert add(witness, 3, 5).body == b"0\n"
    add(witness, 0, 5)
    for old, size in ((0, 5), (0, 9), (4, 9), (6, 9)):
        answer = add(witness, old, size)
        assert (answer.status, answer.content_type, answer.body) == (409, "text/x.tlog.size", b"5\n")


def test_409_comes_before_a_bad_proof(witness):
    add(witness, 0, 5)
    assert add(witness, 4, 9, hashes=[bytes(32)]).status == 409


def test_bad_proofs_and_roots_are_422(witness):
    assert witness.add_checkpoint(with_root(0, bytes(32)), now=NOON).status == 422
    assert witness.add_checkpoint(with_root(5, bytes(32), [bytes(32)]), now=NOON).status == 422
    add(witness, 0, 5)
    assert add(witness, 5, 9, hashes=[bytes(32)]).status == 422
    assert add(witness, 5, 9, hashes=()).status == 422
    assert add(witness, 5, 9, leaves=FORK).status == 422
    assert add(witness, 5, 5, leaves=FORK).status == 422
    assert add(witness, 5, 5, hashes=[bytes(32)]).status == 422
    assert add(witness, 5, 9).status == 200


def test_the_empty_tree_is_cosigned_by_its_own_root(witness):
    assert witness.add_checkpoint(with_root(0, EMPTY_ROOT), now=NOON).status == 200
    assert add(witness, 0, 5).status == 200


def test_the_lines_of_others_may_stand_before_the_logs(witness):
    note = parse_note(signed(entries(5)))
    mixed = format_note(Note(note.text, (cosign(note.text, SOUTH, 1), *note.signatures)))
    assert witness.add_checkpoint(format_submission(Submission(0, (), mixed)), now=NOON).status == 200
    assert parse_note(witness.latest(sha256(ORIGIN.encode()).hexdigest())).by(SOUTH.verifier) == ()


def test_monitors_get_the_last_cosigned_checkpoint(witness):
    name = sha256(ORIGIN.encode()).hexdigest()
    with pytest.raises(NotFound):
        witness.latest(name)
    add(witness, 0, 3)
    add(witness, 3, 5)
    note = parse_note(witness.latest(name))
    check_note(note, LOG.verifier)
    check_cosignature(note.text, note.by(NORTH.verifier)[0], NORTH.verifier)
    assert "\n5\n" in note.text
    with pytest.raises(NotFound):
        witness.latest("0" * 64)


def test_another_process_with_the_same_state_goes_on_where_the_first_was(witness, state):
    add(witness, 0, 5)
    again = Witness(state, NORTH, {ORIGIN: LOG.verifier})
    assert add(again, 0, 5, leaves=FORK).status == 409
    assert add(again, 5, 9).status == 200


def test_of_many_forks_at_once_one_is_cosigned(state):
    """Check and persist are one step: eight histories of one log are submitted at the same moment."""
    answers: list[int] = []
    together = threading.Barrier(8)

    def submit(number: int) -> None:
        own = Witness(state, NORTH, {ORIGIN: LOG.verifier})
        fork = body(0, 5, leaves=[b"fork %d" % number, *entries(4)])
        together.wait()
        answers.append(own.add_checkpoint(fork, now=NOON).status)

    threads = [threading.Thread(target=submit, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7


def test_what_cannot_be_persisted_is_not_cosigned(witness, state):
    add(witness, 0, 3)
    with closing(sqlite3.connect(state)) as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON seen BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Unavailable):
        add(witness, 3, 5)
    assert witness.seen()[0].size == 3


def test_signed_forks_are_kept_as_evidence_up_to_a_limit(witness, state):
    add(witness, 0, 5)
    for number in range(MAX_EVIDENCE + 3):
        assert add(witness, 5, 5, leaves=[b"%d" % number, *entries(4)]).status == 422
    assert witness.seen()[0].evidence == MAX_EVIDENCE
    with closing(sqlite3.connect(state)) as connection:
        kept = connection.execute("SELECT body FROM evidence").fetchone()[0]
    check_note(parse_note(kept), LOG.verifier)


def test_the_time_of_the_cosignature_is_that_of_the_answer(witness):
    add(witness, 0, 5)
    answer = witness.add_checkpoint(body(5, 5), now=NOON + timedelta(hours=1))
    line = parse_signature(answer.body.decode().removesuffix("\n"))
    assert int.from_bytes(line.blob[:8], "big") == int(NOON.timestamp()) + 3600
    assert witness.seen()[0].time == "2026-05-03T13:00:00+00:00"


def test_a_witness_that_lost_its_state_does_not_start(tmp_path):
    with pytest.raises(Misconfigured, match="missing"):
        Witness(tmp_path / "witness.sqlite3", NORTH, {})


def test_a_state_belongs_to_one_key_and_is_made_once(state):
    with pytest.raises(Misconfigured, match="another key"):
        Witness(state, SOUTH, {})
    with pytest.raises(Conflict):
        create_state(state, NORTH.verifier)


def test_a_witness_with_two_keys_answers_with_a_line_of_each_and_keeps_both(state):
    add_key(state, NORTH_PQ.verifier)
    both = Witness(state, NORTH, {ORIGIN: LOG.verifier}, also=[NORTH_PQ])
    answer = add(both, 0, 5)
    lines = [parse_signature(line) for line in answer.body.decode().splitlines()]
    text = parse_note(signed(entries(5))).text
    for line, key in zip(lines, (NORTH, NORTH_PQ), strict=True):
        assert check_cosignature(text, line, key.verifier) == int(NOON.timestamp())
    assert parse_note(both.seen()[0].note).signatures[1:] == tuple(lines)


def test_a_second_key_shares_the_memory_and_is_not_taken_unasked(state, witness):
    add(witness, 0, 5)
    with pytest.raises(Misconfigured, match="another key"):
        Witness(state, NORTH, {}, also=[NORTH_PQ])
    add_key(state, NORTH_PQ.verifier)
    assert add(Witness(state, NORTH_PQ, {ORIGIN: LOG.verifier}), 0, 5).status == 409
    with pytest.raises(Misconfigured, match="missing"):
        add_key(state.parent / "lost.sqlite3", NORTH_PQ.verifier)


def test_every_write_is_synced_in_full(witness):
    with witness.state.connection() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
