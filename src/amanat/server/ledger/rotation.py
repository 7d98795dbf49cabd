"""Changing the log's keys in the open: every step is a public statement in the log itself.

    announce  a second log key is made; from now on both sign every checkpoint, and the policy names both
    retire    once the announcement is in the published log, the old key stops; the policy names the new one
    replace   a new promise key takes the old one's place at once

Whoever trusts the old key follows to the new one through checkpoints that both have signed. Receipts from
before hold under the policy of their time, which stands in the log. Each step may be repeated after a crash:
what is done already is left as it is. Shown right by `tests/server/ledger/test_rotation.py`.
"""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from amanat.errors import Conflict, Misconfigured
from amanat.receipt.leaf import statement_leaf
from amanat.receipt.statement import KeyChange, PolicyChange, format_statement
from amanat.server.ledger import queries
from amanat.server.ledger.actions import enter_statement, write_once
from amanat.server.ledger.models import Entry
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import Signer, Verifier, format_signer, generate_signer

__all__ = ["announce_log_key", "publish_policy", "replace_promise_key", "retire_log_key"]


def announce_log_key(*, now: datetime) -> KeyChange:
    """Make the next log key and announce it; both keys sign from the next tree on."""
    old = queries.log_signer()
    _make(_keys() / queries.NEXT_LOG_KEY, old)
    new = queries.next_log_signer() or old
    change = KeyChange("log", "announced", old.verifier, new.verifier)
    _state(now, format_statement(change))
    _edit_policy(now, lambda lines: _with_key(lines, old.verifier, new.verifier))
    return change


def retire_log_key(*, now: datetime) -> KeyChange:
    """Let the announced key take over; raises `Conflict` before its announcement is published."""
    change = _retirement()
    if queries.next_log_signer():
        _state(now, format_statement(change))
        _take_over(_keys() / "log.skey", _keys() / queries.NEXT_LOG_KEY, change.old)
    # Last, because a policy without the key that signs would stop the server.
    _edit_policy(now, lambda lines: [line for line in lines if str(change.old) not in line])
    return change


def _retirement() -> KeyChange:
    """The change to make, or to finish where a crash left the policy naming both keys."""
    present, following = queries.log_signer().verifier, queries.next_log_signer()
    if following is None:
        for left in queries.policy().logs_of(present.name):
            if left != present:
                return KeyChange("log", "retired", left, present)
        raise Conflict("no next key was announced", where="keys", hint="First: amanat keys announce.")
    if not _is_published(format_statement(KeyChange("log", "announced", present, following.verifier))):
        hint = "Wait for the next epoch, tell your witnesses the new key, then retire the old one."
        raise Conflict("the announcement is not in the published log yet", where="keys", hint=hint)
    return KeyChange("log", "retired", present, following.verifier)


def replace_promise_key(*, now: datetime) -> KeyChange:
    """Make a new promise key, state it, and use it from now on; earlier promises hold under the old key."""
    old = queries.promise_signer()
    place = _keys() / "promise.next.skey"
    _make(place, old)
    new = queries.signer_in(place)
    change = KeyChange("promise", "retired", old.verifier, new.verifier)
    _state(now, format_statement(change))
    _take_over(_keys() / "promise.skey", place, old.verifier)
    return change


def publish_policy(*, now: datetime) -> bool:
    """Put the policy file as it is into the log, for everybody and for ever; False when it stands there."""
    return _state(now, format_statement(PolicyChange(queries.policy_text())))


def _state(now: datetime, text: str) -> bool:
    """Enter a statement unless this very one was entered before."""
    with transaction.atomic(durable=True):
        try:
            enter_statement(now=now, text=text)
        except Conflict:
            return False
    return True


def _is_published(text: str) -> bool:
    tree = queries.latest_published()
    entry = Entry.objects.filter(leaf_hash=leaf_hash(statement_leaf(text))).first()
    return tree is not None and entry is not None and entry.index is not None and entry.index < tree.size


def _keys() -> Path:
    folder: Path = settings.AMANAT_DATA / "keys"
    return folder


def _make(place: Path, old: Signer) -> None:
    write_once(place, lambda: f"{format_signer(generate_signer(old.name))}\n")


def _take_over(place: Path, following: Path, old: Verifier) -> None:
    """Keep the old key aside, then put the next one in its place in one step."""
    retired = _keys() / "retired"
    retired.mkdir(mode=0o700, exist_ok=True)
    write_once(retired / f"{place.stem}-{old.key_id.hex()}.skey", lambda: place.read_text(encoding="utf-8"))
    following.replace(place)
    descriptor = os.open(_keys(), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _with_key(lines: list[str], old: Verifier, new: Verifier) -> list[str]:
    """The lines with the new key after the old one's, at the same address; comments stay where they are."""
    if any(str(new) in line for line in lines):
        return lines
    at = next((number for number, line in enumerate(lines) if str(old) in line), None)
    if at is None:
        hint = "Copy the `log` line that `amanat setup` wrote back into policy.txt."
        raise Misconfigured("policy.txt does not name this log's key", where="policy.txt", hint=hint)
    return [*lines[: at + 1], lines[at].replace(str(old), str(new)), *lines[at + 1 :]]


def _edit_policy(now: datetime, edit: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of the policy; the log is told before the file says so."""
    place: Path = settings.AMANAT_DATA / "policy.txt"
    before = queries.policy_text()
    after = "\n".join(edit(before.split("\n")))
    _state(now, format_statement(PolicyChange(after)))
    if after == before:
        return
    draft = place.with_name(".policy.txt.draft")
    draft.unlink(missing_ok=True)
    write_once(draft, lambda: after)
    draft.replace(place)
