"""Reads of the lists: banks, contents, who has a print, receipts of withdrawals, and the page's counts.

It writes nothing and returns prints to owners only. Shown right by `tests/server/hashbank/test_actions.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from amanat.errors import Malformed, NotAllowed, NotFound
from amanat.exchange.hma import DISABLED, signal_name, signal_text
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.server.hashbank import index
from amanat.server.hashbank.models import Bank, Content, Import, Signal, Subscription, Token, Withdrawal
from amanat.server.hashbank.rules import token_hash
from amanat.server.hashbank.vault import mark, open_print
from amanat.strict import encode_base64, format_time
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.proof import prove_inclusion

__all__ = [
    "Match",
    "bank",
    "banks",
    "content",
    "last_import",
    "lookup",
    "overview",
    "receipts",
    "signals",
    "sizes",
    "subscription",
    "token_named",
    "token_of",
]


@dataclass(frozen=True, slots=True)
class Match:
    """A content that has a print near enough, its bank, and how many bits are between."""

    content_id: int
    bank: str
    distance: int


def token_of(text: str) -> Token:
    """The token that was shown; raises `NotAllowed`."""
    found = Token.objects.filter(token_hash=token_hash(text), revoked=None).first() if text else None
    if found is None:
        hint = "Send it as Authorization: Bearer. `amanat hashbank token` makes one."
        raise NotAllowed("no token, or not one of this service", where="hashbank", hint=hint)
    return found


def token_named(name: str) -> Token:
    """The token of this name; raises `NotAllowed`."""
    found = Token.objects.filter(name=name, revoked=None).first()
    if found is None:
        raise NotAllowed("no token of this name", where="hashbank")
    return found


def banks(token: Token) -> QuerySet[Bank]:
    """The banks that a token is for."""
    return Bank.objects.order_by("name") if token.every_bank else token.banks.order_by("name")


def bank(token: Token, name: str) -> Bank:
    """One of them; raises `NotFound` for any other, whether there is one or not."""
    found = banks(token).filter(name=name).first()
    if found is None:
        raise NotFound("no such bank", where="bank")
    return found


def content(of: Bank, content_id: int) -> Content:
    """A content of a bank; raises `NotFound`."""
    found = Content.objects.filter(bank=of, pk=content_id).first()
    if found is None:
        raise NotFound("no such content", where="content")
    return found


def signals(of: Content) -> dict[str, str]:
    """The prints of a content by signal type, for owners."""
    rows = Signal.objects.filter(content=of).order_by("kind", "pk")
    opened = [open_print(bytes(row.sealed), Kind(row.kind), str(row.pk)) for row in rows]
    return {_name(one.kind): signal_text(one) for one in opened}


def lookup(
    token: Token,
    wanted: Fingerprint,
    *,
    now: datetime,
    names: frozenset[str] = frozenset(),
    raw: bool = False,
) -> list[Match]:
    """The contents on a token's banks that a print matches; `raw` also those that are switched off."""
    distance = _candidates(wanted)
    rows = Content.objects.filter(pk__in=list(distance), bank__in=banks(token))
    if names:
        rows = rows.filter(bank__name__in=names)
    if not raw:
        later = Q(disabled_until__gt=int(now.timestamp())) | Q(disabled_until=DISABLED)
        rows = rows.filter(bank__ratio__gt=0).exclude(later)
    found = rows.order_by("pk").values_list("pk", "bank__name")
    return [Match(pk, name, distance[pk]) for pk, name in found]


def sizes() -> dict[str, int]:
    """How many prints of each kind are held."""
    counted = Signal.objects.values_list("kind").annotate(Count("pk")).order_by("kind")
    return dict(counted)


def receipts(of: Bank) -> list[dict[str, Any]]:
    """For each withdrawal of a bank what its owner needs, with the print, to show it in the log."""
    rows = Withdrawal.objects.filter(bank_name=of.name).select_related("entry").order_by("entry", "position")
    return [_receipt(row) for row in rows]


def subscription(of: Bank) -> Subscription:
    """Whose exchange feeds a bank; raises `NotFound`."""
    found = Subscription.objects.filter(bank=of).first()
    if found is None:
        raise NotFound("no such exchange", where="exchange")
    return found


def last_import(of: Bank) -> Import | None:
    """The file that was taken in last; None before the first."""
    return Import.objects.filter(bank=of).order_by("-moment", "-pk").first()


def overview() -> list[dict[str, Any]]:
    """What the staff page shows of each bank: counts, never a print."""
    counted = Bank.objects.annotate(
        prints=Count("contents__signals", distinct=True),
        recordings=Count("contents", distinct=True),
    )
    gone = dict(Withdrawal.objects.values_list("bank_name").annotate(Count("pk")))
    last = dict(Withdrawal.objects.values_list("bank_name").annotate(Max("withdrawn")))
    imports = {one.bank_id: one for one in Import.objects.filter(pk__in=_last_imports()).select_related("by")}
    return [
        {
            "bank": each,
            "withdrawn": gone.get(each.name, 0),
            "last_withdrawal": last.get(each.name),
            "last_import": imports.get(each.pk),
        }
        for each in counted.select_related("subscription").order_by("name")
    ]


def _last_imports() -> list[int]:
    return list(Import.objects.values_list("bank").annotate(Max("pk")).values_list("pk__max", flat=True))


def _candidates(wanted: Fingerprint) -> dict[int, int]:
    if wanted.kind in index.KINDS:
        return dict(index.near(wanted))
    rows = Signal.objects.filter(kind=wanted.kind.value, mark=mark(wanted))
    return dict.fromkeys(rows.values_list("content_id", flat=True), 0)


def _receipt(row: Withdrawal) -> dict[str, Any]:
    together = Withdrawal.objects.filter(entry=row.entry).order_by("position")
    hashes = [leaf_hash(bytes(each)) for each in together.values_list("commitment", flat=True)]
    return {
        "content_id": row.content_id,
        "kind": row.kind,
        "withdrawn": format_time(row.withdrawn),
        "salt": encode_base64(bytes(row.salt)),
        "commitment": encode_base64(bytes(row.commitment)),
        "position": row.position,
        "count": len(hashes),
        "proof": [encode_base64(each) for each in prove_inclusion(hashes, row.position)],
        "log_leaf_hash": encode_base64(bytes(row.entry.leaf_hash)),
        "log_index": row.entry.index,
    }


def _name(kind: Kind) -> str:
    try:
        return signal_name(kind)
    except Malformed:
        return kind.value
