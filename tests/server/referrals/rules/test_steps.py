import itertools

import pytest

from amanat.errors import Conflict
from amanat.server.referrals.rules.steps import (
    CLOSED,
    OPEN,
    STATES,
    STEPS,
    shown_state,
    starts_clock,
    state_after,
)


def follows(state: str, kind: str) -> bool:
    try:
        state_after(state, kind)
    except Conflict:
        return False
    return True


def test_a_state_only_goes_forward_and_what_is_closed_stays_closed() -> None:
    for state, kind in itertools.product(STATES, STEPS):
        forward = kind in STATES and state in OPEN and STATES.index(kind) > STATES.index(state)
        beside = kind == "message" or (kind == "information_requested" and state in OPEN)
        assert follows(state, kind) is (forward or beside), (state, kind)
        if forward:
            assert state_after(state, kind) == kind
        elif beside:
            assert state_after(state, kind) == state


def test_only_an_open_referral_is_shown_as_lapsed() -> None:
    assert {shown_state(state, "lapsed") for state in OPEN} == {"lapsed"}
    assert [shown_state(state, "lapsed") for state in CLOSED] == list(CLOSED)
    assert shown_state("sent", "running") == "sent"


@pytest.mark.parametrize(
    ("starts_on", "kind", "wanted"),
    [
        ("sent", "sent", True),
        ("sent", "delivered", True),
        ("delivered", "sent", False),
        ("delivered", "delivered", True),
        ("delivered", "acknowledged", True),
        ("acknowledged", "delivered", False),
        ("acknowledged", "answered", False),
    ],
)
def test_a_clock_starts_with_the_step_that_the_law_names_or_one_that_stands_for_it(
    starts_on: str, kind: str, wanted: bool
) -> None:
    assert starts_clock(starts_on, kind) is wanted
