"""Writes of the organisation and its people: a verb each, one transaction.

Shown right by `tests/server/accounts/test_actions.py`.
"""

import hashlib
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Failure, Invitation, Member, MemberKey, Organisation
from amanat.server.accounts.queries import has_key, key_of, usable_invitation
from amanat.server.accounts.rules import (
    INVITATION_AGE,
    READERS,
    ROLES,
    THROTTLE_WINDOW,
    may_manage_people,
    may_read,
)

__all__ = [
    "accept_invitation",
    "accept_code",
    "begin_second_factor",
    "deactivate",
    "found_organisation",
    "invite",
    "keep_key",
    "name_hash",
    "note_failure",
    "token_hash",
]


def token_hash(token: str) -> str:
    """What is kept of an invitation's token: 64 hex characters."""
    return hashlib.sha256(b"amanat/invitation/v1\0" + token.encode()).hexdigest()


def name_hash(sign_in_name: str) -> str:
    """What is kept of a name that was tried: a mistyped name may be a password."""
    return hashlib.sha256(b"amanat/sign-in/v1\0" + sign_in_name.encode()).hexdigest()


@transaction.atomic
def found_organisation(*, now: datetime, name: str, origin: str, recovery_recipient: str) -> Organisation:
    """Found the one organisation; raises `Conflict` when there is one."""
    try:
        with transaction.atomic():
            return Organisation.objects.create(
                id=1, name=name, origin=origin, recovery_recipient=recovery_recipient, founded=now
            )
    except IntegrityError as error:
        raise Conflict("the organisation was founded before", where="set-up") from error


@transaction.atomic
def invite(*, by: Member | None, now: datetime, role: str) -> str:
    """Invite one person with a role and return the token of the link; `by` is None on the command line."""
    if role not in ROLES:
        raise Malformed(f"not one of {', '.join(ROLES)}", where="role")
    if by is not None and not may_manage_people(by.role):
        raise NotAllowed("only an administrator invites people")
    token = secrets.token_urlsafe(24)
    Invitation.objects.create(
        token_hash=token_hash(token), role=role, expires=now + INVITATION_AGE, invited_by=by
    )
    return token


@transaction.atomic
def accept_invitation(
    *, now: datetime, token: str, sign_in_name: str, pseudonym: str, password: str
) -> Member:
    """Make the member an invitation is for and use it up; raises `NotFound` or `Conflict`."""
    invitation = usable_invitation(token_hash=token_hash(token), now=now)
    # Conditional, so that of two who accept at once one is told that it was used.
    if not Invitation.objects.filter(pk=invitation.pk, used=False).update(used=True):
        raise Conflict("this invitation was used a moment ago")
    member = Member(sign_in_name=sign_in_name, pseudonym=pseudonym, role=invitation.role)
    member.set_password(password)
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:
        raise Conflict("this sign-in name is taken", where="sign-in name", hint="Choose another.") from error
    return member


@transaction.atomic
def begin_second_factor(*, by: Member) -> TOTPDevice:
    """The device that awaits its first code; raises `Conflict` when one is confirmed already."""
    device, _made = TOTPDevice.objects.get_or_create(user=by, defaults={"name": "code", "confirmed": False})
    if device.confirmed:
        raise Conflict("there is a second factor already", hint="Sign in with its code.")
    return device


def accept_code(*, by: Member, code: str, confirmed: bool) -> TOTPDevice | None:
    """The member's device if the code is right and was not used before, now confirmed; None otherwise.

    A code is good once: the device keeps the last counter in the same transaction (RFC 6238 section 5.2).
    """
    digits = "".join(code.split())
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=by, confirmed=confirmed).first()
        if device is None or not device.verify_token(digits):
            return None
        device.confirmed = True
        device.save()
    return device


@transaction.atomic
def keep_key(*, by: Member, now: datetime, recipient: str, wrapped: str) -> MemberKey:
    """Keep the key a member's browser made, and the same one again when it is sent again because the answer
    was lost; raises `NotAllowed`, or `Conflict` when there is another."""
    if not may_read(by.role):
        raise NotAllowed("an administrator reads nothing and has no key")
    kept = key_of(by)
    if kept is not None and (kept.recipient, kept.wrapped) == (recipient, wrapped):
        return kept
    try:
        with transaction.atomic():
            return MemberKey.objects.create(member=by, recipient=recipient, wrapped=wrapped, created=now)
    except IntegrityError as error:
        raise Conflict(
            "there is a key already", hint="Sign in and unlock it with your passphrase."
        ) from error


@transaction.atomic
def deactivate(*, by: Member, now: datetime, member: Member) -> None:
    """End a member's access; what they wrote stays. The last reader of reports cannot be removed, nor the
    last whose key opens them: without a key nothing can be reported."""
    del now
    if not may_manage_people(by.role) or by.pk == member.pk:
        raise NotAllowed("only another administrator removes people")
    # One at a time, so that two who are removed at once are not each the other's remaining reader.
    Organisation.objects.select_for_update().first()
    others = Member.objects.filter(is_active=True, role__in=READERS).exclude(pk=member.pk)
    if has_key(member):
        others = others.filter(key__isnull=False)
    if may_read(member.role) and not others.exists():
        raise NotAllowed("somebody must be able to read reports", hint="Invite another worker first.")
    Member.objects.filter(pk=member.pk).update(is_active=False)


@transaction.atomic
def note_failure(*, now: datetime, sign_in_name: str) -> None:
    """Note a refused sign-in and forget the old ones."""
    Failure.objects.filter(moment__lt=now - THROTTLE_WINDOW).delete()
    Failure.objects.create(name_hash=name_hash(sign_in_name), moment=now)
