"""Writes of the lists: banks, contents, withdrawals with their leaf, tokens, and how often one was used.

A withdrawal erases the print and enters its leaf in one transaction, so a print is gone and stated, or
neither. The next search of every process leaves it out. Files of partners are taken in by `taking.py`.
Shown right by `tests/server/hashbank/test_actions.py`.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from amanat.errors import Conflict, Malformed, NotAllowed, NotFound
from amanat.exchange.hma import DISABLED
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.receipt.statement import Withdrawal as Statement
from amanat.receipt.statement import format_statement
from amanat.server.hashbank.models import Bank, Content, Signal, Subscription, Token, Use, Withdrawal
from amanat.server.hashbank.rules import (
    MAX_NOTE,
    PARTNER,
    RATE_WINDOW,
    TOKEN_BYTES,
    TOKEN_ROLES,
    check_bank_name,
    check_print,
    commitment,
    token_hash,
    window_of,
)
from amanat.server.hashbank.vault import mark, open_print, seal_print
from amanat.server.ledger.actions import enter_statement
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.tree import root

__all__ = [
    "TooMany",
    "PART",
    "add_content",
    "batched",
    "changed",
    "count_use",
    "create_bank",
    "delete_bank",
    "make_token",
    "new_signal",
    "revoke_token",
    "set_bank",
    "set_content",
    "subscribe",
    "unsubscribe",
    "withdraw",
    "withdraw_content",
]


PART = 400


class TooMany(NotAllowed):
    """Asked too often; the next minute begins anew."""

    http_status = 429


@transaction.atomic(durable=True)
def create_bank(*, by: Token | None, now: datetime, name: object, ratio: float = 1.0) -> Bank:
    """A new, empty bank, which the token that made it may use; raises `Conflict` when there is one."""
    try:
        with transaction.atomic():
            bank = Bank.objects.create(name=check_bank_name(name), ratio=_ratio(ratio), changed=now)
    except IntegrityError as error:
        raise Conflict("Bank already exists", where="bank") from error
    if by is not None:
        by.banks.add(bank)
    return bank


@transaction.atomic(durable=True)
def set_bank(
    *, by: Token | None, now: datetime, bank: Bank, name: object = None, ratio: float | None = None
) -> Bank:
    """Rename a bank, or switch it on or off."""
    del by
    bank.name = bank.name if name is None else check_bank_name(name)
    bank.ratio = bank.ratio if ratio is None else _ratio(ratio)
    try:
        with transaction.atomic():
            bank.save(update_fields=["name", "ratio"])
    except IntegrityError as error:
        raise Conflict("Bank name already exists", where="bank") from error
    changed(bank, now=now)
    return bank


@transaction.atomic(durable=True)
def delete_bank(*, by: Token | None, now: datetime, bank: Bank) -> None:
    """Withdraw everything on a bank, and the bank itself."""
    del by
    withdraw(now=now, bank=bank, signals=Signal.objects.filter(content__bank=bank))
    bank.delete()


@transaction.atomic(durable=True)
def add_content(
    *, by: Token | None, now: datetime, bank: Bank, prints: Iterable[Fingerprint], note: str = ""
) -> Content:
    """One recording with its prints; raises `Malformed` for none, or for one that would match everything."""
    checked = [check_print(one) for one in prints]
    if not checked:
        raise Malformed("No signals given", where="signals")
    content = Content.objects.create(
        bank=bank, source=by.name if by else "", note=_note(note), first_seen=now
    )
    Signal.objects.bulk_create([new_signal(content, one) for one in checked])
    changed(bank, now=now)
    return content


@transaction.atomic(durable=True)
def set_content(
    *,
    by: Token | None,
    now: datetime,
    content: Content,
    disabled_until: int | None = None,
    note: str | None = None,
) -> None:
    """Switch a content off until a second, on (1) or off (0), or change its note."""
    del by
    if disabled_until is not None:
        most = int(now.timestamp()) + 5 * 366 * 86_400
        if not DISABLED <= disabled_until <= most:
            raise Malformed("must be 0, 1 or a time less than 5 years from now", where="disable_until_ts")
        content.disabled_until = disabled_until
    if note is not None:
        content.note = _note(note)
    content.save(update_fields=["disabled_until", "note"])


@transaction.atomic(durable=True)
def withdraw_content(*, by: Token | None, now: datetime, bank: Bank, content_id: int) -> int:
    """Withdraw all prints of a content; how many contents are gone: 1, or 0 when it was not there."""
    del by
    found = Content.objects.filter(bank=bank, pk=content_id).count()
    withdraw(now=now, bank=bank, signals=Signal.objects.filter(content__bank=bank, content_id=content_id))
    return found


def withdraw(*, now: datetime, bank: Bank, signals: Iterable[Signal]) -> int:
    """Erase prints of a bank and state it in one leaf, inside the caller's transaction; how many."""
    now = now.replace(microsecond=0)
    rows = [_withdrawal(one, bank, now) for one in signals]
    if not rows:
        return 0
    top = root([leaf_hash(bytes(row.commitment)) for row, _ in rows])
    entry = enter_statement(now=now, text=format_statement(Statement(top)))
    for position, (row, _) in enumerate(rows):
        row.entry, row.position = entry, position
    Withdrawal.objects.bulk_create([row for row, _ in rows])
    for part in batched([(pk, row.content_id) for row, pk in rows]):
        Signal.objects.filter(pk__in=[pk for pk, _ in part]).delete()
        Content.objects.filter(pk__in={content for _, content in part}, signals=None).delete()
    changed(bank, now=now)
    return len(rows)


@transaction.atomic(durable=True)
def subscribe(*, by: Token | None, now: datetime, bank: object, api: str, config: Mapping[str, Any]) -> Bank:
    """A new bank that an exchange feeds."""
    try:
        with transaction.atomic():
            made = Bank.objects.create(name=check_bank_name(bank), changed=now)
    except IntegrityError as error:
        raise Conflict("Bank already exists", where="bank") from error
    Subscription.objects.create(bank=made, api=api, config=dict(config), created=now)
    if by is not None:
        by.banks.add(made)
    return made


@transaction.atomic(durable=True)
def unsubscribe(*, by: Token | None, bank: Bank) -> None:
    """End a subscription; the bank stays."""
    del by
    Subscription.objects.filter(bank=bank).delete()


@transaction.atomic(durable=True)
def make_token(
    *, now: datetime, name: str, role: str, banks: Iterable[str] = (), every_bank: bool = False
) -> str:
    """A new token, shown this once; raises `Conflict` for a name that is taken, `NotFound` for a bank."""
    if role not in TOKEN_ROLES or not name or len(name) > 60 or not name.isprintable():
        raise Malformed("not a name, or not a role of a token", where="token")
    wanted = set(banks)
    found = list(Bank.objects.filter(name__in=wanted))
    if len(found) != len(wanted):
        raise NotFound("no such bank", where="bank", hint="Import into it first, or use --every-bank.")
    text = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        with transaction.atomic():
            token = Token.objects.create(
                name=name, token_hash=token_hash(text), role=role, every_bank=every_bank, created=now
            )
    except IntegrityError as error:
        raise Conflict("there is a token of this name", where="token", hint="Choose another.") from error
    token.banks.set(found)
    return text


@transaction.atomic(durable=True)
def revoke_token(*, now: datetime, name: str) -> None:
    """End a token; raises `NotFound`."""
    if not Token.objects.filter(name=name, revoked=None).update(revoked=now):
        raise NotFound("no such token", where="token")


@transaction.atomic(durable=True)
def count_use(*, now: datetime, token: Token) -> None:
    """Count a question; raises `TooMany` when a partner has asked too often within the minute."""
    if token.role != PARTNER:
        return
    window = window_of(now)
    Use.objects.get_or_create(token=token, window=window)
    Use.objects.filter(token=token, window=window).update(count=F("count") + 1)
    if Use.objects.get(token=token, window=window).count > settings.AMANAT_HASHBANK_PARTNER_RATE:
        seconds = int(RATE_WINDOW.total_seconds())
        raise TooMany("asked too often", where="hashbank", hint=f"Wait {seconds} seconds.")


def changed(bank: Bank, *, now: datetime) -> None:
    """Every process opens what is new before its next search."""
    Bank.objects.filter(pk=bank.pk).update(version=F("version") + 1, changed=now)


def new_signal(content: Content, fingerprint: Fingerprint) -> Signal:
    """An unsaved row of a print."""
    signal = Signal(content=content, kind=fingerprint.kind.value, mark=mark(fingerprint))
    signal.sealed = seal_print(fingerprint, str(signal.pk))
    return signal


def batched(rows: list[Any]) -> Iterator[list[Any]]:
    """Parts of a list, each of which a database takes as the parameters of one question."""
    for start in range(0, len(rows), PART):
        yield rows[start : start + PART]


def _withdrawal(signal: Signal, bank: Bank, now: datetime) -> tuple[Withdrawal, Any]:
    salt = secrets.token_bytes(32)
    fingerprint = open_print(bytes(signal.sealed), Kind(signal.kind), str(signal.pk))
    row = Withdrawal(
        bank_name=bank.name,
        content_id=signal.content_id,
        kind=signal.kind,
        withdrawn=now,
        salt=salt,
        commitment=commitment(salt, bank=bank.name, fingerprint=fingerprint, withdrawn=now),
    )
    return row, signal.pk


def _ratio(ratio: float) -> float:
    if not 0 <= ratio <= 1:
        raise Malformed("a ratio is between 0 and 1", where="enabled_ratio")
    return float(ratio)


def _note(note: str) -> str:
    if len(note) > MAX_NOTE or not (note.isprintable() or not note):
        raise Malformed(f"note must be at most {MAX_NOTE} characters", where="note")
    return note
