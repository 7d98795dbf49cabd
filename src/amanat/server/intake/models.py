"""Tables of the intake: sealed reports and the sealed events of their threads.

The server can open neither. It knows what protocol section 6 lists: ids, the epoch, the state, padded sizes.
A report has no time of its own beside its entry's epoch, and nothing of who sent it.
"""

from django.db import models
from django.db.models import Q

from amanat.server.intake.rules import RECEIVED, STATES
from amanat.server.ledger.models import Entry


class Report(models.Model):
    """One sealed report; `waiting` means that the organisation has the next word."""

    id = models.CharField(max_length=32, primary_key=True)
    locator_hash = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    state = models.CharField(max_length=20, default=RECEIVED)
    waiting = models.BooleanField(default=True)
    epoch = models.PositiveBigIntegerField()
    # When the state first left "received"; null before, and for reports acknowledged before this was kept.
    acknowledged_epoch = models.PositiveBigIntegerField(null=True)
    without_script = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=STATES), name="report_state_is_known")]
        indexes = [
            models.Index(fields=["state", "-epoch"], name="report_by_state"),
            models.Index(fields=["epoch"], name="report_by_epoch"),
        ]

    def __str__(self) -> str:
        return f"report {self.id}"


class Event(models.Model):
    """One event of a report's thread, sealed under the thread key; its leaf is the entry.

    `by_reporter`: it came with the words of the report, not from a member. Both hold the thread key, so only
    the server can tell them apart.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    sealed = models.BinaryField()
    by_reporter = models.BooleanField(default=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "seq"], name="event_seq_is_single")]

    def __str__(self) -> str:
        return f"event {self.seq} of report {self.report_id}"
