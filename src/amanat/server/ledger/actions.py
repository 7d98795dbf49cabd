"""Writes of the ledger that others call: found the log, enter a leaf, make its promise.

`enter` runs inside the caller's transaction, so the report and its leaf are stored together or not at all; the promise may
leave the server only after that transaction is committed. The log itself is written by `jobs.py`. Protocol section 5. Shown
right by `tests/server/ledger/test_actions.py`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Misconfigured
from amanat.receipt.leaf import parse_leaf
from amanat.receipt.promise import Promise, sign_promise
from amanat.server.crashes import crash_point
from amanat.server.ledger import queries
from amanat.server.ledger.models import Entry
from amanat.server.ledger.rules import MAX_DELAY_SECONDS, accepted_time, epoch_of
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import ED25519, Signer, format_signer, generate_signer, parse_signer

__all__ = ["Founded", "enter", "found_log", "promise_for"]


@dataclass(frozen=True, slots=True)
class Founded:
    """What a set-up made and what it found already there, by file name."""

    made: tuple[str, ...]
    found: tuple[str, ...]


def enter(*, now: datetime, leaf: bytes) -> Entry:
    """Enter a leaf to wait for its epoch; raises `Malformed`, or `Conflict` when the same leaf was entered before."""
    parse_leaf(leaf)
    epoch = epoch_of(now, settings.AMANAT_EPOCH_SECONDS)
    try:
        with transaction.atomic():
            entry = Entry.objects.create(leaf=leaf, leaf_hash=leaf_hash(leaf), epoch=epoch)
    except IntegrityError as error:
        raise Conflict("this leaf was entered before", where="leaf") from error
    crash_point("accept:before-commit")
    transaction.on_commit(lambda: crash_point("accept:after-commit"))
    return entry


def promise_for(entry: Entry) -> bytes:
    """The signed promise for an entered leaf: the same bytes however often it is asked for."""
    accepted = accepted_time(entry.epoch, settings.AMANAT_EPOCH_SECONDS)
    promise = Promise(
        origin=queries.origin(),
        leaf_hash=bytes(entry.leaf_hash),
        accepted=accepted,
        max_delay_seconds=MAX_DELAY_SECONDS,
    )
    return sign_promise(promise, queries.promise_signer())


@transaction.atomic(durable=True)
def close_epoch(*, now: datetime, limit: int) -> int:
    """Give the turned epochs their leaves and sign the tree, unless that was done; how many leaves were added.

    A crash before the commit: nothing happened and the leaves still wait. After it: the tree waits to be published.
    """
    state = _lock()
    epoch = rules.epoch_of(now, settings.AMANAT_EPOCH_SECONDS)
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
    """The waiting leaves of turned epochs, oldest first, filled up with new cover leaves; not yet saved, not yet shuffled."""
    waiting = Entry.objects.filter(index__isnull=True, epoch__lt=epoch)
    urgent = waiting.filter(epoch__lt=rules.urgent_before(now, settings.AMANAT_EPOCH_SECONDS)).count()
    size = rules.batch_size(
        waiting=waiting.count(), urgent=urgent, leaves=settings.AMANAT_EPOCH_LEAVES, limit=limit
    )
    chosen = list(waiting.order_by("epoch", "id")[:size])
    return chosen + [_cover(epoch) for _ in range(size - len(chosen))]


def _cover(epoch: int) -> Entry:
    leaf = cover_leaf()
    return Entry(leaf=leaf, leaf_hash=leaf_hash(leaf), epoch=epoch, is_cover=True)


def _place(entries: list[Entry]) -> list[bytes]:
    """Shuffle, give out indices, save: position within an epoch says nothing."""
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
    note = sign_checkpoint(batch, queries.log_signer())
    SignedTree.objects.create(
        size=batch.frontier.size,
        root=batch.frontier.root(),
        frontier=batch.frontier.format(),
        note=note,
        created=now,
    )


def found_log(folder: Path, *, origin: str, url: str) -> Founded:
    """Make the data folder, the two keys and a policy without witnesses; whatever exists is kept as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "keys").mkdir(mode=0o700, exist_ok=True)
    (folder / "log").mkdir(mode=0o755, exist_ok=True)
    _refuse_second_identity(folder)
    made = [
        name
        for name, key_name in (("log.skey", origin), ("promise.skey", f"{origin}/promise"))
        if write_once(folder / "keys" / name, lambda key_name=key_name: format_signer(generate_signer(key_name, ED25519)))
    ]
    log_key = parse_signer((folder / "keys" / "log.skey").read_text(encoding="utf-8").strip())
    made += [name for name in ("policy.txt",) if write_once(folder / name, lambda: _first_policy(log_key, url))]
    names = ("log.skey", "promise.skey", "policy.txt")
    return Founded(tuple(made), tuple(name for name in names if name not in made))


def write_once(path: Path, content: Callable[[], str]) -> bool:
    """Write a private file that does not exist yet, durably; False, and nothing written, when it does."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content())
        file.flush()
        os.fsync(descriptor)
    return True


def _first_policy(log_key: Signer, url: str) -> str:
    # Any later number of witnesses is an administrator's choice; without one a receipt says so plainly.
    return f"log {log_key.verifier} {url}/log\nquorum none\n"


def _refuse_second_identity(folder: Path) -> None:
    if (folder / "log" / "checkpoint").exists() and not (folder / "keys" / "log.skey").exists():
        hint = "Restore keys/log.skey from the backup: a new key would be a new log, and old receipts would have no log."
        raise Misconfigured("the log was published before and its key is gone", where="data folder", hint=hint)
