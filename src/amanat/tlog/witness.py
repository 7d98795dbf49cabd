"""A witness: it remembers the last tree of each log, and cosigns the next only if it continues that one.

C2SP tlog-witness 1.0, `add-checkpoint`. The answers are decided in the order of the specification: 404, 403,
400, 409, 422, then 429 when a log asks too often, then 200. Check and persist are one transaction, committed
before the answer.

A witness that is shown its own line on a tree it does not remember has lost its memory, and retires: anybody
can show it that. Its memory is in `witness_state.py`, its HTTP door in `witness_http.py`. Shown right by
`tests/tlog/test_witness.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from amanat.errors import Malformed, NotAllowed, NotFound, Unverified
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.cosignature import check_cosignature, cosign
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
from amanat.tlog.pace import Pace
from amanat.tlog.proof import check_consistency
from amanat.tlog.submission import Submission, parse_submission
from amanat.tlog.witness_state import Retired, Seen, State

__all__ = ["PER_MINUTE", "Answer", "Witness"]

TEXT = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
PER_MINUTE = 240
"""How often one log is cosigned; the shortest epoch is a second."""
_FORGOTTEN = "this witness has cosigned a tree that it does not remember"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness replies: HTTP status, content type, body, and seconds to wait if it is too busy."""

    status: int
    content_type: str
    body: bytes
    retry_after: int = 0


class Witness:
    """The witness with these keys (of one name, each answers with a line), its state file, and its logs."""

    def __init__(
        self,
        state: Path,
        signer: Signer,
        logs: Mapping[str, Verifier],
        *,
        also: Iterable[Signer] = (),
        per_minute: int = PER_MINUTE,
    ) -> None:
        self.state = State(state)
        self._signers = (signer, *also)
        self._logs = dict(logs)
        self._pace = Pace(per_minute)
        self.state.check({str(signer.verifier) for signer in self._signers})

    def add_checkpoint(self, body: bytes, *, now: datetime) -> Answer:
        """Answer one submission. Raises `Unavailable` when it cannot persist, `Retired`, and nothing else."""
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
        for seen in self.state.seen():
            if sha256(seen.origin.encode()).hexdigest() == origin_hash:
                return seen.note
        raise NotFound("nothing was cosigned for such a log", where="witness")

    def seen(self) -> tuple[Seen, ...]:
        """All logs for which something was cosigned, in order of their origins."""
        return self.state.seen()

    def _signed(self, origin: str, text: str, lines: tuple[str, ...]) -> Note:
        """The note, whose signature by the log holds; nothing is said of its other lines."""
        verifier = self._logs.get(origin)
        if verifier is None:
            raise NotFound("this witness does not follow this log", where="origin")
        try:
            note = Note(text, tuple(parse_signature(line) for line in lines))
            check_note(note, verifier)
        except (Malformed, Unverified) as error:
            raise NotAllowed(f"no trusted signature ({error})", where="checkpoint") from error
        return note

    def _continue(self, submission: Submission, checkpoint: Checkpoint, note: Note, now: datetime) -> Answer:
        """Check against the last tree and remember the new one, in one transaction before the answer."""
        with self.state.alone() as memory:
            memory.refuse_if_retired()
            size, root = memory.last(checkpoint.origin)
            known = checkpoint.size < size or (checkpoint.size, checkpoint.root) == (size, root)
            if not known and self._has_signed(note):
                memory.retire(_FORGOTTEN, now=now)
                raise Retired(_FORGOTTEN, where="witness")
            if submission.old_size != size:
                return Answer(409, SIZE, f"{size}\n".encode())
            try:
                check_consistency(size, root, checkpoint.size, checkpoint.root, submission.hashes)
            except Unverified:
                memory.keep_evidence(checkpoint.origin, submission.note, now=now)
                raise
            # Anybody can repeat what a log has published, and must not use up what its next tree needs.
            wait = self._pace.take((checkpoint.origin, checkpoint.size > size), now=now)
            if wait:
                return Answer(429, TEXT, b"too often\n", retry_after=wait)
            lines = [cosign(note.text, signer, int(now.timestamp())) for signer in self._signers]
            by_log = note.by(self._logs[checkpoint.origin])[:1]
            memory.remember(checkpoint, format_note(Note(note.text, (*by_log, *lines))), now=now)
        return Answer(200, TEXT, "".join(f"{format_signature(line)}\n" for line in lines).encode())

    def _has_signed(self, note: Note) -> bool:
        """Whether a line on this note is ours and holds."""
        for verifier in (signer.verifier for signer in self._signers):
            for line in note.by(verifier):
                try:
                    check_cosignature(note.text, line, verifier)
                except (Malformed, Unverified):
                    continue
                return True
        return False
