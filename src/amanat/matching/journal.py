"""The changes of an index since its segment was written: a file that only grows, batch by batch.

A record is 48 bytes: kind (`a` add, `d` remove, `c` commit, padded with zeros to 8), a big-endian number, and
32 bytes. An `a` has the entry and the print, a `d` the entry and zeros. A `c` ends a batch: how many records
it has, and the SHA-256 over the generation, the place of the batch in the file and its records. A batch
counts as a whole or not at all: what lies after the last commit was never answered for, and the next writer
cuts it off. A commit that does not fit what is before it is `Malformed`: no crash does that.

Shown right by `tests/matching/test_journal.py`, and with real kills by `tests/matching/test_kills.py`.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from amanat.errors import Malformed
from amanat.fingerprint.value import PRINT_BYTES, PRINT_WORDS, Prints, join_prints, split_prints
from amanat.matching.segment import Entries

__all__ = ["RECORD_BYTES", "Changes", "format_batch", "parse_batches"]

RECORD_BYTES = 48
RECORD = np.dtype([("kind", "S8"), ("number", ">u8"), ("print", "V32")])
ADD, REMOVE, COMMIT = b"a", b"d", b"c"
WHERE = "index changes"
HINT = "Build the index again from its list."


@dataclass(frozen=True, slots=True)
class Changes:
    """Adds and removals in their order: `removed[i]` tells which; a removal's print is zeros."""

    removed: NDArray[np.bool_]
    entries: Entries
    prints: Prints

    def __len__(self) -> int:
        return len(self.entries)

    @classmethod
    def none(cls) -> "Changes":
        """No changes."""
        return cls(np.empty(0, np.bool_), np.empty(0, np.uint64), np.empty((0, PRINT_WORDS), np.uint64))

    @classmethod
    def adding(cls, entries: Entries, prints: Prints) -> "Changes":
        """Adds only, a print an entry."""
        return cls(np.zeros(len(entries), np.bool_), entries.astype(np.uint64), prints)

    @classmethod
    def removing(cls, entries: Entries) -> "Changes":
        """Removals only."""
        prints = np.zeros((len(entries), PRINT_WORDS), np.uint64)
        return cls(np.ones(len(entries), np.bool_), entries.astype(np.uint64), prints)

    def then(self, other: "Changes") -> "Changes":
        """These, and after them the others."""
        return Changes(
            np.concatenate([self.removed, other.removed]),
            np.concatenate([self.entries, other.entries]),
            np.concatenate([self.prints, other.prints]),
        )

    def dead(self) -> Entries:
        """Every entry that was removed at some time: rows written before these changes no longer count."""
        return np.unique(self.entries[self.removed])

    def alive(self) -> tuple[Entries, Prints]:
        """The adds that no later removal took back, each entry and print once."""
        last_removal = dict(
            zip(self.entries[self.removed].tolist(), np.nonzero(self.removed)[0], strict=True)
        )
        adds = np.nonzero(~self.removed)[0]
        since = np.array([last_removal.get(entry, -1) for entry in self.entries[adds].tolist()], np.int64)
        adds = adds[since < adds]
        both = np.column_stack([self.entries[adds], self.prints[adds]])
        kept = np.unique(both, axis=0)
        return kept[:, 0].copy(), np.ascontiguousarray(kept[:, 1:])


def format_batch(changes: Changes, *, generation: int, place: int) -> bytes:
    """The bytes of one batch, with its commit, for this place in the file of this generation."""
    records = np.zeros(len(changes), RECORD)
    records["kind"] = np.where(changes.removed, REMOVE, ADD)
    records["number"] = changes.entries
    records["print"] = np.frombuffer(join_prints(changes.prints), "V32")
    data = records.tobytes()
    digest = _digest(data, generation=generation, place=place)
    return data + COMMIT.ljust(8, b"\0") + len(changes).to_bytes(8, "big") + digest


def parse_batches(data: bytes, *, generation: int, place: int = 0) -> tuple[Changes, int]:
    """All committed changes, and how many bytes they take; raises `Malformed`.

    What lies after the last commit is left: `format_batch` of each batch gives the bytes that were taken.
    """
    whole = data[: len(data) // RECORD_BYTES * RECORD_BYTES]
    records = np.frombuffer(whole, RECORD)
    changes, taken = Changes.none(), 0
    for commit in np.nonzero(records["kind"] == COMMIT)[0].tolist():
        start, taken = taken, (commit + 1) * RECORD_BYTES
        batch = _read(records[start // RECORD_BYTES : commit])
        if format_batch(batch, generation=generation, place=place + start) != whole[start:taken]:
            raise Malformed("a batch is not what its commit says", where=WHERE, hint=HINT)
        changes = changes.then(batch)
    return changes, taken


def _read(records: NDArray[np.void]) -> Changes:
    prints = split_prints(records["print"].tobytes())
    return Changes(records["kind"] == REMOVE, records["number"].astype(np.uint64), prints)


def _digest(data: bytes, *, generation: int, place: int) -> bytes:
    head = generation.to_bytes(8, "big") + place.to_bytes(8, "big")
    return hashlib.sha256(head + data).digest()


assert RECORD.itemsize == RECORD_BYTES == 16 + PRINT_BYTES  # noqa: S101
