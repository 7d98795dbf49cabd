import pytest

from amanat.errors import Conflict, Malformed
from amanat.server.cases import rules


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("open", "hold", "held"),
        ("held", "resume", "open"),
        ("open", "close", "closed"),
        ("held", "close", "closed"),
        ("closed", "reopen", "open"),
        ("closed", "merge", "merged"),
        ("merged", "erase", "erased"),
    ],
)
def test_states_follow_each_other_as_they_may(state: str, step: str, after: str) -> None:
    assert rules.state_after(state, step) == after


@pytest.mark.parametrize(
    ("state", "step"),
    [("closed", "hold"), ("merged", "reopen"), ("erased", "erase"), ("merged", "merge"), ("open", "resume")],
)
def test_what_cannot_follow_is_a_conflict(state: str, step: str) -> None:
    with pytest.raises(Conflict):
        rules.state_after(state, step)


def test_nothing_is_written_in_a_case_that_goes_on_elsewhere_or_was_erased() -> None:
    assert [state for state in rules.CASE_STATES if rules.may_write(state)] == ["open", "held", "closed"]


@pytest.mark.parametrize("wrong", ["", "x" * 32, "AB" * 16, "ab" * 15])
def test_an_id_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(Malformed):
        rules.check_row_id(wrong)
