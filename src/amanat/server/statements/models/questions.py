"""Questions that people name, the figures put under them, and the right of reply to a statement."""

from django.db import models
from django.db.models import Q

from amanat.server.statements.models.items import Item
from amanat.server.statements.models.records import Deed, Record
from amanat.server.statements.rules.states import REPLIES


class Question(models.Model):
    """What is asked: what is counted, where and when. It has no answer of its own, only figures."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="questions")
    name = models.CharField(max_length=200)
    counted = models.CharField(max_length=200)
    scope = models.CharField(max_length=200)
    deed = models.ForeignKey(Deed, on_delete=models.PROTECT, related_name="questions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "name"], name="question_is_single")]

    def __str__(self) -> str:
        return f"question {self.pk}"


class Asked(models.Model):
    """A figure under a question; what a person said of it, null while nobody has. `deed` is the last one."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="figures")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="asked")
    counts = models.BooleanField(null=True)
    covers = models.BooleanField(null=True)
    deed = models.ForeignKey(Deed, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "item"], name="asked_is_single")]

    def __str__(self) -> str:
        return f"figure {self.item_id} under question {self.question_id}"


class Reply(models.Model):
    """What came of asking somebody to reply to a statement; the words of a reply are a statement of a source,
    like any other."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="replies")
    outcome = models.CharField(max_length=12)
    asked_of = models.CharField(max_length=200)
    on = models.DateField(null=True)
    answer = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="replies_to")
    deed = models.ForeignKey(Deed, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=REPLIES), name="reply_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome="replied", answer__isnull=False)
                | (~Q(outcome="replied") & Q(answer__isnull=True)),
                name="reply_has_its_words",
            ),
        ]

    def __str__(self) -> str:
        return f"reply to item {self.item_id}"
