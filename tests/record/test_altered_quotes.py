"""Hundreds of honest variants of real quotes are kept, hundreds of altered ones refused: none may pass."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from amanat.errors import Error
from amanat.record.anchor import find
from amanat.record.sentences import sentences_of
from amanat.record.source import media_type_of
from amanat.record.text import ReadingText
from record_makers import reading_of

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks" / "reading"
TEXTS = [path for half in ("tuned", "untouched") for path in sorted((FOLDER / half).iterdir())]


def documents() -> list[ReadingText]:
    found = []
    for path in TEXTS:
        if path.suffix != ".yaml":
            data = path.read_bytes()
            found.append(reading_of(data, media_type_of(data)))
    return found


DOCUMENTS = documents()
QUOTES = [
    (doc, span)
    for doc in DOCUMENTS
    for span in sentences_of(doc)
    if span[1] - span[0] >= 30 and doc.text.count(doc.text[slice(*span)]) == 1
]


def curly(text: str) -> str:
    return re.sub(r'"([^"]*)"', "“\\1”", text).replace("'", "’")


HONEST: dict[str, Callable[[str], str]] = {
    "verbatim": str,
    "line break": lambda text: text.replace(" ", "\n", 1),
    "no-break space": lambda text: text.replace(" ", "\u00a0"),
    "soft hyphen": lambda text: re.sub(r"(\w{4})(\w{3})", "\\1\u00ad\\2", text),
    "ligature": lambda text: text.replace("fi", "ﬁ").replace("fl", "ﬂ"),
    "curly quotes": curly,
    "dash": lambda text: text.replace("-", "\u2011"),
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "zero-width space": lambda text: text.replace(" ", " \u200b"),
    "direction marks": lambda text: f"\u2067{text}\u2069",
}


def swap(text: str) -> str:
    words = text.split()
    middle = len(words) // 2
    words[middle - 1], words[middle] = words[middle], words[middle - 1]
    return " ".join(words)


def splice(text: str) -> str:
    words = text.split()
    third = max(1, len(words) // 3)
    return " ".join([*words[:third], "…", *words[2 * third :]])


ALTERED: dict[str, Callable[[str], str]] = {
    "digit": lambda text: re.sub(r"\d", lambda found: str((int(found[0]) + 1) % 10), text, count=1),
    "name": lambda text: re.sub(r"(?<=[a-z,] )[A-Z][a-z]+", "Northam", text, count=1),
    "negation in": lambda text: re.sub(r"\b(was|were|had|has|is|are|did)\b", "\\1 not", text, count=1),
    "negation out": lambda text: re.sub(r"\b(?:not|no|never) ", "", text, count=1),
    "hedge in": lambda text: re.sub(r"(?<=\w )(\d)", "at least \\1", text, count=1),
    "hedge out": lambda text: re.sub(r"\b(?:at least|about|up to|more than|some|only) ", "", text, count=1),
    "qualifier in": lambda text: re.sub(r"\bthe ([a-z]+)", "the alleged \\1", text, count=1),
    "word order": swap,
    "invented tail": lambda text: f"{text.rstrip('.')}, as everybody knew",
    "splice": splice,
    "case": lambda text: re.sub(r"(?<=[a-z] )[a-z]", lambda found: found[0].upper(), text, count=1),
    "cut word": lambda text: re.sub(r"(\w+)\w\W*$", "\\1", text),
    "number": lambda text: re.sub(r"\b(one|two|three|four|five|six|seven|nine|eleven)\b", "eight", text, count=1),  # noqa: E501
}  # fmt: skip


def variants(makers: dict[str, Callable[[str], str]]):
    for name, make in makers.items():
        for doc, span in QUOTES:
            text = doc.text[slice(*span)]
            made = make(text)
            if name == "verbatim" or made != text:
                yield name, doc, span, made


def is_honest_after_all(doc: ReadingText, quote: str) -> bool:
    """Leaving out the first words of a sentence is a shorter quote, not another one."""
    plain = " ".join(quote.split())
    return bool(re.search(rf"(?<![\w-]){re.escape(plain)}(?![\w-])", " ".join(doc.text.split())))


def test_every_honest_variant_is_found_at_its_place():
    count = 0
    for name, doc, span, quote in variants(HONEST):
        assert find(doc, quote) == span, (name, quote)
        count += 1
    assert count > 700


def test_no_altered_quote_passes():
    count = 0
    passed = []
    for name, doc, _, quote in variants(ALTERED):
        if is_honest_after_all(doc, quote):
            continue
        count += 1
        try:
            find(doc, quote)
        except Error:
            continue
        passed.append((name, quote))
    assert passed == []
    assert count > 700


@pytest.mark.parametrize("kind", ALTERED)
def test_every_kind_of_change_is_really_tried(kind):
    assert sum(name == kind for name, *_ in variants(ALTERED)) >= 5
