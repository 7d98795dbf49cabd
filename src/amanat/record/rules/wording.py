"""Statements without a verb of saying: "according to the union", "it is the case of the petitioner that"."""

import re
from collections.abc import Iterator

from amanat.record.grammar import Sentence
from amanat.record.rules.found import Found, make
from amanat.record.text import Span

__all__ = ["by_words"]

_ACCORDING = re.compile(r"\b[Aa]ccording to\s+")
_CASE = re.compile(
    r"\b(?:[Ii]t is|[Ii]t was) the (?:case|contention|submission|claim|view|plea) of (?P<who>[^,;]{3,80}?) that\s+"  # noqa: E501
)


def by_words(sentence: Sentence) -> Iterator[Found]:
    """Every such statement of a sentence."""
    text = sentence.doc.text
    for found in _CASE.finditer(text, *sentence.span):
        spans = {"speaker": found.span("who"), "content": _rest(sentence, found.end())}
        yield make(
            sentence,
            "statement",
            None,
            spans,
            rule="case-of",
            labels={"stance": "alleges"},
            claims=found.span(),
        )
    for found in _ACCORDING.finditer(text, *sentence.span):
        end = next(
            (t.start for t in sentence.tokens if t.start >= found.end() and t.text in {",", ";", "."}),
            sentence.span[1],
        )
        speaker = (found.end(), end)
        before = text[sentence.span[0] : found.start()].strip(" ,")
        content = _rest(sentence, end + 1) if len(before) < 8 else (sentence.span[0], found.start())
        content = _trim(text, content)
        if speaker[0] < speaker[1] and content[0] < content[1]:
            spans = {"speaker": speaker, "content": content}
            yield make(
                sentence, "statement", None, spans, rule="according-to", labels={"stance": "asserts"}, claims=found.span(), score=80  # noqa: E501
            )  # fmt: skip


def _rest(sentence: Sentence, start: int) -> Span:
    return _trim(sentence.doc.text, (start, sentence.span[1]))


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start] in " \n\t,":
        start += 1
    while end > start and text[end - 1] in " \n\t,.;":
        end -= 1
    return start, end
