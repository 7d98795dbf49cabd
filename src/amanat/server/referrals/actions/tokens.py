"""Writes of the tokens of institutions: make one, end one, note the day it was used.

A token is shown once; only its SHA-256 is kept, which is enough for 32 random bytes. Shown right by
`tests/server/referrals/test_tokens.py`.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from amanat.errors import Conflict
from amanat.server.accounts.models import Member
from amanat.server.referrals.actions.calendars import check_supervisor
from amanat.server.referrals.models import Institution, Token

__all__ = ["PREFIX", "end_token", "holder", "make_token", "token_hash"]

# So that a token that was pasted somewhere can be recognised for what it is.
PREFIX = "amanat-institution-"
LIFE = timedelta(days=366)
MAX_TOKENS = 20


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make_token(*, by: Member, now: datetime, institution: Institution, label: str) -> str:
    """Make a token that holds for a year, and return it this once."""
    check_supervisor(by)
    locked = Institution.objects.select_for_update().get(pk=institution.pk)
    if locked.tokens.filter(ended=None, expires__gt=now).count() >= MAX_TOKENS:
        raise Conflict("this institution has enough tokens", hint="End one that nobody uses.")
    token = PREFIX + secrets.token_urlsafe(32)
    Token.objects.create(
        institution=locked, token_hash=token_hash(token), label=label, author=by, made=now, expires=now + LIFE
    )
    return token


@transaction.atomic
def end_token(*, by: Member, now: datetime, token: Token) -> None:
    """End a token at once; ended twice it keeps the first moment."""
    check_supervisor(by)
    Token.objects.filter(pk=token.pk, ended=None).update(ended=now)


def holder(token: str, *, now: datetime) -> Institution | None:
    """The institution whose token this is, with the day of its use noted; None for any other text."""
    valid = Token.objects.filter(token_hash=token_hash(token), ended=None, expires__gt=now)
    found = valid.select_related("institution", "institution__calendar").first()
    if found is None or not found.institution.is_active:
        return None
    if found.used != now.date():
        Token.objects.filter(pk=found.pk).update(used=now.date())
    return found.institution
