"""Whether to believe a checkpoint: its signatures and cosignatures against a trust policy.

    (1) parse the note and the checkpoint
    (2) the origin is a log of the policy, and that log signed
    (3) every line by a known witness holds; lines by strangers are ignored
    (4) the witnesses make the quorum

Keys come from the policy alone. It checks no leaf; that is `amanat.receipt.verify`. Shown right by
`tests/tlog/test_trust.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from amanat.errors import Unverified
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.cosignature import check_cosignature
from amanat.tlog.note import COSIGNERS, MLDSA, Note, Verifier, check_note, parse_note
from amanat.tlog.policy import NO_QUORUM, Policy

__all__ = ["SignedCheckpoint", "check_signatures", "verify_checkpoint"]


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose signatures hold, when each witness saw it, and by when a quorum had (or None)."""

    checkpoint: Checkpoint
    witnesses: Mapping[str, datetime]
    in_log_by: datetime | None


def check_signatures(note_bytes: bytes, policy: Policy) -> SignedCheckpoint:
    """Steps (1) to (3): a quorum is looked for, not demanded. Raises `Malformed` or `Unverified`."""
    # (1)
    note = parse_note(note_bytes)
    checkpoint = parse_checkpoint(note.text)
    # (2)
    _check_log(note, checkpoint.origin, policy)
    # (3)
    times = {item.name: _first_time(note, item.verifier) for item in policy.witnesses}
    witnesses = {name: time for name, time in times.items() if time is not None}
    return SignedCheckpoint(checkpoint, witnesses, _in_log_by(witnesses, policy))


def verify_checkpoint(note_bytes: bytes, policy: Policy) -> SignedCheckpoint:
    """Steps (1) to (4): as `check_signatures`, and `Unverified` when the quorum is missing."""
    result = check_signatures(note_bytes, policy)
    # (4)
    if not policy.satisfied(result.witnesses.keys()):
        hint = "Ask for a newer receipt, or try again after the next checkpoint."
        raise Unverified("not yet witnessed: the policy's quorum is missing", where="checkpoint", hint=hint)
    return result


def _check_log(note: Note, origin: str, policy: Policy) -> None:
    policy.log(origin)
    signed = [key for key in policy.logs_of(origin) if note.by(key)]
    if not signed:
        raise Unverified("the log did not sign it", where="checkpoint")
    for verifier in signed:
        check_note(note, verifier)


def _first_time(note: Note, verifier: Verifier) -> datetime | None:
    """When the witness first cosigned; None when it did not, or with a key of a type not checked here."""
    if verifier.kind not in COSIGNERS:
        return None
    times = [check_cosignature(note.text, line, verifier) for line in note.by(verifier)]
    if verifier.kind == MLDSA:
        # Of time 0 it says that the tree is consistent with others, not when it was seen.
        times = [time for time in times if time > 0]
    return _moment(min(times)) if times else None


def _moment(time: int) -> datetime:
    try:
        return datetime.fromtimestamp(time, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Unverified("a witness gives a time that no calendar has", where="cosignature") from error


def _in_log_by(witnesses: Mapping[str, datetime], policy: Policy) -> datetime | None:
    """The earliest T such that the witnesses with a time up to T make the quorum."""
    if policy.quorum == NO_QUORUM:
        return None
    for limit in sorted(witnesses.values()):
        if policy.satisfied({name for name, time in witnesses.items() if time <= limit}):
            return limit
    return None
