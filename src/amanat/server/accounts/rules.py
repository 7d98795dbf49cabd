"""Who may do what, how long an invitation lasts, and how often sign-in may be tried. Pure functions.

Shown right by `tests/server/accounts/test_rules.py`.
"""

from datetime import datetime, timedelta

__all__ = [
    "ADMINISTRATOR",
    "INVITATION_AGE",
    "READERS",
    "ROLES",
    "SUPERVISOR",
    "THROTTLE_WINDOW",
    "WORKER",
    "is_throttled",
    "may_manage_people",
    "may_read",
    "may_supervise",
]

WORKER, SUPERVISOR, ADMINISTRATOR = "worker", "supervisor", "administrator"
ROLES = (WORKER, SUPERVISOR, ADMINISTRATOR)
READERS = frozenset({WORKER, SUPERVISOR})
INVITATION_AGE = timedelta(hours=72)
THROTTLE_WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME = 5
FAILURES_ALTOGETHER = 100


def may_read(role: str) -> bool:
    """Whether this role holds a key and sees reports; the administrator reads nothing."""
    return role in READERS


def may_supervise(role: str) -> bool:
    """Whether this role enters institutions, calendars and what the law allows."""
    return role == SUPERVISOR


def may_manage_people(role: str) -> bool:
    """Whether this role invites and removes people."""
    return role == ADMINISTRATOR


def is_throttled(*, of_name: int, altogether: int) -> bool:
    """Whether sign-in must wait, given the failures of one window for this name and for all names."""
    return of_name >= FAILURES_PER_NAME or altogether >= FAILURES_ALTOGETHER


def is_usable(*, expires: datetime, used: bool, now: datetime) -> bool:
    """Whether an invitation may still be accepted."""
    return not used and now < expires
