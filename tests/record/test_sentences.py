"""Sentences end where they end, and never after an abbreviation."""

import pytest

from amanat.record.sentences import sentence_at, sentences_of
from record_makers import reading_of


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Tolvey met Dr. Farouk at 5 p.m. on Monday. They spoke.", 2),
        ('"We wrote twice," she said. "Nobody came."', 2),
        ("It cost 1.5 million. The year was 2004. It fell.", 3),
        ("1. The petition was filed. It was heard.", 2),
        ("Aldane v. Norrin was heard by J. R. Moro. It closed.", 2),
        ("کمیشن نے رپورٹ شائع کی۔ وزیر نے جواب دیا۔", 2),
        ("One\ntwo three. Four", 2),
        ("First part.\n\nSecond part", 2),
        ("He asked why? Nobody knew! It ended.", 3),
    ],
)
def test_sentences_are_counted(text, count):
    assert len(sentences_of(reading_of(text))) == count


def test_a_span_over_two_sentences_is_in_none():
    doc = reading_of("The weir fell. The army came.")
    sentences = sentences_of(doc)
    assert sentence_at(sentences, (4, 8)) == sentences[0]
    assert sentence_at(sentences, (4, 20)) is None
    assert sentence_at(sentences, (14, 15)) is None
    assert sentence_at((), (0, 1)) is None
