"""A record, and what people did in it: each deed is an event of the record's own chain, with its leaf.

Nothing here is sealed: a record holds public documents and pseudonyms of staff. The secret of the chain only
keeps the public log from telling who works on what before a record is published (decision record 0051).
"""

from django.db import models
from django.db.models import Q

from amanat.server.accounts.models import Member
from amanat.server.ledger.models import Entry
from amanat.server.statements.rules.states import DEEDS


class Record(models.Model):
    """One record; its events are chained under `secret`, 16 bytes, as those of a report are."""

    title = models.CharField(max_length=200)
    about = models.CharField(max_length=400, blank=True)
    secret = models.BinaryField(max_length=16)
    author = models.ForeignKey(Member, on_delete=models.PROTECT)
    begun = models.DateTimeField()

    def __str__(self) -> str:
        return f"record {self.pk}"


class Deed(models.Model):
    """Something a person did: header and payload as the leaf commits to them, canonical JSON. Only added."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="deeds")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    header = models.TextField()
    payload = models.TextField()
    author = models.ForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="deed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "seq"], name="deed_is_single"),
            models.CheckConstraint(condition=Q(kind__in=DEEDS), name="deed_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq} of record {self.record_id}"
