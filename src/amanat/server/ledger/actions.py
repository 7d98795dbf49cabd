"""Writes of the ledger that others call: enter a leaf, make its promise, found the log.

`enter` runs inside the caller's transaction, so the report and its leaf are stored together or not at all;
the promise may leave the server only after that transaction is committed. The log itself is written by
`jobs.py`. Protocol section 5. Shown right by `tests/server/ledger/test_actions.py`.
"""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, Misconfigured
from amanat.receipt.leaf import CaseLeaf, parse_leaf, statement_leaf
from amanat.receipt.promise import Promise, promise_key_name, sign_promise
from amanat.server.crashes import crash_point
from amanat.server.ledger import queries
from amanat.server.ledger.models import Entry
from amanat.server.ledger.rules import MAX_DELAY_SECONDS, accepted_time, epoch_of
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import Signer, format_signer, generate_signer, parse_signer

__all__ = ["Founded", "enter", "enter_statement", "found_log", "promise_for"]


@dataclass(frozen=True, slots=True)
class Founded:
    """What a set-up made and what it found already there, by file name."""

    made: tuple[str, ...]
    found: tuple[str, ...]


def enter(*, now: datetime, leaf: bytes, gives_way: bool = False) -> Entry:
    """Enter a case leaf to wait for its epoch; raises `Malformed`, or `Conflict` for one entered before.

    One that gives way waits until an epoch has a place that a cover leaf would have had; nobody may be
    promised it.
    """
    if not isinstance(parse_leaf(leaf), CaseLeaf):
        raise Malformed("only the log itself makes public statements", where="leaf")
    return _enter(now, leaf, gives_way=gives_way)


def enter_statement(*, now: datetime, text: str) -> Entry:
    """Enter a public statement of the log itself, readable by everybody for ever."""
    return _enter(now, statement_leaf(text))


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


def _enter(now: datetime, leaf: bytes, *, gives_way: bool = False) -> Entry:
    epoch = epoch_of(now, settings.AMANAT_EPOCH_SECONDS)
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                leaf=leaf, leaf_hash=leaf_hash(leaf), epoch=epoch, gives_way=gives_way
            )
    except IntegrityError as error:
        raise Conflict("this leaf was entered before", where="leaf") from error
    crash_point("accept:before-commit")
    transaction.on_commit(lambda: crash_point("accept:after-commit"))
    return entry


def found_log(folder: Path, *, origin: str, url: str) -> Founded:
    """Make the data folder, the two keys and a policy without witnesses; whatever exists is kept as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "keys").mkdir(mode=0o700, exist_ok=True)
    (folder / "log").mkdir(mode=0o755, exist_ok=True)
    if not (folder / "keys" / "log.skey").exists():
        _refuse_second_identity()
    keys = folder / "keys"
    made = [_make_key(keys / "log.skey", origin)]
    log_key = parse_signer((keys / "log.skey").read_text(encoding="utf-8").strip())
    made.append(_make_key(keys / "promise.skey", promise_key_name(log_key.name)))
    made.append(write_once(folder / "policy.txt", lambda: _first_policy(log_key, url)))
    names = ("log.skey", "promise.skey", "policy.txt")
    return Founded(
        tuple(name for name, is_new in zip(names, made, strict=True) if is_new),
        tuple(name for name, is_new in zip(names, made, strict=True) if not is_new),
    )


def _make_key(path: Path, name: str) -> bool:
    return write_once(path, lambda: f"{format_signer(generate_signer(name))}\n")


def write_once(path: Path, content: Callable[[], str]) -> bool:
    """Write a private file that does not exist yet, durably; False, and nothing written, when it does."""
    if path.exists():
        return False
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent) as file:
        file.write(content())
        file.flush()
        os.fsync(file.fileno())
        # A link is there whole or not at all, and it never replaces what somebody else made meanwhile.
        os.link(file.name, path)
    return True


def _first_policy(log_key: Signer, url: str) -> str:
    # Any later number of witnesses is an administrator's choice; without one a receipt says so plainly.
    return f"log {log_key.verifier} {url}/log\nquorum none\n"


def _refuse_second_identity() -> None:
    if queries.store().exists(queries.CHECKPOINT):
        hint = "Restore keys/log.skey from the backup: a new key would be a new log."
        raise Misconfigured(
            "the log was published before and its key is gone", where="data folder", hint=hint
        )
