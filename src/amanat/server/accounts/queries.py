"""Reads of the organisation and its people. It writes nothing. Shown right by
`tests/server/accounts/test_queries.py`."""

from datetime import datetime

from django.db.models import QuerySet

from amanat.errors import NotFound
from amanat.server.accounts.models import Failure, Invitation, Member, MemberKey, Organisation
from amanat.server.accounts.rules import READERS, THROTTLE_WINDOW, is_throttled, is_usable

__all__ = [
    "has_key",
    "intake_recipients",
    "key_of",
    "organisation",
    "people",
    "readers",
    "throttled",
    "usable_invitation",
]


def organisation() -> Organisation | None:
    """The organisation; None before it is founded."""
    return Organisation.objects.first()


def readers() -> QuerySet[MemberKey]:
    """The keys of everybody who may read reports now."""
    active = MemberKey.objects.filter(member__is_active=True, member__role__in=READERS)
    return active.select_related("member").order_by("member_id")


def intake_recipients() -> list[str]:
    """Whom a report is sealed to: the active readers and the recovery recipient; empty without a reader."""
    founded = organisation()
    recipients = list(readers().values_list("recipient", flat=True))
    return [*recipients, founded.recovery_recipient] if founded and recipients else []


def key_of(member: Member) -> MemberKey | None:
    """The member's key; None before they made one."""
    return MemberKey.objects.filter(member=member).first()


def has_key(member: Member) -> bool:
    """Whether the member has made a key."""
    return MemberKey.objects.filter(member=member).exists()


def people() -> QuerySet[Member]:
    """Everybody, active or not, with their keys."""
    return Member.objects.select_related("key").order_by("-is_active", "id")


def usable_invitation(*, token_hash: str, now: datetime) -> Invitation:
    """The invitation of this token; raises `NotFound` for one that is unknown, used or expired alike."""
    invitation = Invitation.objects.filter(token_hash=token_hash).first()
    if invitation is None or not is_usable(expires=invitation.expires, used=invitation.used, now=now):
        hint = "Ask whoever invited you for a new link: each works once and for three days."
        raise NotFound("this invitation was used, has expired or never existed", hint=hint)
    return invitation


def throttled(*, name_hash: str, now: datetime) -> bool:
    """Whether sign-in with this name must wait."""
    recent = Failure.objects.filter(moment__gt=now - THROTTLE_WINDOW)
    return is_throttled(of_name=recent.filter(name_hash=name_hash).count(), altogether=recent.count())
