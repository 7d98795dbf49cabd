"""Who may ask what of the lists, how often, what a name is, and which prints are too poor to list.

Pure functions. Shown right by `tests/server/hashbank/test_rules.py`.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np

from amanat.errors import Malformed
from amanat.exchange.hma import BANK_NAME
from amanat.fingerprint.value import Fingerprint, Kind, Prints, split_prints
from amanat.matching.screening import reasons
from amanat.server.accounts.rules import ADMINISTRATOR, SUPERVISOR
from amanat.strict import format_time, length_prefixed

__all__ = [
    "MANAGERS",
    "MAX_NOTE",
    "OWNER",
    "PARTNER",
    "RATE_WINDOW",
    "TOKEN_BYTES",
    "TOKEN_ROLES",
    "check_bank_name",
    "check_print",
    "commitment",
    "may_import",
    "token_hash",
    "usable",
    "window_of",
]

OWNER, PARTNER = "owner", "partner"
TOKEN_ROLES = (OWNER, PARTNER)
TOKEN_BYTES = 32
MAX_NOTE = 255
RATE_WINDOW = timedelta(minutes=1)
MANAGERS = frozenset({SUPERVISOR, ADMINISTRATOR})
"""Who sees the lists' names and counts, and takes in files. Nobody sees a print."""


def may_import(role: str) -> bool:
    """Whether a member of this role looks after lists."""
    return role in MANAGERS


def check_bank_name(name: object) -> str:
    """A name of capital letters, digits and underscores; raises `Malformed`."""
    if not isinstance(name, str) or not BANK_NAME.fullmatch(name):
        raise Malformed("a name has capital letters, digits and underscores only", where="name")
    return name


def check_print(fingerprint: Fingerprint) -> Fingerprint:
    """The print, or `Malformed` for one that would match what it should not: empty, full, periodic.

    A film is refused when nothing is left of it without such prints (`usable`).
    """
    data = fingerprint.data
    if not fingerprint.kind.opaque and len(set(data)) == 1:
        raise Malformed("a print of one repeated byte is refused", where=fingerprint.kind.value)
    if fingerprint.kind in (Kind.PDQ, Kind.VPDQ):
        reason, *more = reasons(split_prints(data))
        if reason is not None and None not in more:
            raise Malformed(f"refused: {reason}", where=fingerprint.kind.value)
    return fingerprint


def usable(film: Fingerprint) -> Prints:
    """The distinct prints of a film that would be taken as those of pictures."""
    prints = np.unique(split_prints(film.data), axis=0)
    return prints[[reason is None for reason in reasons(prints)]]


def token_hash(token: str) -> str:
    """What is kept of a token: it has 32 random bytes, so a plain hash cannot be guessed back."""
    return hashlib.sha256(b"amanat/hashbank-token/v1\0" + token.encode("utf-8", "replace")).hexdigest()


def window_of(now: datetime) -> int:
    """The number of the minute in which questions are counted together."""
    return int(now.timestamp() // RATE_WINDOW.total_seconds())


def commitment(salt: bytes, *, bank: str, fingerprint: Fingerprint, withdrawn: datetime) -> bytes:
    """What is committed to when a print is withdrawn: without the salt it tells nobody which print it was."""
    parts: Iterable[bytes] = (
        salt,
        bank.encode(),
        fingerprint.kind.value.encode(),
        fingerprint.data,
        format_time(withdrawn).encode(),
    )
    return hashlib.sha256(b"amanat/withdrawal/v1\0" + b"".join(map(length_prefixed, parts))).digest()
