"""Referrals, their steps, and drafts of them. The server can open none of what is sealed in here.

It knows what protocol section 6 lists: to which institution a referral went, its state, its clock. What is
asked, what is answered, which body a refusal points to and who is named in a case are inside the seals.
"""

from django.db import models
from django.db.models import Q

from amanat.server.accounts.models import Member
from amanat.server.intake.models import Report
from amanat.server.ledger.models import Entry
from amanat.server.referrals.models.clocks import Clock
from amanat.server.referrals.models.institutions import Institution
from amanat.server.referrals.rules.institutions import REQUESTS
from amanat.server.referrals.rules.steps import CLOSED, LEVELS, SENT, STATES, STEPS


class Referral(models.Model):
    """One request to one institution. `locator_hash` finds it for whoever holds its letter; `kept` is for the
    staff, sealed under the file key, and empty for one that an institution made (`author` is null then).

    `entry` is the leaf by which it was sent: `referred` in the report's thread, or `transferred` in the chain
    of the referral before it. `clock` is null until it starts, and where no law is entered.
    """

    id = models.CharField(max_length=32, primary_key=True)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="referrals")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="onward")
    number = models.PositiveIntegerField()
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="referrals")
    request = models.CharField(max_length=20)
    sees = models.CharField(max_length=10)
    state = models.CharField(max_length=20, default=SENT)
    locator_hash = models.BinaryField(max_length=32, unique=True)
    package = models.BinaryField()
    kept = models.BinaryField(default=b"")
    closed_epoch = models.PositiveBigIntegerField(null=True)
    clock = models.OneToOneField(Clock, null=True, on_delete=models.PROTECT, related_name="referral")
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="referral")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="referral_state_is_known"),
            models.CheckConstraint(condition=Q(request__in=REQUESTS), name="referral_request_is_known"),
            models.CheckConstraint(condition=Q(sees__in=LEVELS), name="referral_level_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_epoch__isnull=False)
                | ~Q(state__in=CLOSED) & Q(closed_epoch__isnull=True),
                name="referral_is_closed_in_an_epoch",
            ),
            models.UniqueConstraint(
                fields=["report", "number"],
                condition=Q(parent__isnull=True),
                name="referral_number_is_single",
            ),
            models.UniqueConstraint(
                fields=["parent", "number"],
                condition=Q(parent__isnull=False),
                name="onward_referral_number_is_single",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="referral_by_state")]

    def __str__(self) -> str:
        return f"referral {self.id}"


class Step(models.Model):
    """One step of a referral's own chain, sealed under its key in two parts; its leaf is the entry.

    `author` is the worker who entered it, from paper or as a message of ours; null for the institution.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    head = models.BinaryField()
    body = models.BinaryField()
    author = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="step")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "seq"], name="step_seq_is_single"),
            models.CheckConstraint(condition=Q(kind__in=STEPS), name="step_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"step {self.seq} of referral {self.referral_id}"


class Draft(models.Model):
    """A referral that is being written, sealed under the file key; one for a report."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="draft_referral")
    sealed = models.BinaryField()
    author = models.ForeignKey(Member, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"draft referral of report {self.report_id}"
