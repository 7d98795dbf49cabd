"""What the worker does for the lists: forget how often tokens asked. Shown right by
`tests/server/hashbank/test_actions.py`."""

from datetime import datetime

from amanat.server.hashbank.models import Use
from amanat.server.hashbank.rules import window_of

__all__ = ["forget_uses"]


def forget_uses(*, now: datetime) -> int:
    """Delete the counts of minutes that are over; how many."""
    return Use.objects.filter(window__lt=window_of(now) - 1).delete()[0]
