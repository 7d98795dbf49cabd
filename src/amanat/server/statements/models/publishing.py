"""Publications of a record: asked for by one person, decided by another, and the files as they left."""

from django.db import models
from django.db.models import F, Q

from amanat.server.accounts.models import Member
from amanat.server.statements.models.records import Deed, Record
from amanat.server.statements.rules.states import PUBLICATIONS


class Publication(models.Model):
    """One asking; `digest` is the SHA-256 of what was looked at, so that nothing else can leave."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="publications")
    state = models.CharField(max_length=10, default="asked")
    digest = models.CharField(max_length=64)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked = models.DateTimeField()
    decided_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    decided = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    deed = models.ForeignKey(Deed, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PUBLICATIONS), name="publication_state_is_known"),
            models.UniqueConstraint(
                fields=["record"], condition=Q(state="asked"), name="publication_asked_is_single"
            ),
            models.CheckConstraint(
                condition=~Q(state="published")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="publication_is_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"publication {self.pk}"


class PublishedFile(models.Model):
    """One export, byte for byte as it was when the second person decided."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="files")
    form = models.CharField(max_length=20)
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "form"], name="published_file_is_single")
        ]

    def __str__(self) -> str:
        return f"{self.form} of publication {self.publication_id}"
