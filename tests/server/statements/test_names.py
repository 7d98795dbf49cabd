import pytest

from amanat.errors import NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.names import say
from amanat.server.statements.queries.items import items, names, shown
from amanat.server.statements.rules.names import cover, personal
from server.makers import NOW
from server.statements.shelf import PAPER, asking, declining, make_record, make_source, saying

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Minister Karim Shah", ("Karim Shah",)),
        ("the brother of Karim", ("Karim",)),
        ("A lawyer, Karim Shah,", ("Karim Shah",)),
        ("a shop in Nurabad", ()),
        ("the police", ()),
        ("Karim", ("Karim",)),
    ],
)
def test_what_looks_like_a_name_of_a_person(words: str, found: tuple[str, ...]) -> None:
    assert personal(words) == found


def test_letters_of_a_covered_name_become_dots_and_no_place_moves() -> None:
    text = "Karim\nShah said that Shahid saw Karim."
    assert cover(text, ["Karim Shah", "Karim"]) == "•••••\n•••• said that Shahid saw •••••."


def test_writings_of_one_name_are_one_and_a_covered_name_is_covered_everywhere(bilal: Member) -> None:
    record = make_record(bilal)
    source = make_source(bilal, record)
    asked = asking(bilal, source)
    declining(bilal, source, asked)
    saying(bilal, make_source(bilal, record, text=PAPER))
    small, large = record.names.get(written="the court"), record.names.get(written="The court")
    say(by=bilal, now=NOW, name=large, kind="body", same_as=small)
    known = names(record)
    assert known.one_name == {"The court": "the court"}
    (statement,) = shown(items(record, kind="statement"), known)
    assert "Karim" not in repr(statement.item)
    assert statement.parties["speaker"] == "A lawyer, [name covered]"
    with pytest.raises(NotAllowed):
        say(by=bilal, now=NOW, name=small, kind="body", same_as=small)
    # The name that others are writings of becomes a writing itself: no chain is left.
    other = record.names.get(written="the ministry")
    say(by=bilal, now=NOW, name=small, kind="body", same_as=other)
    large.refresh_from_db()
    assert large.same_as == other
