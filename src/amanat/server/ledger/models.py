"""Tables of the ledger: the leaves (entries), the signed trees, and the one row that orders whoever
sequences.

An entry without an index waits for its epoch; with one it is in the log for good. Nothing here is secret:
every row is, or becomes, public. Protocol sections 4 and 5.
"""

from django.db import models
from django.db.models import F, Q


class Entry(models.Model):
    """One leaf of the log: what was entered in which epoch, and its place once it is sequenced."""

    leaf = models.BinaryField()
    leaf_hash = models.BinaryField(unique=True, max_length=32)
    epoch = models.PositiveBigIntegerField()
    index = models.PositiveBigIntegerField(null=True, unique=True)
    is_cover = models.BooleanField(default=False)
    # It takes the place of a cover leaf and never that of a leaf somebody was promised.
    gives_way = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_cover=False) | Q(index__isnull=False), name="entry_cover_has_index"
            ),
        ]
        indexes = [
            models.Index(fields=["epoch", "id"], name="entry_waiting", condition=Q(index__isnull=True))
        ]

    def __str__(self) -> str:
        return f"entry {self.index}" if self.index is not None else "waiting entry"


class SignedTree(models.Model):
    """A tree the log has signed; the unique size is what makes a second history impossible."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    frontier = models.BinaryField()
    note = models.BinaryField()
    cosigned = models.BinaryField(null=True)
    asked = models.DateTimeField(null=True)
    published = models.BooleanField(default=False)
    created = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["size"], name="tree_unpublished", condition=Q(published=False))]

    def __str__(self) -> str:
        return f"tree of size {self.size}"


class WitnessSeen(models.Model):
    """The largest tree that bears a line by one key of a witness; if the witness later said that it knows of
    a smaller one only, that size: it is not asked again.
    """

    key_hash = models.BinaryField(unique=True, max_length=32)
    size = models.PositiveBigIntegerField()
    went_back_to = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(went_back_to__isnull=True) | Q(went_back_to__lt=F("size")),
                name="witness_went_back_to_less",
            ),
        ]

    def __str__(self) -> str:
        return f"witness at size {self.size}"


class LogState(models.Model):
    """The single row that is locked while indices are given out; `next_epoch` is the first one not closed.

    The length of an epoch is kept from the first one on: numbers, and times in promises, depend on it.
    """

    next_epoch = models.PositiveBigIntegerField(default=0)
    epoch_seconds = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="log_state_is_single")]

    def __str__(self) -> str:
        return "state of the log"
