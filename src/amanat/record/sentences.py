"""Sentences of a reading text: the same for every proposer and for the gate, with or without a language
model.

A sentence ends at `.`, `?`, `!` and their Urdu forms when what follows begins a new one, and always at the
end of a block, a list entry or a paragraph; never after an abbreviation, an initial or inside brackets. A
mistake here only makes the gate refuse more or a person read more. Shown right by
`tests/record/test_sentences.py`.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

from amanat.record.text import READ_BY_RULES, ReadingText, Span

__all__ = ["sentence_at", "sentences_of", "split"]

_END = re.compile(r"""[.!?۔؟]+["'”’)\]]*(?=\s+|\Z)|\n\s*\n""")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:Mr|Mrs|Ms|Mx|Dr|Prof|St|Sr|Jr|Gen|Col|Maj|Capt|Lt|Sgt|Rev|Hon|Gov|Sen|Rep|Adv|Insp|No|Nos|Art|"
    r"Sec|para|paras|p|pp|vol|ch|ed|eds|fig|cf|vs|v|ca|c|approx|e\.g|i\.e|etc|al|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sep|Sept|Oct|Nov|Dec|[A-Z]|[A-Z]\.[A-Z]|\d{1,3})\Z"
)
_FAR = 1 << 62
_BEGINS = re.compile(r"""\s*["'“‘(\[]*(?:[^\W\d_]|\d)""")


def sentences_of(doc: ReadingText) -> tuple[Span, ...]:
    """Every sentence of the blocks that rules read, and every line of the others, in order."""
    found: list[Span] = []
    for block in doc.blocks:
        if block.kind in READ_BY_RULES:
            found.extend(split(doc.text, (block.start, block.end)))
        else:
            found.extend(
                (block.start + line.start(), block.start + line.end())
                for line in re.finditer(r"\S[^\n]*", doc.text[block.start : block.end])
            )
    return tuple(found)


def sentence_at(sentences: Sequence[Span], span: Span) -> Span | None:
    """The sentence that holds a span whole, or None."""
    number = bisect_right(sentences, (span[0], _FAR)) - 1
    if number < 0 or not sentences[number][0] <= span[0] < span[1] <= sentences[number][1]:
        return None
    return sentences[number]


def split(text: str, span: Span) -> list[Span]:
    """The sentences of one block."""
    found: list[Span] = []
    start = span[0]
    for end in _END.finditer(text, *span):
        if _is_end(text, start, end, span[1]):
            found.append((start, end.end()))
            start = end.end()
    found.append((start, span[1]))
    return [trimmed for part in found if (trimmed := _trim(text, part))[0] < trimmed[1]]


def _is_end(text: str, start: int, end: re.Match[str], stop: int) -> bool:
    if not end[0].strip():
        return True
    if end[0].startswith(".") and _ABBREVIATION.search(text[max(start, end.start() - 12) : end.start()]):
        # "in 2004." ends a sentence, "5." at its head numbers it; "v." never ends one.
        number = re.search(r"(?:^|\s)(\d{1,3})\Z", text[start : end.start()])
        if not (number and end.start() - start > 6):
            return end.end() >= stop
    follows = _BEGINS.match(text, end.end(), stop)
    if follows is None:
        return end.end() >= stop
    first = follows[0][-1]
    return not first.islower()


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
