"""What may happen to a referral, who may say so, and how much of it the reporter sees. Pure functions.

    sent → delivered → acknowledged → answered | refused | transferred | returned

A paper answer may skip what nobody wrote down. A referral whose clock has lapsed is open all the same: a late
answer is an answer. A question and a message change no state. Shown right by
`tests/server/referrals/rules/test_steps.py`.
"""

from amanat.errors import Conflict
from amanat.server.referrals.rules import clocks

__all__ = [
    "ACKNOWLEDGED",
    "ANSWERED",
    "BY_INSTITUTION",
    "BY_ORGANISATION",
    "CLOSED",
    "DELIVERED",
    "INFORMATION_REQUESTED",
    "LAPSED",
    "LEVELS",
    "MESSAGE",
    "REFUSED",
    "RETURNED",
    "SENT",
    "STATES",
    "STEPS",
    "TRANSFERRED",
    "WORDS",
    "shown_state",
    "starts_clock",
    "state_after",
]

SENT, DELIVERED, ACKNOWLEDGED = clocks.SENT, clocks.DELIVERED, clocks.ACKNOWLEDGED
ANSWERED, REFUSED, TRANSFERRED, RETURNED = "answered", "refused", "transferred", "returned"
INFORMATION_REQUESTED, MESSAGE = "information_requested", "message"
LAPSED = clocks.LAPSED
OPEN = (SENT, DELIVERED, ACKNOWLEDGED)
CLOSED = (ANSWERED, REFUSED, TRANSFERRED, RETURNED)
STATES = (*OPEN, *CLOSED)
BY_INSTITUTION = frozenset({DELIVERED, ACKNOWLEDGED, INFORMATION_REQUESTED, MESSAGE, *CLOSED})
# Beside what a worker enters from paper.
BY_ORGANISATION = frozenset({MESSAGE})
STEPS = tuple(sorted(BY_INSTITUTION))
# What the reporter sees of the steps: their words too, or only that they were taken.
WORDS, ONLY_STEPS = "words", "steps"
LEVELS = (WORDS, ONLY_STEPS)


def state_after(state: str, kind: str) -> str:
    """The state of a referral after a step of this kind; raises `Conflict` where it cannot follow."""
    if kind in {MESSAGE, INFORMATION_REQUESTED} and (state in OPEN or kind == MESSAGE):
        return state
    if state in OPEN and kind in STATES and STATES.index(kind) > STATES.index(state):
        return kind
    hint = "Somebody else may have been first: open the referral again."
    raise Conflict(f"a referral that is {state} cannot be {kind}", where="kind", hint=hint)


def shown_state(state: str, clock_state: str) -> str:
    """The state that people are shown: an open referral whose clock has lapsed is lapsed."""
    return LAPSED if state in OPEN and clock_state == clocks.LAPSED else state


def starts_clock(starts_on: str, kind: str) -> bool:
    """Whether this step, or a later one that it stands for, starts a clock that waits for it."""
    return kind in OPEN and starts_on in OPEN and OPEN.index(kind) >= OPEN.index(starts_on)
