"""Verbs are known in every form; a form that two share carries the statement."""

import pytest

from amanat.record.verbs import ASKS, EVENTS, STANCES, known, lemma_of


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("said", "say"), ("Denies", "deny"), ("alleged", "allege"), ("withdrew", "withdraw"), ("referred", "refer"),  # noqa: E501
        ("found", "find"), ("dismisses", "dismiss"), ("urging", "urge"), ("wrote", "write"), ("petitioned", "petition"),  # noqa: E501
        ("Unheard", "unheard"), ("was", "be"), ("died", "die"),
    ],
)  # fmt: skip
def test_a_form_gives_its_verb(form, lemma):
    assert lemma_of(form) == lemma


def test_every_verb_of_the_lists_is_known():
    assert all(known(verb) and lemma_of(verb) for verb in [*STANCES, *ASKS, *EVENTS])
    assert not known("weir")
