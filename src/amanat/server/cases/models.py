"""Tables of the cases: grants for reports, case files, and what is written in them.

A grant is a key sealed to one member or to the recovery recipient (protocol section 3). A case file has a key
of its own; its rows, links, reasons and documents are sealed under it. The server can open none of them, and
does not know what kind of row a row is (decision record 0037).
"""

from django.db import models
from django.db.models import Q

from amanat.server.accounts.models import Member
from amanat.server.cases.rules import CASE_STATES, OPEN, PROPOSALS, STEPS
from amanat.server.intake.models import Report


class Grant(models.Model):
    """One sealed grant of a report; `member` is null for the recovery recipient."""

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


class Case(models.Model):
    """One case file. `previous` is the key before this generation, sealed under it, while rows are sealed
    anew; `into` is the case it was merged into; `category` and `district` only if a worker released them."""

    id = models.CharField(max_length=32, primary_key=True)
    state = models.CharField(max_length=20, default=OPEN)
    generation = models.PositiveIntegerField(default=1)
    previous = models.BinaryField(default=b"")
    into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    epoch = models.PositiveBigIntegerField()
    category = models.CharField(max_length=60, default="", blank=True)
    district = models.CharField(max_length=60, default="", blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=CASE_STATES), name="case_state_is_known")]
        indexes = [models.Index(fields=["state", "-epoch"], name="case_by_state")]

    def __str__(self) -> str:
        return f"case {self.id}"


class CaseGrant(models.Model):
    """The file key of a case, sealed to one member; `member` is null for the recovery recipient."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="grants")
    member = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "member"], name="case_grant_is_single"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(member__isnull=True), name="case_grant_for_recovery_is_single"
            ),
        ]

    def __str__(self) -> str:
        return f"grant {self.pk} of case {self.case_id}"


class Removal(models.Model):
    """A member whose grants for a case and its reports were taken away: no page makes them new by itself."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="removals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "member"], name="removal_is_single")]

    def __str__(self) -> str:
        return f"removal from case {self.case_id}"


class Link(models.Model):
    """A report of a case, with its keys sealed for the case; a report is in one case at a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="links")
    sealed = models.BinaryField()
    generation = models.PositiveIntegerField(default=1)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "report"], name="link_is_single"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(active=True), name="report_is_in_one_case"
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.report_id} in case {self.case_id}"


class Row(models.Model):
    """One revision of one row. Changed only to be sealed under a newer key, deleted only by erasure; which
    revision follows which is inside the seal."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rows")
    row_id = models.CharField(max_length=32)
    revision = models.PositiveIntegerField()
    sealed = models.BinaryField()
    generation = models.PositiveIntegerField()
    author = models.ForeignKey(Member, on_delete=models.PROTECT)
    epoch = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "row_id", "revision"], name="revision_is_single"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="revision_is_from_one"),
        ]

    def __str__(self) -> str:
        return f"revision {self.revision} of a row of case {self.case_id}"


class Part(models.Model):
    """One part of a sealed document."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parts")
    document_id = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()
    generation = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "document_id", "number"], name="part_is_single")
        ]

    def __str__(self) -> str:
        return f"part {self.number} of a document of case {self.case_id}"


class Step(models.Model):
    """What was done to a case as a whole; the reason is sealed, and empty where none is asked for."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    sealed = models.BinaryField(default=b"")
    generation = models.PositiveIntegerField()
    author = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="case_step_seq_is_single"),
            models.CheckConstraint(condition=Q(kind__in=STEPS), name="case_step_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"step {self.seq} of case {self.case_id}"


class Proposal(models.Model):
    """What takes two people: recovery and erasure. Proposed by one, seconded by another, then done or not."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    proposed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    seconded_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    ended = models.BooleanField(default=False)
    done = models.BooleanField(default=False)
    epoch = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PROPOSALS), name="proposal_kind_is_known"),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=models.F("proposed_by")),
                name="proposal_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(done=False) | Q(seconded_by__isnull=False), name="proposal_was_seconded"
            ),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(ended=False), name="proposal_is_single"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"
