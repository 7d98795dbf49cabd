"""Institutions, the calendars they work by, and the time the law gives them.

Nothing here is about a case. Changes of days and statutory clocks are never edited: a later row holds, the
earlier ones stay, so that a due date can be counted again as it was.
"""

from django.db import models
from django.db.models import F, Q

from amanat.server.accounts.models import Member
from amanat.server.referrals.rules.calendars import EFFECTS
from amanat.server.referrals.rules.clocks import COUNTINGS, MAX_DAYS, STARTS
from amanat.server.referrals.rules.institutions import KINDS, REQUESTS


class Calendar(models.Model):
    """The working days of a place; `weekend` has the numbers of its days, Monday is 0: "5,6"."""

    name = models.CharField(max_length=100, unique=True)
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=60)
    weekend = models.CharField(max_length=13, blank=True)
    # The last year whose public holidays are in the changes.
    known_until = models.PositiveIntegerField(default=0)
    # The release of the package that they were last compared with.
    source = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.name


class DayChange(models.Model):
    """A day that differs from the plain week; `author` is null and `source` named for the package's."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="changes")
    day = models.DateField()
    effect = models.CharField(max_length=10)
    reason = models.CharField(max_length=200)
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    source = models.CharField(max_length=60, blank=True)
    added = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(effect__in=EFFECTS), name="day_change_effect_is_known"),
            models.CheckConstraint(
                condition=Q(author__isnull=False) | ~Q(source=""), name="day_change_is_somebodys"
            ),
        ]
        indexes = [models.Index(fields=["calendar", "day"], name="day_change_by_day")]

    def __str__(self) -> str:
        return f"{self.effect} {self.day}"


class Institution(models.Model):
    """A body a case can be handed to. `recipient` is its age key, empty when it has none."""

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    jurisdiction = models.CharField(max_length=200)
    contacts = models.TextField(blank=True)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="institutions")
    recipient = models.CharField(max_length=100, blank=True)
    overseen_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="oversees")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="institution_kind_is_known"),
            models.CheckConstraint(
                condition=Q(overseen_by__isnull=True) | ~Q(overseen_by=F("id")),
                name="institution_oversees_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Edit(models.Model):
    """Who changed what about an institution: `changed` has the old and the new value by field."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="edits")
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    changed = models.JSONField()

    def __str__(self) -> str:
        return f"edit of institution {self.institution_id}"


class StatutoryClock(models.Model):
    """The days an institution has for one kind of request, with the words of the law they stand on.

    `remind_days` and `escalate_days` are working days: before the due date, and between the steps upwards
    after it.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="clocks")
    request = models.CharField(max_length=20)
    days = models.PositiveIntegerField()
    counting = models.CharField(max_length=10)
    rolls = models.BooleanField(default=True)
    starts_on = models.CharField(max_length=12)
    law = models.TextField()
    remind_days = models.PositiveIntegerField(default=3)
    escalate_days = models.PositiveIntegerField(default=5)
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    added = models.DateTimeField()
    # A later row for the same request replaces it; clocks that run keep what they were started with.
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "request"],
                condition=Q(is_current=True),
                name="statutory_clock_is_single",
            ),
            models.CheckConstraint(
                condition=Q(request__in=REQUESTS), name="statutory_clock_request_is_known"
            ),
            models.CheckConstraint(
                condition=Q(counting__in=COUNTINGS), name="statutory_clock_counting_is_known"
            ),
            models.CheckConstraint(condition=Q(starts_on__in=STARTS), name="statutory_clock_start_is_known"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=MAX_DAYS, escalate_days__gte=1),
                name="statutory_clock_days_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} {self.counting} days for {self.request}"
