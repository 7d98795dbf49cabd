"""The sequencer: closes an epoch and publishes its tree, in one fixed order of writes.

    (1) database   indices, cover leaves and the signed tree, in one transaction under the lock
    (2) store      tiles and entry bundles
    (3) witnesses  cosignatures, in parallel, with a short timeout
    (4) store      the checkpoint; then the tree is marked published

A crash leaves a tree that is signed but not published; the next run finishes it by the same function before
it signs another. Nothing outside the database ever sees a size that could be signed twice. Protocol
sections 4 and 5. Shown right by `tests/server/ledger/test_jobs.py` and, with real kills at each step,
`tests/server/ledger/test_kills.py`.
"""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from amanat.errors import Misconfigured
from amanat.receipt.leaf import cover_leaf
from amanat.receipt.updates import WINDOW_LEAVES, sign_updates, updates_of
from amanat.server.crashes import crash_point
from amanat.server.ledger import queries
from amanat.server.ledger.models import Entry, LogState, SignedTree
from amanat.server.ledger.rules import batch_size, epoch_of, may_ask_again, urgent_before
from amanat.server.ledger.witnesses import to_ask, with_cosignatures
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import add_signatures, format_note, parse_note
from amanat.tlog.sequencer import Batch, integrate, sign_checkpoint, write_tiles
from amanat.tlog.tree import Frontier

__all__ = ["sequence"]

LEAVES_MOST = 4096
# The server of the database lets go of the lock of a machine that is gone after 2 + 2 * 1 seconds.
KEEPALIVES = {"tcp_keepalives_idle": 2, "tcp_keepalives_interval": 1, "tcp_keepalives_count": 2}
# Any constant will do; it must only be ours within one database.
ADVISORY_LOCK = 0x414D414E4154


def sequence(*, now: datetime, limit: int = LEAVES_MOST) -> int:
    """Close the epochs that have turned by `now` with one tree of at most `limit` leaves; how many it added.

    Another process that sequences at the same time makes this one return 0. Raises `Misconfigured` when the
    database is older than what was published: signing on would be a second history.
    """
    with _alone() as alone:
        if not alone:
            return 0
        # What a crash left behind comes first: trees are published in the order in which they were signed.
        queries.agree_with_published()
        _finish(now)
        added = _close_epoch(now, limit)
        _finish(now)
        _ask_again(now)
    return added


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process alone sequences, by a file lock and, on PostgreSQL, by an advisory lock as well.

    A killed process loses both at once, so there is nothing to clean up. A machine that is gone loses its
    connection, and the lock with it.
    """
    with (settings.AMANAT_DATA / "sequencer.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        alone = _advisory("pg_try_advisory_lock")
        try:
            yield alone
        finally:
            if alone:
                _advisory("pg_advisory_unlock")


def _advisory(function: str) -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        for name, value in KEEPALIVES.items():
            cursor.execute(f"SET {name} = {value}")
        cursor.execute(f"SELECT {function}(%s)", [ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])


# --- (1) --------------------------------------------------------------------------------------------------


@transaction.atomic(durable=True)
def _close_epoch(now: datetime, limit: int) -> int:
    """Step (1): give the turned epochs their leaves and sign the tree, unless that was done; how many leaves.

    A crash before the commit: nothing happened and the leaves still wait. After it: the tree waits to be
    published.
    """
    state = _lock()
    epoch = epoch_of(now, settings.AMANAT_EPOCH_SECONDS)
    if epoch < state.next_epoch:
        return 0
    leaves = _place(_choose(now, epoch, limit))
    _sign(leaves, now)
    state.next_epoch = epoch + 1
    state.save()
    crash_point("sequence:before-commit")
    transaction.on_commit(lambda: crash_point("sequence:after-commit"))
    return len(leaves)


def _lock() -> LogState:
    """The single row, locked: by the row on PostgreSQL, by IMMEDIATE on SQLite."""
    LogState.objects.get_or_create(pk=1, defaults={"epoch_seconds": settings.AMANAT_EPOCH_SECONDS})
    state = LogState.objects.select_for_update().get(pk=1)
    if state.epoch_seconds != settings.AMANAT_EPOCH_SECONDS:
        hint = f"Set AMANAT_EPOCH_SECONDS={state.epoch_seconds} as it was when the log began."
        raise Misconfigured("the length of an epoch has changed", where="AMANAT_EPOCH_SECONDS", hint=hint)
    return state


def _choose(now: datetime, epoch: int, limit: int) -> list[Entry]:
    """The waiting leaves of turned epochs, oldest first, those that give way after them, filled up with new
    cover leaves; not saved yet."""
    waiting = Entry.objects.filter(index__isnull=True, epoch__lt=epoch)
    late = urgent_before(now, settings.AMANAT_EPOCH_SECONDS)
    urgent = waiting.filter(epoch__lt=late, gives_way=False).count()
    size = batch_size(urgent=urgent, leaves=settings.AMANAT_EPOCH_LEAVES, limit=limit)
    chosen = list(waiting.order_by("gives_way", "epoch", "id")[:size])
    return chosen + [_cover(epoch) for _ in range(size - len(chosen))]


def _cover(epoch: int) -> Entry:
    leaf = cover_leaf()
    return Entry(leaf=leaf, leaf_hash=leaf_hash(leaf), epoch=epoch, is_cover=True)


def _place(entries: list[Entry]) -> list[bytes]:
    """Shuffle, give out indices, save: the place within a batch says nothing."""
    secrets.SystemRandom().shuffle(entries)
    tree = queries.latest_tree()
    first = tree.size if tree else 0
    for index, entry in enumerate(entries, start=first):
        entry.index = index
    Entry.objects.bulk_create([entry for entry in entries if entry.is_cover])
    Entry.objects.bulk_update([entry for entry in entries if not entry.is_cover], ["index"])
    return [bytes(entry.leaf) for entry in entries]


def _sign(leaves: list[bytes], now: datetime) -> None:
    """Store the signed tree; its unique size refuses a second one even if everything above were wrong."""
    tree = queries.latest_tree()
    frontier = Frontier.parse(bytes(tree.frontier)) if tree else Frontier.empty()
    batch = integrate(frontier, leaves)
    SignedTree.objects.create(
        size=batch.frontier.size,
        root=batch.frontier.root(),
        frontier=batch.frontier.format(),
        note=_signed(batch),
        created=now,
    )


def _signed(batch: Batch) -> bytes:
    """The checkpoint signed by the log's key and, while a change is announced, by the next one as well."""
    note = sign_checkpoint(batch, queries.log_signer())
    following = queries.next_log_signer()
    if following is None:
        return note
    second = parse_note(sign_checkpoint(batch, following))
    return format_note(add_signatures(parse_note(note), second.signatures))


# --- (2) (3) (4) ------------------------------------------------------------------------------------------


def _finish(now: datetime) -> None:
    """Steps (2) to (4) for every tree that is not published yet: the normal path and the recovery alike."""
    for tree in SignedTree.objects.filter(published=False).order_by("size"):
        _write_tiles(tree)
        _cosign(tree, now)
        _publish(tree)


def _write_tiles(tree: SignedTree) -> None:
    """Step (2). A crash here leaves tiles nobody was told of; writing them again gives the same bytes."""
    before = queries.latest_published()
    old_size = before.size if before else 0
    leaves = queries.leaves(old_size, tree.size)
    write_tiles(queries.store(), old_size, leaves, after_each=lambda _: crash_point("sequence:tiles-partial"))
    crash_point("sequence:after-tiles")


def _cosign(tree: SignedTree, now: datetime) -> bool:
    """Step (3); whether it added anything. An absent witness never blocks; a crash means asking again."""
    before = bytes(tree.cosigned or tree.note)
    tree.cosigned, tree.asked = with_cosignatures(before, tree.size), now
    tree.save(update_fields=["cosigned", "asked"])
    crash_point("sequence:after-cosign")
    return tree.cosigned != before


def _publish(tree: SignedTree) -> None:
    """Step (4). A crash between file and row publishes the same tree once more, which changes nothing.

    Whoever lost the lock meanwhile finds another checkpoint there and may not replace it.
    """
    before = queries.checkpoint_note() or None
    queries.refuse_to_go_back(before, tree.size)
    queries.store().swap(queries.CHECKPOINT, before, bytes(tree.cosigned or tree.note))
    _publish_updates(tree.size)
    crash_point("sequence:after-publish")
    tree.published = True
    tree.save(update_fields=["published"])


def _publish_updates(size: int) -> None:
    """The tags of the newest leaves, for whoever polls without asking; after a crash it is written again."""
    leaves = queries.leaves(max(0, size - WINDOW_LEAVES), size)
    updates = updates_of(queries.origin(), size=size, leaves=leaves)
    queries.store().write(queries.UPDATES, sign_updates(updates, queries.promise_signer()))


def _ask_again(now: datetime) -> None:
    """Ask absent witnesses about the published tree, and publish it again with what they add."""
    tree = queries.latest_published()
    if tree is None or not may_ask_again(tree.asked, now, settings.AMANAT_EPOCH_SECONDS):
        return
    if to_ask(bytes(tree.cosigned or tree.note)) and _cosign(tree, now):
        _publish(tree)
