"""The pace of the log, as pure functions: epochs, how many leaves one holds, and when witnesses are asked
again.

Protocol section 4: each epoch holds a fixed number of leaves, missing ones are cover leaves, overflow
waits. One thing outweighs that rhythm: a promise. Leaves whose promise would otherwise run out are taken
together, still in whole batches. Shown right by `tests/server/ledger/test_rules.py`.
"""

from datetime import UTC, datetime, timedelta

__all__ = [
    "MAX_DELAY_SECONDS",
    "accepted_time",
    "batch_size",
    "epoch_of",
    "may_ask_again",
    "urgent_before",
]

MAX_DELAY_SECONDS = 86_400


def epoch_of(moment: datetime, epoch_seconds: int) -> int:
    """The number of the epoch that holds this moment."""
    return int(moment.timestamp()) // epoch_seconds


def accepted_time(epoch: int, epoch_seconds: int) -> datetime:
    """The start of the epoch: the only time of a report that is stored or promised (protocol section 6)."""
    return datetime.fromtimestamp(epoch * epoch_seconds, UTC)


def batch_size(*, urgent: int, leaves: int, limit: int) -> int:
    """How many leaves this epoch takes: `leaves`, or whole batches for all urgent ones, up to `limit`."""
    batches = max(1, -(-urgent // leaves))
    return min(batches, max(1, limit // leaves)) * leaves


def urgent_before(now: datetime, epoch_seconds: int) -> int:
    """Leaves entered before this epoch have used half of their promised delay."""
    return epoch_of(now - timedelta(seconds=MAX_DELAY_SECONDS // 2), epoch_seconds)


def may_ask_again(asked: datetime | None, now: datetime, epoch_seconds: int) -> bool:
    """Whether absent witnesses may be asked again: at most ten times an epoch, and at least once a minute."""
    pause = min(60.0, epoch_seconds / 10)
    return asked is None or abs((now - asked).total_seconds()) >= pause
