"""Tokens by which an institution's own system asks for what was handed to it."""

from django.db import models

from amanat.server.accounts.models import Member
from amanat.server.referrals.models.institutions import Institution


class Token(models.Model):
    """A token of one institution; only its hash is kept. `used` is the last day it was used, no more."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=60)
    author = models.ForeignKey(Member, on_delete=models.PROTECT)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    used = models.DateField(null=True)

    def __str__(self) -> str:
        return f"token {self.pk} of institution {self.institution_id}"
