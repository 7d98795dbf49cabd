"""The memory of a witness: the last tree of each log in SQLite, and beside it how often that was written.

    witness.sqlite3    keys, last trees, evidence against logs, and whether the witness is retired
    witness.mark       the number of writes, in twenty digits: synced after each commit, before the answer

A memory that is missing, or that has fewer writes than its mark, was lost or put back from a backup: it would
sign an old fork, so its keys must never sign again (`Retired`). A crash between commit and mark leaves the
mark behind, which is harmless. Whoever puts back both files is found out by others: see `witness.py` and
`client.py`. Shown right by `tests/tlog/test_witness_state.py`.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from amanat.errors import Conflict, Error, Misconfigured, Unavailable
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.hashing import EMPTY_ROOT
from amanat.tlog.note import Verifier

__all__ = ["MAX_EVIDENCE", "Memory", "Retired", "Seen", "State", "add_key", "create_state", "mark_of"]

MAX_EVIDENCE = 16
_DIGITS = 20
_RETIRE = "Without it a second history could not be refused: retire this key and start a new witness."
_SCHEMA = """
CREATE TABLE witness (vkey TEXT NOT NULL);
CREATE TABLE seen (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL, time TEXT NOT NULL
);
CREATE TABLE evidence (origin TEXT NOT NULL, time TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE writes (count INTEGER NOT NULL);
CREATE TABLE retired (time TEXT NOT NULL, why TEXT NOT NULL);
INSERT INTO writes VALUES (0);
"""


class Retired(Misconfigured):
    """This witness no longer knows all that it cosigned; its keys must not sign again."""

    http_status = 503


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint cosigned for one log, and how many refused ones are kept as evidence."""

    origin: str
    size: int
    root: bytes
    note: bytes
    time: str
    evidence: int


def mark_of(path: Path) -> Path:
    """The mark that belongs to a memory."""
    return path.with_suffix(".mark")


def create_state(path: Path, verifier: Verifier) -> None:
    """Make the empty memory of a new witness with this key; raises `Conflict` when there is one already."""
    if path.exists() or mark_of(path).exists():
        raise Conflict("there is a state already", where=path.name)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # A write-ahead log with synchronous=FULL is durable at each commit.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO witness VALUES (?)", [str(verifier)])
    _raise_mark(mark_of(path), 0)


def add_key(path: Path, verifier: Verifier) -> None:
    """Let a second key share the memory of a witness: it has cosigned nothing yet, so no second history."""
    if not path.is_file():
        raise Misconfigured("the state is missing", where=path.name, hint=_RETIRE)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("INSERT INTO witness VALUES (?)", [str(verifier)])


class State:
    """The memory at a path; each use has a connection of its own, so only the files are shared."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self, verifiers: set[str]) -> None:
        """Raise `Retired` for a memory that was lost or put back, `Misconfigured` for that of another key."""
        if not self._path.is_file() or not mark_of(self._path).is_file():
            raise Retired("the state is missing", where=self._path.name, hint=_RETIRE)
        with self.connection() as connection:
            keys = {row[0] for row in connection.execute("SELECT vkey FROM witness")}
            retired = connection.execute("SELECT why FROM retired").fetchone()
            count = connection.execute("SELECT count FROM writes").fetchone()[0]
        if not keys.issuperset(verifiers):
            raise Misconfigured("the state belongs to another key", where=self._path.name, hint=_RETIRE)
        if retired:
            raise Retired(retired[0], where=self._path.name, hint=_RETIRE)
        if count < _read_mark(mark_of(self._path)):
            what = "the state is older than what this witness has signed: it was put back from a backup"
            raise Retired(what, where=self._path.name, hint=_RETIRE)

    def seen(self) -> tuple[Seen, ...]:
        """All logs for which something was cosigned, in order of their origins."""
        query = """SELECT origin, size, root, note, time,
            (SELECT count(*) FROM evidence WHERE evidence.origin = seen.origin) FROM seen ORDER BY origin"""
        with self.connection() as connection:
            return tuple(Seen(*row) for row in connection.execute(query))

    @contextmanager
    def alone(self) -> Iterator["Memory"]:
        """The memory, for one caller at a time; what was written is durable and marked at the end."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            memory = Memory(connection)
            try:
                yield memory
            except Error:
                # The caller refuses; the evidence stays.
                connection.execute("COMMIT")
                raise
            connection.execute("COMMIT")
            if memory.count is not None:
                _raise_mark(mark_of(self._path), memory.count)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that syncs every write in full; raises `Unavailable` when it cannot."""
        try:
            address = f"{self._path.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise Unavailable("the state cannot be read or written now", where=self._path.name) from error


class Memory:
    """The memory inside one transaction; `count` is the number of writes once something was remembered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.count: int | None = None

    def refuse_if_retired(self) -> None:
        """Raise `Retired` when this witness is."""
        retired = self._connection.execute("SELECT why FROM retired").fetchone()
        if retired:
            raise Retired(retired[0], where="witness")

    def last(self, origin: str) -> tuple[int, bytes]:
        """Size and root of the last tree cosigned for a log."""
        row = self._connection.execute("SELECT size, root FROM seen WHERE origin = ?", [origin]).fetchone()
        return (row[0], row[1]) if row else (0, EMPTY_ROOT)

    def remember(self, checkpoint: Checkpoint, note: bytes, *, now: datetime) -> None:
        """Take this tree for the last one of its log."""
        values = [checkpoint.origin, checkpoint.size, checkpoint.root, note, _stamp(now)]
        self._connection.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)", values)
        written = self._connection.execute("UPDATE writes SET count = count + 1 RETURNING count").fetchone()
        self.count = written[0]

    def keep_evidence(self, origin: str, note: bytes, *, now: datetime) -> None:
        """Keep a checkpoint that the log signed and that does not continue its history; bounded."""
        query = "SELECT count(*) FROM evidence WHERE origin = ?"
        if self._connection.execute(query, [origin]).fetchone()[0] < MAX_EVIDENCE:
            self._connection.execute("INSERT INTO evidence VALUES (?, ?, ?)", [origin, _stamp(now), note])

    def retire(self, why: str, *, now: datetime) -> None:
        """Never sign again."""
        self._connection.execute("INSERT INTO retired VALUES (?, ?)", [_stamp(now), why])


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _read_mark(path: Path) -> int:
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        text = ""
    if len(text) != _DIGITS or not text.isdecimal():
        raise Retired("the mark of the state is damaged", where=path.name, hint=_RETIRE)
    return int(text)


def _raise_mark(path: Path, count: int) -> None:
    """Write the mark in place, never lower than it is: always the same twenty bytes of one block."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before = file.read(_DIGITS)
        if not before.isdigit() or int(before) < count:
            file.seek(0)
            file.write(b"%020d" % count)
            file.flush()
            os.fsync(file.fileno())
