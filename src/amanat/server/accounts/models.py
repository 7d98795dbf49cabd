"""Tables of the organisation and its people.

A member signs in with a password and a code; what they read is opened by a key of which the server keeps only
the public half and a copy wrapped under a passphrase it never sees (protocol section 1).
"""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from amanat.server.accounts.rules import ROLES


class Organisation(models.Model):
    """The one organisation that runs this server, and its offline recovery recipient."""

    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=200)
    recovery_recipient = models.CharField(max_length=100)
    founded = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="organisation_is_single")]

    def __str__(self) -> str:
        return self.name


class Member(AbstractBaseUser):
    """Somebody of the organisation who can sign in; never deleted, only made inactive."""

    sign_in_name = models.CharField(max_length=60, unique=True)
    pseudonym = models.CharField(max_length=60)
    role = models.CharField(max_length=20)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "sign_in_name"
    objects = BaseUserManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=ROLES), name="member_role_is_known")]

    def __str__(self) -> str:
        return self.pseudonym


class Invitation(models.Model):
    """A link that makes one member; only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=20)
    expires = models.DateTimeField()
    used = models.BooleanField(default=False)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=ROLES), name="invitation_role_is_known")]

    def __str__(self) -> str:
        return f"invitation for one {self.role}"


class MemberKey(models.Model):
    """A member's age recipient, and their identity wrapped by a passphrase that never left their browser."""

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="key")
    recipient = models.CharField(max_length=100, unique=True)
    wrapped = models.TextField()
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of member {self.member_id}"


class Failure(models.Model):
    """A refused sign-in, by a hash of the name that was tried, so that guessing can be slowed down."""

    name_hash = models.CharField(max_length=64)
    moment = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["moment", "name_hash"], name="failure_recent")]

    def __str__(self) -> str:
        return "refused sign-in"
