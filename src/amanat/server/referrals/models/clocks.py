"""Running clocks and all that happened to them.

A clock keeps a copy of the rule it was started with and the explanation of its due date. Its events are only
ever added: each has its number, what it did to the due date, and who did it (`author` null: the clock
itself). A referral points to its clock; the clock knows no referral.
"""

from django.db import models
from django.db.models import Q

from amanat.server.accounts.models import Member
from amanat.server.ledger.models import Entry
from amanat.server.referrals.models.institutions import Calendar, DayChange, Institution
from amanat.server.referrals.rules.clocks import COUNTINGS, EVENTS, RUNNING, STARTS, STATES
from amanat.server.referrals.rules.institutions import REQUESTS


class Clock(models.Model):
    """The time one institution has for one request; `due` is null while it is paused."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="running")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="running")
    request = models.CharField(max_length=20)
    days = models.PositiveIntegerField()
    counting = models.CharField(max_length=10)
    rolls = models.BooleanField()
    starts_on = models.CharField(max_length=12)
    law = models.TextField()
    remind_days = models.PositiveIntegerField()
    escalate_days = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=RUNNING)
    due = models.DateTimeField(null=True)
    # When the jobs look at it next: to remind, to mark the lapse, to go a step upwards; null for never.
    look = models.DateTimeField(null=True)
    level = models.PositiveIntegerField(default=0)
    explanation = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="clock_state_is_known"),
            models.CheckConstraint(condition=Q(request__in=REQUESTS), name="clock_request_is_known"),
            models.CheckConstraint(condition=Q(counting__in=COUNTINGS), name="clock_counting_is_known"),
            models.CheckConstraint(condition=Q(starts_on__in=STARTS), name="clock_start_is_known"),
            models.CheckConstraint(
                condition=Q(due__isnull=False) | ~Q(state__in=("running", "lapsed")),
                name="clock_runs_to_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["look"], condition=Q(look__isnull=False), name="clock_to_look_at"),
            models.Index(fields=["state", "due"], name="clock_by_due"),
        ]

    def __str__(self) -> str:
        return f"clock {self.pk}"


class ClockEvent(models.Model):
    """One thing that happened to a clock; `entry` is the leaf that a worker's browser made for it."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    reason = models.CharField(max_length=30, blank=True)
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    days = models.PositiveIntegerField(default=0)
    due = models.DateTimeField(null=True)
    change = models.ForeignKey(DayChange, null=True, on_delete=models.PROTECT)
    told = models.ForeignKey(Institution, null=True, on_delete=models.PROTECT)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "seq"], name="clock_event_is_single"),
            models.CheckConstraint(condition=Q(kind__in=EVENTS), name="clock_event_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.seq} of clock {self.clock_id}"
