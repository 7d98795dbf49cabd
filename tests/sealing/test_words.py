"""Twelve words stand for one secret, and a wrong word is named by its number only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.sealing.words import from_words, new_secret, to_words
from vector_files import vectors


def test_new_secrets_have_16_bytes_and_differ():
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {16}


@given(st.binary(min_size=16, max_size=16))
def test_words_read_back_as_the_secret(secret):
    words = to_words(secret)
    assert len(words) == 12
    assert from_words(" ".join(words)) == secret


@given(st.text())
def test_any_text_is_a_secret_or_malformed(text):
    try:
        secret = from_words(text)
    except Malformed:
        return
    assert to_words(secret) == text.lower().split()


def test_words_agree_with_the_vectors():
    for row in vectors("words")["valid"]:
        assert " ".join(to_words(row["secret"])) == row["words"]
        assert from_words(row["words"]) == row["secret"]


def test_case_and_white_space_do_not_matter():
    for row in vectors("words")["forgiven"]:
        assert from_words(row["text"]) == row["secret"]


def test_refused_words_say_which_or_why_but_never_the_word():
    expected = {
        "count": "where 12 are needed",
        "checksum": "checksum",
        "word": "not in the list",
    }
    for row in vectors("words")["refused"]:
        with pytest.raises(Malformed, match=expected[row["what"]]) as caught:
            from_words(row["text"])
        if row["what"] == "word":
            assert caught.value.where == f"word {row['word']}"
        assert "amanat" not in caught.value.diagnostics()


@pytest.mark.parametrize("length", [0, 15, 17, 20, 32])
def test_a_secret_of_another_length_has_no_words(length):
    with pytest.raises(Malformed):
        to_words(b"\0" * length)
