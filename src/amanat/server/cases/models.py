"""Tables of the cases: who holds a grant for which report.

A grant is the file key and the thread key of one case, sealed to one member or to the recovery recipient
(protocol section 3). The server can open none of them.
"""

from django.db import models
from django.db.models import Q

from amanat.server.accounts.models import Member
from amanat.server.intake.models import Report


class Grant(models.Model):
    """One sealed grant; `member` is null for the recovery recipient."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="grants")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "member"], name="grant_is_single"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(member__isnull=True), name="grant_for_recovery_is_single"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk}"
