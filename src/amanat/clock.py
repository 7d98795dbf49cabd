"""The time, in aware UTC.

Called only at the doors (views, command line, worker loop); below them `now` is an argument.
"""

from datetime import UTC, datetime

__all__ = ["now"]


def now() -> datetime:
    """The present moment as an aware UTC datetime."""
    return datetime.now(UTC)
