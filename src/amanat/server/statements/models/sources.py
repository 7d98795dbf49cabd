"""Sources of a record: the bytes of a public document as somebody brought them, what is known about it, and
its reading text.

A source is never changed. Another version of a document is another source that replaces it.
"""

from django.db import models
from django.db.models import F, Q

from amanat.server.accounts.models import Member
from amanat.server.statements.models.records import Deed, Record


class Source(models.Model):
    """One version of one document. `origin` is the source that it repeats; `address` is text, never fetched.
    `proposed` is when the rules were through with it, `tries` how often they began."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="sources")
    number = models.PositiveIntegerField()
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    address = models.CharField(max_length=1000, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    published = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    captured = models.DateTimeField()
    brought_by = models.ForeignKey(Member, on_delete=models.PROTECT)
    origin = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="repeated_by")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    reading = models.BinaryField()
    text_sha256 = models.CharField(max_length=64)
    proposed = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    dropped = models.PositiveIntegerField(default=0)
    deed = models.OneToOneField(Deed, on_delete=models.PROTECT, related_name="source")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="source_number_is_single"),
            models.UniqueConstraint(fields=["record", "sha256"], name="source_is_single"),
            models.CheckConstraint(
                condition=(Q(origin__isnull=True) | ~Q(origin=F("id")))
                & (Q(replaces__isnull=True) | ~Q(replaces=F("id"))),
                name="source_is_not_its_own",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(proposed__isnull=True), name="source_to_propose")]

    def __str__(self) -> str:
        return f"source {self.number} of record {self.record_id}"
