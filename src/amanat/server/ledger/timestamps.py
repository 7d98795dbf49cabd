"""A time-stamp over the first checkpoint of each day, by the authority that AMANAT_TIMESTAMP_URL names.

Published beside the tiles as `timestamps/2026-05-03.checkpoint` and `.tsr`. Without the setting nothing
happens; an authority that does not answer is asked again later and blocks nothing. Shown right by
`tests/server/ledger/test_timestamps.py`.
"""

from datetime import datetime

from django.conf import settings

from amanat.server.ledger import queries
from amanat.tlog.timestamp import ask_for_timestamp

__all__ = ["timestamp"]

TIMEOUT_SECONDS = 10


def timestamp(*, now: datetime) -> int:
    """Have the day's checkpoint time-stamped unless that was done; how many were."""
    if not settings.AMANAT_TIMESTAMP_URL:
        return 0
    store, name = queries.store(), f"timestamps/{now:%Y-%m-%d}"
    if store.exists(f"{name}.tsr"):
        return 0
    # The checkpoint is kept first: what is stamped must be what is published beside the stamp.
    if not store.exists(f"{name}.checkpoint"):
        note = queries.checkpoint_note()
        if not note:
            return 0
        store.write(f"{name}.checkpoint", note)
    note = store.read(f"{name}.checkpoint")
    store.write(
        f"{name}.tsr", ask_for_timestamp(settings.AMANAT_TIMESTAMP_URL, note, timeout=TIMEOUT_SECONDS)
    )
    return 1
