"""Name a question, put figures under it, say what they count; note the right of reply.

Whether a figure counts what is asked is said by a person and by nobody else. Shown right by
`tests/server/statements/test_questions.py`.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.deeds import write
from amanat.server.statements.models import Asked, Item, Question, Record, Reply
from amanat.server.statements.rules.states import REPLIES, SHOWN

__all__ = ["ask", "note_reply", "put_under", "say_counted"]

COUNTABLE = frozenset({"figure", "harm"})


@transaction.atomic(durable=True)
def ask(*, by: Member, now: datetime, record: Record, name: str, counted: str, scope: str) -> Question:
    """Name a question: what is counted, where and when. Raises `Conflict` for a name that is taken."""
    what = {"name": name, "counted": counted, "scope": scope}
    deed = write(by=by, now=now, record=record, kind="question", what=what)
    try:
        with transaction.atomic():
            return Question.objects.create(record=record, deed=deed, **what)
    except IntegrityError as error:
        raise Conflict("this name is taken", where="name", hint="Choose another.") from error


def put_under(*, by: Member, now: datetime, question: Question, item: Item) -> Asked:
    """Put a confirmed figure under a question; nothing is said of it yet."""
    if item.record_id != question.record_id:
        raise NotAllowed("a figure of another record", where="figure")
    return say_counted(by=by, now=now, question=question, item=item, counts=None, covers=None)


@transaction.atomic(durable=True)
def say_counted(
    *,
    by: Member,
    now: datetime,
    question: Question,
    item: Item,
    counts: bool | None,
    covers: bool | None,
) -> Asked:
    """Say whether a figure counts what is asked, and is about where and when it is asked."""
    if item.record_id != question.record_id or item.kind not in COUNTABLE or item.state not in SHOWN:
        raise Malformed("only a confirmed figure of this record stands under a question", where="figure")
    what = {"question": question.pk, "item": item.key, "counts": counts, "covers": covers}
    deed = write(by=by, now=now, record=question.record, kind="counted", what=what)
    row, _is_new = Asked.objects.update_or_create(
        question=question, item=item, defaults={"counts": counts, "covers": covers, "deed": deed}
    )
    return row


@transaction.atomic(durable=True)
def note_reply(
    *,
    by: Member,
    now: datetime,
    item: Item,
    outcome: str,
    asked_of: str,
    on: date | None = None,
    answer: Item | None = None,
) -> Reply:
    """Note who was asked to reply to a statement, and what came of it. The words of a reply are another
    statement of the record: they have a source, or they are not there."""
    if item.kind != "statement" or item.state not in SHOWN or outcome not in REPLIES:
        raise Malformed("only a confirmed statement has a reply", where="reply")
    if (answer is None) is (outcome == "replied"):
        hint = (
            "Bring the document that has the reply as a source, confirm the statement in it, and choose it."
        )
        raise Malformed("a reply is a statement of this record", where="reply", hint=hint)
    if answer is not None and not _may_answer(answer, item):
        raise Malformed("only another confirmed statement is a reply", where="reply")
    what = {
        "item": item.key,
        "outcome": outcome,
        "asked_of": asked_of,
        "on": on.isoformat() if on else "",
        "answer": answer.key if answer else "",
    }
    deed = write(by=by, now=now, record=item.record, kind="reply", what=what)
    return Reply.objects.create(
        item=item, outcome=outcome, asked_of=asked_of, on=on, answer=answer, deed=deed
    )


def _may_answer(answer: Item, item: Item) -> bool:
    same = answer.record_id == item.record_id and answer.pk != item.pk
    return same and answer.kind == "statement" and answer.state in SHOWN
