"""Folding keeps the way back, folds shapes only, and leaves a joiner of Urdu where it stands."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.record.fold import fold

PIECES = st.sampled_from(
    list("abc éÉﬁ…—“”'’\u00ad\u200b\u200c\u200d\u200f\u2067\u00a0\n\t\u0301\u0654یہنكک1,.-")
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("a \n\t\u00a0b", "a b"),
        ("inspec\u00adtion", "inspection"),
        ("ﬁre ﬂood oﬃce", "fire flood office"),
        ("“x” ‘y’ — «z»", '"x" \'y\' - "z"'),
        ("e\u0301", "é"),
        ("e\u00ad\u0301", "e\u0301"),
        ("\u2067نہیں\u2069", "نہیں"),
        ("می\u200cخواہم", "می\u200cخواہم"),
        ("zero\u200cwidth", "zerowidth"),
        ("…", "..."),
        ("Case STAYS 1,200.", "Case STAYS 1,200."),
    ],
)
def test_shapes_fold_and_words_stay(written, folded):
    assert fold(written).text == folded


@given(st.text(PIECES, max_size=40))
def test_every_character_knows_where_it_came_from(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)


@given(st.text(PIECES, max_size=40))
def test_no_letter_and_no_digit_is_ever_lost(text):
    def letters(value: str) -> str:
        decomposed = unicodedata.normalize("NFD", value)
        spelt = decomposed.replace("ﬁ", "fi")
        return "".join(char for char in spelt if char.isalnum())

    assert letters(fold(text).text) == letters(text)


@given(st.text("abc, .12", max_size=60))
def test_plain_text_only_loses_white_space(text):
    assert fold(text).text.split() == text.split()
