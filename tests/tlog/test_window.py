"""A policy may be for a time, and what looks like such a limit is never overlooked."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.tlog.policy import parse_policy
from amanat.tlog.window import ALWAYS, Window, format_window, parse_dated_policy, parse_window

JANUARY, MARCH, JUNE = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 6))
BOTH = "# valid-from: 2026-01-01T00:00:00Z\n# valid-until: 2026-06-01T00:00:00Z\n"
LAST = "quorum none\n"


def test_a_window_is_read_from_the_head_and_written_the_same():
    assert parse_window(BOTH + LAST) == Window(JANUARY, JUNE)
    assert format_window(Window(JANUARY, JUNE)) == BOTH
    assert parse_window(f"\n# a comment\n \t\n{BOTH}") == Window(JANUARY, JUNE)
    assert parse_window(LAST) == ALWAYS
    assert format_window(ALWAYS) == ""


def test_to_the_policy_it_is_a_comment():
    assert parse_policy(BOTH + LAST) == parse_policy(LAST)
    assert parse_dated_policy(BOTH + LAST).policy == parse_policy(LAST)
    with pytest.raises(Malformed):
        parse_dated_policy(BOTH)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("#valid-from: 2026-01-01T00:00:00Z\n", 1),
        ("# Valid-From: 2026-01-01T00:00:00Z\n", 1),
        ("\n\t# valid-until tomorrow\n", 2),
        ("# valid-until: 2026-01-01\n", 1),
        ("# valid-until: 2026-02-30T00:00:00Z\n", 1),
        ("# valid-until: 2026-01-01T00:00:00Z \n", 1),
        (f"{LAST}{BOTH}", 2),
        (f"{BOTH}{BOTH}", 3),
    ],
)
def test_a_limit_that_was_meant_and_not_written_rightly_is_malformed(text, line):
    with pytest.raises(Malformed) as found:
        parse_window(text)
    assert found.value.where == f"policy, line {line}"


def test_a_window_that_ends_before_it_begins_is_malformed():
    with pytest.raises(Malformed):
        parse_window("# valid-from: 2026-06-01T00:00:00Z\n# valid-until: 2026-01-01T00:00:00Z\n")


def test_both_ends_belong_to_the_window_and_what_nobody_knows_does_not():
    for window in (Window(JANUARY, JUNE), Window(JANUARY), Window(None, JUNE), Window(MARCH, MARCH)):
        window.check(MARCH)
        for end in (window.since, window.until):
            window.check(end or MARCH)
        with pytest.raises(Unverified, match="no witness"):
            window.check(None)
    for window, moment in ((Window(MARCH), JANUARY), (Window(None, MARCH), JUNE)):
        with pytest.raises(Unverified, match="another time"):
            window.check(moment)
    ALWAYS.check(None)


@given(st.text(alphabet="# valid-fromuntil:2026T0Z\n", max_size=80) | st.text())
def test_any_text_has_a_window_or_is_malformed(text):
    try:
        window = parse_window(text)
    except Malformed:
        return
    assert parse_window(format_window(window)) == window
