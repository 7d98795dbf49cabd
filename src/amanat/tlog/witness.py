"""A witness: it remembers the last tree of each log, and cosigns the next only if it continues that one.

C2SP tlog-witness 1.0, `add-checkpoint`. The answers are decided in the order of the specification: 404, 403,
400, 409, 422, 200. Check and persist are one transaction, committed before the answer. The state belongs to
its keys: a witness that lost it must retire. The HTTP door is `witness_http.py`. Shown right by
`tests/tlog/test_witness.py`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from amanat.errors import Conflict, Malformed, Misconfigured, NotAllowed, NotFound, Unavailable, Unverified
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.cosignature import cosign
from amanat.tlog.hashing import EMPTY_ROOT
from amanat.tlog.note import (
    Note,
    Signer,
    Verifier,
    check_note,
    format_note,
    format_signature,
    parse_signature,
    split_note,
)
from amanat.tlog.proof import check_consistency
from amanat.tlog.submission import Submission, parse_submission

__all__ = ["Answer", "Seen", "Witness", "add_key", "create_state"]

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
MAX_EVIDENCE = 16
_RETIRE = "Without it a second history could not be refused: retire this key and start a new witness."
_SCHEMA = """
CREATE TABLE witness (vkey TEXT NOT NULL);
CREATE TABLE seen (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL, time TEXT NOT NULL
);
CREATE TABLE evidence (origin TEXT NOT NULL, time TEXT NOT NULL, body BLOB NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness replies: HTTP status, content type, body."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint cosigned for one log, and how many refused ones are kept as evidence."""

    origin: str
    size: int
    root: bytes
    note: bytes
    time: str
    evidence: int


def create_state(path: Path, verifier: Verifier) -> None:
    """Make the empty state of a new witness with this key; raises `Conflict` when there is one already."""
    if path.exists():
        raise Conflict("there is a state already", where=path.name)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # A write-ahead log with synchronous=FULL is durable at each commit.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO witness VALUES (?)", [str(verifier)])


def add_key(path: Path, verifier: Verifier) -> None:
    """Let a second key share the memory of a witness: it has cosigned nothing yet, so no second history."""
    if not path.is_file():
        raise Misconfigured("the state is missing", where=path.name, hint=_RETIRE)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("INSERT INTO witness VALUES (?)", [str(verifier)])


class Witness:
    """The witness with these keys (of one name, each answers with a line), its state file, and its logs."""

    def __init__(
        self, state: Path, signer: Signer, logs: Mapping[str, Verifier], *, also: Iterable[Signer] = ()
    ) -> None:
        self._state = state
        self._signers = (signer, *also)
        self._logs = dict(logs)
        self._check_identity()

    def add_checkpoint(self, body: bytes, *, now: datetime) -> Answer:
        """Answer one submission. Raises `Unavailable` when it cannot persist, and nothing else."""
        try:
            submission = parse_submission(body)
            text, lines = split_note(submission.note)
            checkpoint = parse_checkpoint(text)
            note = self._signed(checkpoint.origin, text, lines)
            if submission.old_size > checkpoint.size:
                raise Malformed("the old size is above the new one", where="submission")
            return self._continue(submission, checkpoint, note, now)
        except (Malformed, NotFound, NotAllowed, Unverified) as error:
            return Answer(error.http_status, TEXT, f"{error}\n".encode())

    def latest(self, origin_hash: str) -> bytes:
        """The last cosigned checkpoint of the log whose origin has this SHA-256 in hex; raises `NotFound`."""
        for seen in self.seen():
            if sha256(seen.origin.encode()).hexdigest() == origin_hash:
                return seen.note
        raise NotFound("nothing was cosigned for such a log", where="witness")

    def seen(self) -> tuple[Seen, ...]:
        """All logs for which something was cosigned, in order of their origins."""
        query = """SELECT origin, size, root, note, time,
            (SELECT count(*) FROM evidence WHERE evidence.origin = seen.origin) FROM seen ORDER BY origin"""
        with self._connection() as connection:
            return tuple(Seen(*row) for row in connection.execute(query))

    def _signed(self, origin: str, text: str, lines: tuple[str, ...]) -> Note:
        """The note as far as it can be trusted: its text with the log's own signature."""
        verifier = self._logs.get(origin)
        if verifier is None:
            raise NotFound("this witness does not follow this log", where="origin")
        try:
            note = Note(text, tuple(parse_signature(line) for line in lines))
            check_note(note, verifier)
        except (Malformed, Unverified) as error:
            raise NotAllowed(f"no trusted signature ({error})", where="checkpoint") from error
        return Note(text, note.by(verifier)[:1])

    def _continue(self, submission: Submission, checkpoint: Checkpoint, note: Note, now: datetime) -> Answer:
        """Check against the last tree and remember the new one, in one transaction before the answer."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            size, root = _last(connection, checkpoint.origin)
            if submission.old_size != size:
                return Answer(409, SIZE, f"{size}\n".encode())
            try:
                check_consistency(size, root, checkpoint.size, checkpoint.root, submission.hashes)
            except Unverified:
                _keep_evidence(connection, checkpoint.origin, now, submission.note)
                raise
            lines = [cosign(note.text, signer, int(now.timestamp())) for signer in self._signers]
            _remember(connection, checkpoint, format_note(Note(note.text, (*note.signatures, *lines))), now)
        return Answer(200, TEXT, "".join(f"{format_signature(line)}\n" for line in lines).encode())

    def _check_identity(self) -> None:
        if not self._state.is_file():
            raise Misconfigured("the state is missing", where=self._state.name, hint=_RETIRE)
        with self._connection() as connection:
            keys = {row[0] for row in connection.execute("SELECT vkey FROM witness")}
        if not keys.issuperset(str(signer.verifier) for signer in self._signers):
            raise Misconfigured("the state belongs to another key", where=self._state.name, hint=_RETIRE)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each use, so that threads and processes share nothing but the file."""
        try:
            address = f"{self._state.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
                if connection.in_transaction:
                    connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise Unavailable("the state cannot be read or written now", where=self._state.name) from error


def _last(connection: sqlite3.Connection, origin: str) -> tuple[int, bytes]:
    row = connection.execute("SELECT size, root FROM seen WHERE origin = ?", [origin]).fetchone()
    return (row[0], row[1]) if row else (0, EMPTY_ROOT)


def _remember(connection: sqlite3.Connection, checkpoint: Checkpoint, note: bytes, now: datetime) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)",
        [checkpoint.origin, checkpoint.size, checkpoint.root, note, now.isoformat(timespec="seconds")],
    )


def _keep_evidence(connection: sqlite3.Connection, origin: str, now: datetime, note: bytes) -> None:
    """Keep a checkpoint that the log signed and that does not continue its history; bounded."""
    count = connection.execute("SELECT count(*) FROM evidence WHERE origin = ?", [origin]).fetchone()[0]
    if count < MAX_EVIDENCE:
        values = [origin, now.isoformat(timespec="seconds"), note]
        connection.execute("INSERT INTO evidence VALUES (?, ?, ?)", values)
    connection.execute("COMMIT")
