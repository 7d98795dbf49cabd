"""Figures agree, differ, deny or cannot be compared; nothing is averaged, and one origin is one voice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.record.figures import Counted, Question, compare, pairs, rows, text_of
from amanat.record.numberwords import Interval
from record_makers import item_of, source_of


def counted(
    words: str, noun: str = "children", counts: bool | None = True, covers: bool | None = True, **known
) -> Counted:
    source = source_of(f"The board named {words} {noun} in its letter of last week.", "text/plain", **known)
    return Counted(
        item_of(source, "figure", f"{words} {noun} in its letter", number=words, counted=noun),
        counts,
        covers,
        "Bilal",
    )


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("at least 280", "280 to 300", "agree"),
        ("at least 280", "up to 300", "agree"),
        ("280", "300", "differ"),
        ("at least 280", "fewer than 200", "differ"),
        ("no", "280", "denies"),
        ("no", "at least one", "denies"),
        ("no", "up to 400", "agree"),
        ("no", "no", "agree"),
        ("about 300", "290", "differ"),
    ],
)
def test_two_figures_stand_to_each_other(first, second, relation):
    for one, other in ((first, second), (second, first)):
        assert compare(counted(one), counted(other)).relation == relation


def test_how_wide_about_is_nobody_said():
    assert "nobody said how wide “about” is" in compare(counted("about 300"), counted("290")).why


@pytest.mark.parametrize(
    ("counts", "covers", "why"),
    [
        (None, True, "nobody has said yet whether the second counts what is asked (“video files”)"),
        (False, True, "the second counts “video files”, which is not what is asked"),
        (True, None, "nobody has said yet whether the second is about the place and time that is asked"),
        (True, False, "the second is about another place or time"),
    ],
)
def test_without_a_persons_word_they_cannot_be_compared(counts, covers, why):
    pair = compare(counted("280"), counted("400", "video files", counts, covers))
    assert (pair.relation, pair.why) == ("cannot compare", why)


def test_two_documents_disagree_once_a_person_says_what_is_counted():
    before = Counted(counted("280").item), Counted(counted("400").item)
    assert compare(*before).relation == "cannot compare"
    after = [Counted(figure.item, counts=True, covers=True, said_by="Bilal") for figure in before]
    assert compare(*after).relation == "differ"


def test_sources_that_repeat_one_origin_are_one_voice():
    first, second = counted("280"), counted("280", "children ")
    third = counted("300")
    origins = {second.item.quote.source_sha256: first.item.quote.source_sha256}
    question = Question("children affected", "children", "this village, 2006-2014", (first, second, third))
    found = [(pair.relation, pair.one_origin) for pair in pairs(question, origins=origins)]
    assert found == [("agree", True), ("differ", False), ("differ", False)]
    table = rows(question, origins=origins)
    assert [row.as_written for row in table] == ["280", "280", "300"]
    assert table[0].repeats == (second.item.id,)
    assert table[2].repeats == ()


def test_a_loop_of_origins_ends():
    first, second = counted("280"), counted("300")
    one, other = (figure.item.quote.source_sha256 for figure in (first, second))
    assert compare(first, second, origins={one: other, other: one}).relation == "differ"


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(280, 280), "280"), (Interval(1280, None), "1,280 or more"), (Interval(None, 400), "400 or fewer"),  # noqa: E501
        (Interval(280, 300), "280 to 300"), (Interval(None, None), "no number"),
    ],
)  # fmt: skip
def test_intervals_are_written_in_words(interval, text):
    assert text_of(interval) == text


BOUNDS = st.none() | st.integers(0, 20)


@given(BOUNDS, BOUNDS, BOUNDS, BOUNDS)
def test_figures_agree_exactly_when_one_number_is_in_both(a, b, c, d):
    from amanat.record.figures import _meet

    first, second = Interval(a, b), Interval(c, d)

    def holds(interval: Interval, number: int) -> bool:
        return (interval.low is None or interval.low <= number) and (
            interval.high is None or number <= interval.high
        )

    if (a is None or b is None or a <= b) and (c is None or d is None or c <= d):
        assert _meet(first, second) == any(holds(first, n) and holds(second, n) for n in range(-1, 22))
