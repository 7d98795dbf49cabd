"""What every attack looks with, as an outsider can: a receipt, a refusal, a forged log, the database of root.

Shown right by `tests/cli/test_denial.py`.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from amanat.cli.denial.sending import Report
from amanat.cli.denial.stage import Stage
from amanat.errors import Error
from amanat.tlog.audit import entries_of
from amanat.tlog.client import cosign_all
from amanat.tlog.sequencer import integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tree import Frontier

__all__ = ["Exposed", "forge", "in_database", "leaves_of", "logged", "refused"]

Exposed = str | None
"""How it was seen from outside; None when it was not."""


def refused(attempt: Callable[[], object], exposed: str) -> Exposed:
    """`exposed` when the attempt is not believed; None when it is."""
    try:
        attempt()
    except Error:
        return exposed
    return None


def logged(server: Stage) -> tuple[Report, bytes]:
    """A report in the witnessed log, and the receipt that its reporter took."""
    report = server.report()
    return report, server.receipt(report.event, server.wait_for_leaf(report.event.leaf))


def leaves_of(server: Stage) -> list[bytes]:
    """Every leaf that the server shows now."""
    return list(entries_of(server.reader, server.checkpoint().checkpoint.size))


def forge(server: Stage, leaves: Sequence[bytes]) -> bytes:
    """A log of these leaves signed by the real key, with whatever cosignatures can be had for it."""
    batch, store = integrate(Frontier.empty(), leaves), FolderStore(server.folder / "forged")
    write_tiles(store, 0, leaves)
    note = sign_checkpoint(batch, server.log_key)
    return cosign_all(server.policy.witnesses, note, store, old_size=0, timeout=5).note


def in_database(server: Stage, statement: str, values: Sequence[Any] = ()) -> None:
    """Run one statement as root does, beside the server."""
    with closing(sqlite3.connect(server.data / "amanat.sqlite3", timeout=60)) as database:
        database.execute(statement, values)
        database.commit()
