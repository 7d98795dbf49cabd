"""Releases of public figures. Rows are only added: a correction is a new one."""

from django.db import models
from django.db.models import F, Q

from amanat.server.accounts.models import Member
from amanat.server.ledger.models import Entry


class Release(models.Model):
    """One release: the bytes of its file, and the log's statement; `author` is null for the command."""

    number = models.PositiveIntegerField(unique=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    body = models.BinaryField()
    made = models.DateTimeField()
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="release_is_from_one"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="release_corrects_another"
            ),
        ]

    def __str__(self) -> str:
        return f"release {self.number}"
