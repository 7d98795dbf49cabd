"""With the parser of English: clauses with their parts, every position one of the text."""

import pytest

from amanat.record.parse import load, parse
from amanat.record.tagging import tag

TEXT = "The union told reporters that the court had been asked by the ministry to close the mine because it flooded."  # noqa: E501


def makers():
    pipeline = load()
    if pipeline is None:
        pytest.skip("the parser of English is not installed")
    return lambda texts: parse(pipeline, texts)


@pytest.fixture
def words_of():
    def read(text: str, offset: int = 100):
        ((tokens, clauses),) = makers()([(text, offset)])
        assert [text[t.start - offset : t.end - offset] for t in tokens] == [t.text for t in tokens]
        return clauses, lambda span: text[span[0] - offset : span[1] - offset] if span else None

    return read


def test_a_clause_has_its_parts(words_of):
    clauses, words = words_of(TEXT)
    by_verb = {clause.lemma: clause for clause in clauses}
    told, asked = by_verb["tell"], by_verb["ask"]
    assert words(told.subject) == "The union"
    assert words(told.complement).startswith("the court had been asked")
    assert (told.past, told.passive, told.complement_to) == (True, False, False)
    assert (words(asked.subject), words(asked.agent)) == ("the court", "the ministry")
    assert asked.passive
    assert clauses[asked.head].lemma == "tell"


def test_negation_and_relative_subjects_are_seen(words_of):
    clauses, words = words_of("The board, which had not answered, closed.")
    answered = next(clause for clause in clauses if clause.lemma == "answer")
    assert answered.negated
    assert "board" in words(answered.subject)


def test_an_apposition_after_a_relative_clause_stays(words_of):
    clauses, words = words_of("An engineer whom we paid, Ms Livia Marsh, estimates that it could fall.")
    estimates = next(clause for clause in clauses if clause.lemma == "estimate")
    assert words(estimates.subject).endswith("Ms Livia Marsh")


def test_guessed_tags_give_the_same_shape():
    ((tokens, clauses),) = tag([(TEXT, 100)])
    assert [TEXT[t.start - 100 : t.end - 100] for t in tokens] == [t.text for t in tokens]
    told = next(clause for clause in clauses if clause.lemma == "tell")
    assert TEXT[told.subject[0] - 100 : told.subject[1] - 100] == "The union"
    assert all(100 <= clause.start < clause.end <= 100 + len(TEXT) for clause in clauses)
