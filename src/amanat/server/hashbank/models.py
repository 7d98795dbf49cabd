"""Tables of the lists: banks, contents and their sealed prints, withdrawals, tokens, imports, subscriptions.

A print is stored sealed (`vault.py`) and is found by a keyed mark; nothing here points to a report or a case.
A withdrawn print is erased: its row goes, and a row of `Withdrawal` with its leaf stays.
"""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from amanat.exchange.hma import ENABLED
from amanat.fingerprint.value import Kind
from amanat.server.accounts.models import Member
from amanat.server.hashbank.rules import MAX_NOTE, TOKEN_ROLES
from amanat.server.ledger.models import Entry


class Bank(models.Model):
    """A list that is held here; `version` grows with every change of what matches."""

    name = models.CharField(max_length=255, unique=True)
    ratio = models.FloatField(default=1.0)
    version = models.PositiveBigIntegerField(default=1)
    changed = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ratio__gte=0, ratio__lte=1), name="bank_ratio")]

    def __str__(self) -> str:
        return self.name

    @property
    def enabled(self) -> bool:
        """No coin is flipped: a bank matches, or, at ratio 0, it does not."""
        return self.ratio > 0


class Subscription(models.Model):
    """Whose exchange feeds a bank. Files are fetched and given by people: no credential is kept here."""

    bank = models.OneToOneField(Bank, on_delete=models.CASCADE, related_name="subscription")
    api = models.CharField(max_length=60)
    config = models.JSONField(default=dict)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.api} of bank {self.bank_id}"


class Content(models.Model):
    """One recording on a bank, known by its prints."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="contents")
    source = models.CharField(max_length=1000, default="")
    source_mark = models.BinaryField(max_length=32, null=True)
    terms = models.CharField(max_length=1000, default="")
    scheme = models.CharField(max_length=1000, default="")
    category = models.CharField(max_length=1000, default="")
    note = models.CharField(max_length=MAX_NOTE, default="")
    first_seen = models.DateTimeField()
    disabled_until = models.BigIntegerField(default=ENABLED)

    class Meta:
        indexes = [models.Index(fields=["bank", "source_mark"], name="content_source")]

    def __str__(self) -> str:
        return f"content {self.pk}"


class Signal(models.Model):
    """A sealed print of a content."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    content = models.ForeignKey(Content, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=20)
    sealed = models.BinaryField()
    mark = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="signal_kind_is_known"
            ),
            models.UniqueConstraint(fields=["content", "mark"], name="signal_once_a_content"),
        ]
        indexes = [models.Index(fields=["mark"], name="signal_mark")]

    def __str__(self) -> str:
        return f"{self.kind} of content {self.content_id}"


class Withdrawal(models.Model):
    """A print that was taken out: when, from what, and the leaf that says so. The print itself is gone.

    Those of one `entry` are the leaves of a small tree in the order of `position`; the entry states its root.
    """

    bank_name = models.CharField(max_length=255)
    content_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    withdrawn = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="withdrawals")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "position"], name="withdrawal_has_one_place")]
        indexes = [models.Index(fields=["bank_name", "withdrawn"], name="withdrawal_of_bank")]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}"


class Token(models.Model):
    """What a program shows to ask; only its hash is kept. Without `every_bank` it is for `banks` alone."""

    name = models.CharField(max_length=60, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=10)
    every_bank = models.BooleanField(default=False)
    banks = models.ManyToManyField(Bank, related_name="tokens")
    created = models.DateTimeField()
    revoked = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(role__in=TOKEN_ROLES), name="token_role_is_known")]

    def __str__(self) -> str:
        return self.name


class Use(models.Model):
    """How often a token has asked within one minute; old rows are forgotten by the worker."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE)
    window = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "window"], name="use_once_a_window")]

    def __str__(self) -> str:
        return f"use of token {self.token_id}"


class Import(models.Model):
    """A file that was taken into a bank."""

    bank = models.ForeignKey(Bank, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT)
    moment = models.DateTimeField()
    format = models.CharField(max_length=60)
    added = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["bank", "moment"], name="import_of_bank")]

    def __str__(self) -> str:
        return f"import {self.pk}"
