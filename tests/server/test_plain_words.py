"""What reporters read is in plain words: measured in English, and short in every language.

The level is Flesch and Kincaid's grade (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from lxml import html

from server.makers import found, make_person

pytestmark = pytest.mark.django_db
PAGES = ["/", "/safety/", "/report/", "/return/"]
GRADE = 8.0
LONGEST_SENTENCE = {"en": 30, "ur": 40}
ENDS = re.compile(r"[.!?:;۔؟؛]+(?:\s|$)")


def sentences(page: str) -> list[list[str]]:
    """The words of each sentence of the paragraphs, items and labels of a page."""
    found_sentences: list[list[str]] = []
    for part in html.fromstring(page).xpath(
        "//main//*[self::p or self::li or self::h1 or self::h2 or self::label]"
    ):
        if part.xpath(".//p | .//li"):
            continue
        for sentence in ENDS.split(part.text_content()):
            words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", sentence)
            found_sentences += [words] if words else []
    return found_sentences


def syllables(word: str) -> int:
    """About how many an English word has: groups of vowels, without a silent e at the end."""
    word = word.lower()
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith("le") and groups > 1))


def grade(of: list[list[str]]) -> float:
    words = [word for sentence in of for word in sentence]
    return 0.39 * len(words) / len(of) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.fixture
def open_form(data_folder: Path) -> None:
    found()
    make_person()


@pytest.mark.parametrize("address", PAGES)
def test_eight_years_of_school_are_enough(client: Client, open_form: None, address: str) -> None:
    assert grade(sentences(client.get(f"/en{address}").content.decode())) <= GRADE


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("address", PAGES)
def test_no_sentence_is_long(client: Client, open_form: None, address: str, code: str) -> None:
    for sentence in sentences(client.get(f"/{code}{address}").content.decode()):
        assert len(sentence) <= LONGEST_SENTENCE[code], " ".join(sentence)


def test_the_measure_tells_plain_from_heavy() -> None:
    plain = [["You", "get", "twelve", "words"], ["Keep", "them", "safe"]]
    heavy = [["Notwithstanding", "preceding", "provisions", "confidentiality", "obligations", "continue"]]
    assert grade(plain) < 4 < 12 < grade(heavy)
