"""Asking the witnesses, and remembering what each of their keys has cosigned.

A witness that later knows of less than bears its line has lost its memory and could sign a second history:
it is not asked again until `policy.txt` has another key of it. What it cosigned before stays good. See
`docs/decisions/0018-witnesses-that-forget.md`. Shown right by `tests/server/ledger/test_witnesses.py`.
"""

import logging

from django.conf import settings

from amanat.errors import Conflict
from amanat.server.ledger import queries
from amanat.server.ledger.models import SignedTree, WitnessSeen
from amanat.tlog.client import WentBack, cosign_all
from amanat.tlog.note import parse_note
from amanat.tlog.policy import KnownWitness

__all__ = ["to_ask", "with_cosignatures"]

logger = logging.getLogger("amanat.ledger")


def to_ask(note: bytes) -> list[KnownWitness]:
    """The witnesses that have not cosigned this note and that may still be believed."""
    absent = queries.absent_witnesses(note)
    refused = queries.gone_back(absent)
    return [witness for witness in absent if witness.name not in refused]


def with_cosignatures(note: bytes, size: int) -> bytes:
    """The note with the lines of those witnesses that answer now; why the others did not is logged."""
    witnesses = to_ask(note)
    if not witnesses:
        return note
    older = SignedTree.objects.filter(size__lt=size).order_by("-size").first()
    result = cosign_all(
        witnesses,
        note,
        queries.store(),
        old_size=older.size if older else 0,
        timeout=settings.AMANAT_WITNESS_SECONDS,
        known=_known(witnesses),
    )
    for witness in witnesses:
        _remember(witness, result.note, size, result.absent.get(witness.name))
    return result.note


def _known(witnesses: list[KnownWitness]) -> dict[str, int]:
    hashes = {queries.key_hash_of(witness.verifier): witness.name for witness in witnesses}
    rows = WitnessSeen.objects.filter(key_hash__in=list(hashes))
    return {hashes[bytes(row.key_hash)]: row.size for row in rows}


def _remember(witness: KnownWitness, note: bytes, size: int, error: Exception | None) -> None:
    """Keep what this one did. A crash before it is kept means that less is known, and nothing false."""
    key_hash = queries.key_hash_of(witness.verifier)
    if error is None and parse_note(note).by(witness.verifier):
        row, made = WitnessSeen.objects.get_or_create(key_hash=key_hash, defaults={"size": size})
        if not made and row.size < size:
            WitnessSeen.objects.filter(pk=row.pk).update(size=size)
    if isinstance(error, WentBack):
        WitnessSeen.objects.filter(key_hash=key_hash).update(went_back_to=error.size)
    if error is not None:
        level = logging.ERROR if isinstance(error, Conflict) else logging.WARNING
        logger.log(level, "witness %s: %s", witness.name, error)
