"""What may happen to a case file. Pure functions.

The states, what follows what, who may be proposed for what, and what each kind of step must carry. What the
words of a step are is sealed; its kind is not (protocol section 6). Shown right by
`tests/server/cases/test_rules.py`.
"""

from amanat.errors import Conflict, Malformed
from amanat.sealing.envelope import AGE_HEADER
from amanat.sealing.field import OVERHEAD_BYTES, PREFIX
from amanat.strict import decode_hex

__all__ = [
    "CASE_STATES",
    "CLOSED",
    "ERASED",
    "ERASE",
    "HELD",
    "MAX_BATCH",
    "MAX_PARTS",
    "MERGED",
    "OPEN",
    "PROPOSALS",
    "REASONS",
    "RECOVER",
    "STEPS",
    "check_grant",
    "check_key",
    "check_row_id",
    "may_write",
    "state_after",
]

OPEN, HELD, CLOSED, MERGED, ERASED = "open", "held", "closed", "merged", "erased"
CASE_STATES = (OPEN, HELD, CLOSED, MERGED, ERASED)
# What a worker does to the state, and what else stands among the steps of a case.
_AFTER = {
    (OPEN, "hold"): HELD,
    (HELD, "resume"): OPEN,
    (OPEN, "close"): CLOSED,
    (HELD, "close"): CLOSED,
    (CLOSED, "reopen"): OPEN,
    **{(state, "merge"): MERGED for state in (OPEN, HELD, CLOSED)},
    **{(state, "erase"): ERASED for state in (OPEN, HELD, CLOSED, MERGED)},
}
STEPS = (
    *("open", "hold", "resume", "close", "reopen", "link", "merge", "merged", "split"),
    *("give", "remove", "release", "propose", "recover", "erase"),
)
RECOVER, ERASE = "recover", "erase"
PROPOSALS = (RECOVER, ERASE)
REASONS = {
    RECOVER: ("key-lost", "worker-away", "other"),
    ERASE: ("asked-by-the-person", "kept-long-enough", "wrongly-kept", "law"),
}
MAX_BATCH = 200
# A part is at most 262,140 bytes: documents of 16 MB.
MAX_PARTS = 64
MAX_GRANT_BYTES = 4096
_KEY_BYTES = 32 + OVERHEAD_BYTES


def state_after(state: str, step: str) -> str:
    """The state of a case after this step; raises `Conflict` where it cannot follow."""
    try:
        return _AFTER[state, step]
    except KeyError as error:
        hint = "A colleague may have been first: open the case again."
        raise Conflict(f"a case that is {state} does not {step}", where="state", hint=hint) from error


def may_write(state: str) -> bool:
    """Whether rows are added to a case in this state; closed ones still take what comes late."""
    return state in {OPEN, HELD, CLOSED}


def check_row_id(row_id: str) -> str:
    """The id of a row or document, 32 hex characters, or `Malformed`."""
    decode_hex(row_id, length=16, where="row")
    return row_id


def check_grant(sealed: bytes) -> bytes:
    """The bytes of a sealed grant, or `Malformed`."""
    if not sealed.startswith(AGE_HEADER) or len(sealed) > MAX_GRANT_BYTES:
        raise Malformed("not a sealed grant", where="grants")
    return sealed


def check_key(sealed: bytes) -> bytes:
    """The bytes of a sealed key, or `Malformed`."""
    if not sealed.startswith(PREFIX) or len(sealed) != _KEY_BYTES:
        raise Malformed("not a sealed key", where="previous")
    return sealed
