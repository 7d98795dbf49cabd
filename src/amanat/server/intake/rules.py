"""What may happen to a report, and what sealed bytes must look like from outside. Pure functions.

The server cannot open what it is handed; it can refuse what nobody could open, and sizes that would tell
something. Protocol sections 3 and 4. Shown right by `tests/server/intake/test_rules.py`.
"""

import hashlib
import hmac
import re

from amanat.errors import Conflict, Malformed
from amanat.sealing.envelope import AGE_HEADER
from amanat.sealing.field import OVERHEAD_BYTES, PREFIX
from amanat.sealing.padding import BUCKETS

__all__ = [
    "ACKNOWLEDGED",
    "ASSIGNED",
    "CLOSED",
    "CONTENT_ERASED",
    "LEAST_BITS",
    "DEADLINE_MISSED",
    "ERASED",
    "EXTENDED",
    "IDENTITY_VIEWED",
    "INFORMATION_REQUESTED",
    "MESSAGE",
    "REFERRED",
    "REOPENED",
    "RECEIVED",
    "STATES",
    "check_record",
    "check_sealed_report",
    "invented_record",
    "invented_report_id",
    "state_after",
    "waits_after",
    "work_bits",
    "work_challenge",
    "work_epoch",
]

RECEIVED, ACKNOWLEDGED, CLOSED, ERASED = "received", "acknowledged", "closed", "erased"
STATES = (RECEIVED, ACKNOWLEDGED, CLOSED, ERASED)
MESSAGE, REOPENED, ASSIGNED = "message", "reopened", "assigned"
IDENTITY_VIEWED, CONTENT_ERASED = "identity_viewed", "content_erased"
REFERRED, DEADLINE_MISSED = "referred", "deadline_missed"
# A clock of an institution was given more days or runs on; it was paused.
EXTENDED, INFORMATION_REQUESTED = "extended", "information_requested"
# Steps that answer nobody: whether a report waits for an answer stays as it was.
# The work of a report once many arrive: a blink on an old phone, some seconds at the most.
LEAST_BITS, _MOST_BITS = 12, 18
_CHALLENGE = re.compile(r"(\d{1,16})\.(\d{1,2})\.([0-9a-f]{32})", re.ASCII)
_ANSWERS_NOBODY = frozenset(
    {ASSIGNED, IDENTITY_VIEWED, REFERRED, DEADLINE_MISSED, EXTENDED, INFORMATION_REQUESTED}
)
RECORD_SIZES = frozenset(bucket + OVERHEAD_BYTES for bucket in BUCKETS)
# Room for the stanzas of some hundred recipients beside the largest padded body.
MAX_SEALED_BYTES = BUCKETS[-1] + 32_768
_AFTER = {
    (RECEIVED, ACKNOWLEDGED): ACKNOWLEDGED,
    (RECEIVED, CLOSED): CLOSED,
    (ACKNOWLEDGED, CLOSED): CLOSED,
    (CLOSED, REOPENED): ACKNOWLEDGED,
    (RECEIVED, ASSIGNED): ACKNOWLEDGED,
    (ACKNOWLEDGED, ASSIGNED): ACKNOWLEDGED,
    (CLOSED, ASSIGNED): CLOSED,
    (RECEIVED, REFERRED): ACKNOWLEDGED,
    (ACKNOWLEDGED, REFERRED): ACKNOWLEDGED,
    (ACKNOWLEDGED, DEADLINE_MISSED): ACKNOWLEDGED,
    (CLOSED, DEADLINE_MISSED): CLOSED,
    **{
        (state, kind): state for state in (ACKNOWLEDGED, CLOSED) for kind in (EXTENDED, INFORMATION_REQUESTED)
    },
    **{(state, kind): state for state in STATES[:3] for kind in (MESSAGE, IDENTITY_VIEWED)},
    **dict.fromkeys(((state, CONTENT_ERASED) for state in STATES[:3]), ERASED),
}


def state_after(state: str, kind: str) -> str:
    """The state of a report after an event of this kind; raises `Conflict` where it cannot follow."""
    try:
        return _AFTER[state, kind]
    except KeyError as error:
        hint = "Somebody else may have been first: open the report again."
        raise Conflict(f"a report that is {state} cannot be {kind}", where="kind", hint=hint) from error


def waits_after(waits: bool, kind: str, *, by_reporter: bool) -> bool:
    """Whether the organisation has the next word after an event of this kind."""
    return waits if kind in _ANSWERS_NOBODY else by_reporter


def check_sealed_report(sealed: bytes) -> bytes:
    """The bytes of an age file of plausible size, or `Malformed`."""
    if not sealed.startswith(AGE_HEADER):
        raise Malformed("not a binary age file", where="sealed")
    if not BUCKETS[0] < len(sealed) <= MAX_SEALED_BYTES:
        raise Malformed("not the size of a sealed report", where="sealed")
    return sealed


def check_record(sealed: bytes, *, where: str) -> bytes:
    """The bytes of a padded, sealed event, or `Malformed`."""
    if not sealed.startswith(PREFIX) or len(sealed) not in RECORD_SIZES:
        raise Malformed("not a padded and sealed event", where=where)
    return sealed


def invented_report_id(server_secret: bytes, locator: bytes) -> str:
    """The report id that an unknown locator is answered with: always the same one."""
    return _stream(server_secret, b"id", locator, 16).hex()


def invented_record(server_secret: bytes, locator: bytes) -> bytes:
    """The sealed event that an unknown locator is answered with; nobody holds a key to it."""
    return PREFIX + _stream(server_secret, b"record", locator, BUCKETS[0] + OVERHEAD_BYTES - len(PREFIX))


def work_bits(arrived: int, free: int) -> int:
    """The work of a report when so many came in the last ten minutes and `free` of them cost none.

    One bit more each time their number doubles: an honest sender waits a moment, a flood pays for itself.
    """
    if arrived < free:
        return 0
    return min(_MOST_BITS, LEAST_BITS + max(arrived // max(free, 1), 1).bit_length() - 1)


def work_challenge(server_secret: bytes, epoch: int, bits: int) -> str:
    """What a sender's work is bound to: the epoch and the bits, so that nobody makes it years ahead."""
    mac = hmac.digest(server_secret, f"amanat/work/v1\0{epoch}.{bits}".encode(), "sha256")
    return f"{epoch}.{bits}.{mac[:16].hex()}"


def work_epoch(server_secret: bytes, challenge: str) -> tuple[int, int] | None:
    """The epoch and bits of a challenge; None for one that this server did not make."""
    found = _CHALLENGE.fullmatch(challenge)
    if found is None or not hmac.compare_digest(
        work_challenge(server_secret, int(found[1]), int(found[2])), challenge
    ):
        return None
    return int(found[1]), int(found[2])


def _stream(server_secret: bytes, purpose: bytes, locator: bytes, size: int) -> bytes:
    seed = hmac.digest(server_secret, b"amanat/unknown-locator/v1\0" + purpose + locator, "sha256")
    return hashlib.shake_256(seed).digest(size)
