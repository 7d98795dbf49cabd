from datetime import date

import pytest

from amanat.errors import Conflict, Error
from amanat.record.figures import pairs
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.questions import ask, note_reply, put_under, say_counted
from amanat.server.statements.models import Question
from amanat.server.statements.queries.library import library_question
from server.makers import NOW
from server.statements.shelf import (
    PAPER,
    asking,
    children,
    films,
    make_item,
    make_record,
    make_source,
    saying,
)

pytestmark = pytest.mark.django_db


def relations(question: Question) -> list[tuple[str, str]]:
    return [(pair.relation, pair.why) for pair in pairs(library_question(question)[0])]


def test_figures_are_compared_only_when_a_person_said_of_both_what_they_count(bilal: Member) -> None:
    record = make_record(bilal)
    first, second = make_source(bilal, record), make_source(bilal, record, text=PAPER)
    one, other = children(bilal, first), films(bilal, second)
    question = ask(by=bilal, now=NOW, record=record, name="How many", counted="children", scope="Nurabad")
    with pytest.raises(Conflict):
        ask(by=bilal, now=NOW, record=record, name="How many", counted="films", scope="Nurabad")
    for item in (one, other):
        put_under(by=bilal, now=NOW, question=question, item=item)
    ((relation, why),) = relations(question)
    assert relation == "cannot compare"
    assert "nobody has said yet whether the second counts what is asked (“films”)" in why
    say_counted(by=bilal, now=NOW, question=question, item=one, counts=True, covers=True)
    say_counted(by=bilal, now=NOW, question=question, item=other, counts=False, covers=True)
    assert relations(question) == [
        ("cannot compare", "the second counts “films”, which is not what is asked")
    ]
    say_counted(by=bilal, now=NOW, question=question, item=other, counts=True, covers=True)
    assert relations(question) == [("differ", "both cannot be true")]
    with pytest.raises(Error):
        put_under(by=bilal, now=NOW, question=question, item=asking(bilal, first))


def test_a_reply_is_a_statement_with_a_source_or_it_is_not_there(bilal: Member) -> None:
    record = make_record(bilal)
    source = make_source(bilal, record, text=PAPER)
    said = saying(bilal, source)
    quote = "The police said that no instance had been reported."
    reply = make_item(bilal, source, "statement", quote, labels={"stance": "denies"}, content=quote[:-1])
    note_reply(by=bilal, now=NOW, item=said, outcome="asked", asked_of="the police", on=date(2026, 5, 1))
    for wrong in ({"outcome": "replied"}, {"outcome": "asked", "answer": reply}, {"outcome": "liked"}):
        with pytest.raises(Error):
            note_reply(by=bilal, now=NOW, item=said, asked_of="the police", **wrong)
    with pytest.raises(Error):
        note_reply(by=bilal, now=NOW, item=said, outcome="replied", asked_of="the police", answer=said)
    note_reply(by=bilal, now=NOW, item=said, outcome="replied", asked_of="the police", answer=reply)
    assert list(said.replies.order_by("pk").values_list("outcome", flat=True)) == ["asked", "replied"]
