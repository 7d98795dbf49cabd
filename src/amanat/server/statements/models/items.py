"""Items of a record, the names in them, and what a newer version of a source makes of them.

An item waits or was decided, and a decided one has the deed that decided it: there is no confirmation without
a leaf, because the database refuses one. What the machine proposed stays beside an edit.
"""

from django.db import models
from django.db.models import F, Q

from amanat.record.proposal import KINDS
from amanat.server.statements.models.records import Deed, Record
from amanat.server.statements.models.sources import Source
from amanat.server.statements.rules.states import CARRIES, NAME_KINDS, PENDING, STATES


class Item(models.Model):
    """One item: `body` as the gate let it in, `proposed` as it was before somebody edited it. `key` is the id
    that the library gives the same words of the same source."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="items")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=32)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=PENDING)
    start = models.PositiveIntegerField()
    rule = models.CharField(max_length=100)
    by_hand = models.BooleanField(default=False)
    body = models.JSONField()
    proposed = models.JSONField(null=True)
    deed = models.ForeignKey(Deed, null=True, on_delete=models.PROTECT, related_name="items")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "key"], name="item_is_single"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="item_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="item_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=PENDING, deed__isnull=True) | (~Q(state=PENDING) & Q(deed__isnull=False)),
                name="item_is_decided_by_a_deed",
            ),
        ]
        indexes = [
            models.Index(fields=["record", "state", "kind"], name="item_by_state"),
            models.Index(fields=["source", "start"], name="item_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Name(models.Model):
    """Words that name somebody in a record: what they are, the role shown in their place when they are
    covered, and the name they are another writing of."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="names")
    written = models.CharField(max_length=300)
    kind = models.CharField(max_length=10, default="undecided")
    role = models.CharField(max_length=100, blank=True)
    same_as = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="writings")
    deed = models.ForeignKey(Deed, null=True, on_delete=models.PROTECT, related_name="names")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "written"], name="name_is_single"),
            models.CheckConstraint(condition=Q(kind__in=NAME_KINDS), name="name_kind_is_known"),
            models.CheckConstraint(
                condition=Q(same_as__isnull=True) | ~Q(same_as=F("id")), name="name_is_of_another"
            ),
            models.CheckConstraint(
                condition=Q(kind="undecided", same_as__isnull=True) | Q(deed__isnull=False),
                name="name_is_decided_by_a_deed",
            ),
        ]

    def __str__(self) -> str:
        return f"name {self.pk}"


class Carry(models.Model):
    """An item of a source that has a newer version: found again there (`body`), or lost with the reason. It
    waits for a person; nothing moves by itself."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="carries")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="carries")
    state = models.CharField(max_length=10)
    body = models.JSONField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    deed = models.ForeignKey(Deed, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "source"], name="carry_is_single"),
            models.CheckConstraint(condition=Q(state__in=CARRIES), name="carry_state_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=("found", "lost"), deed__isnull=True)
                | Q(state__in=("carried", "let go"), deed__isnull=False),
                name="carry_is_decided_by_a_deed",
            ),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | ~Q(state__in=("found", "carried")),
                name="carry_has_where_it_was_found",
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.item_id} in a newer version"
