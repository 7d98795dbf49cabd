"""The promise: what the log answers at once, before the leaf is in the tree, protocol.md section 5.

    amanat-promise/v1
    <origin>
    <base64 leaf hash>
    <accepted, RFC 3339>
    <maximum delay in seconds>

A signed note by the key `<origin>/promise` (type 0x01). It does not say that the leaf is in the log.
Line 2 is no number, so a promise is never a checkpoint. Shown right by `tests/receipt/test_promise.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from amanat.errors import Malformed
from amanat.strict import decode_base64, encode_base64, format_time, parse_decimal, parse_time
from amanat.tlog.note import Signer, Verifier, check_note, parse_note, sign_note

__all__ = ["Promise", "format_promise", "open_promise", "parse_promise", "promise_key_name", "sign_promise"]

_FIRST_LINE = "amanat-promise/v1"


@dataclass(frozen=True, slots=True)
class Promise:
    """That this leaf, accepted then, will be in the log of this origin within so many seconds."""

    origin: str
    leaf_hash: bytes
    accepted: datetime
    max_delay_seconds: int

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or len(self.leaf_hash) != 32:
            raise Malformed("an origin of one line and a hash of 32 bytes are needed", where="promise")


def promise_key_name(origin: str) -> str:
    """The name of the key that signs the promises of a log."""
    return f"{origin}/promise"


def format_promise(promise: Promise) -> str:
    """The text of the note."""
    accepted = format_time(promise.accepted)
    leaf_hash = encode_base64(promise.leaf_hash)
    lines = (_FIRST_LINE, promise.origin, leaf_hash, accepted, str(promise.max_delay_seconds))
    return "".join(f"{line}\n" for line in lines)


def parse_promise(text: str) -> Promise:
    """The inverse of `format_promise`; no signature is checked."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[0] != _FIRST_LINE or lines[5]:
        raise Malformed("not the five lines of a promise", where="promise")
    return Promise(
        origin=lines[1],
        leaf_hash=decode_base64(lines[2], length=32, where="promise leaf hash"),
        accepted=parse_time(lines[3], where="promise accepted"),
        max_delay_seconds=parse_decimal(lines[4], where="promise delay"),
    )


def sign_promise(promise: Promise, signer: Signer) -> bytes:
    """The promise as a signed note; the key's name must be that of the origin's promise key."""
    if signer.name != promise_key_name(promise.origin):
        raise ValueError("this key does not sign promises of this log")
    return sign_note(format_promise(promise), signer)


def open_promise(data: bytes, verifier: Verifier) -> Promise:
    """The promise in a signed note by `verifier`; raises `Malformed` or `Unverified`."""
    note = parse_note(data)
    promise = parse_promise(note.text)
    if verifier.name != promise_key_name(promise.origin):
        raise Malformed("not a promise of this log", where="promise")
    check_note(note, verifier)
    return promise
