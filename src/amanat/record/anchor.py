"""Anchors: where exact words stand in a source, as selectors of the W3C Web Annotation Data Model (section
4.2).

A quote is found by folding both sides and comparing exactly: whole words, one place only, never nearly. Words
before and after may choose between several places; they must be right in full. On a new version of a source
an anchor is found again exactly once, or a person has to look. Shown right by `tests/record/test_anchor.py`
and `test_altered_quotes.py`.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from amanat.errors import Conflict, Malformed, NotFound
from amanat.record.fold import Folded, fold
from amanat.record.text import Place, ReadingText, Span

__all__ = ["AROUND", "MIN_CHARS", "Anchor", "Orphan", "anchor_at", "find", "find_within", "refind"]

MIN_CHARS = 12
AROUND = 32
_MOST_PLACES = 64


@dataclass(frozen=True, slots=True)
class Anchor:
    """The source's own characters, the characters round them, and where they are: in the reading text of
    which this is the hash, and in the source of which this is the hash."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    text_sha256: str
    source_sha256: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Orphan:
    """An anchor that a new version has lost; `reason` is for the person who looks."""

    anchor: Anchor
    reason: str


def anchor_at(doc: ReadingText, span: Span) -> Anchor:
    """The anchor of a span. Raises `Malformed` when the span is outside the text or ends inside a word."""
    if not 0 <= span[0] < span[1] <= len(doc.text):
        raise Malformed("a span outside the text", where="anchor")
    if not _whole(doc.text, span):
        raise Malformed("a span that ends inside a word or a number", where="anchor")
    return Anchor(
        exact=doc.text[span[0] : span[1]],
        prefix=doc.text[max(0, span[0] - AROUND) : span[0]],
        suffix=doc.text[span[1] : span[1] + AROUND],
        start=span[0],
        end=span[1],
        text_sha256=doc.sha256,
        source_sha256=doc.source_sha256,
        places=doc.places(span),
    )


def find(
    doc: ReadingText, quote: str, *, prefix: str = "", suffix: str = "", within: Span | None = None
) -> Span:
    """The one place of a quote, as a span of the reading text; `within` looks only inside a span.

    Raises `Malformed` when the quote is too short, `NotFound` when it is nowhere, `Conflict` when it is in
    several places that the words round it do not tell apart.
    """
    wanted = fold(quote).text.strip()
    if len(wanted) < MIN_CHARS:
        raise Malformed(
            f"fewer than {MIN_CHARS} characters", where="quote", hint="Take more of the sentence."
        )
    spans = _places(doc.text, wanted, within)
    if len(spans) > 1 and (prefix or suffix):
        spans = [span for span in spans if _agrees(doc.text, span, prefix, suffix)]
    if not spans:
        raise NotFound("these words are not in the source", where="quote")
    if len(spans) > 1:
        hint = "Take more of the sentence."
        raise Conflict(f"these words are in {len(spans)} places", where="quote", hint=hint)
    return spans[0]


def find_within(doc: ReadingText, words: str, within: Span, *, near: int | None = None) -> Span:
    """The place of a few words inside a span, however short they are; `near` chooses the place that begins
    there, where they stand more than once.

    Raises like `find`: what a person picks out of one sentence needs no 12 characters to be found in it.
    """
    wanted = fold(words).text.strip()
    if not wanted:
        raise Malformed("no words", where="words")
    spans = _places(doc.text, wanted, within)
    if len(spans) > 1:
        spans = [span for span in spans if span[0] == near] or spans
    if not spans:
        raise NotFound("these words are not in the sentence", where="words")
    if len(spans) > 1:
        raise Conflict("these words are in the sentence more than once", where="words")
    return spans[0]


def refind(doc: ReadingText, anchor: Anchor) -> Anchor | Orphan:
    """The anchor in another version of its source, or an orphan with the reason. Never moves to something
    similar."""
    try:
        span = find(doc, anchor.exact, prefix=anchor.prefix, suffix=anchor.suffix)
    except Conflict:
        return Orphan(anchor, "the words are in several places now")
    except (NotFound, Malformed):
        return Orphan(anchor, "the words are not there any more")
    return anchor_at(doc, span)


@lru_cache(maxsize=8)
def _folded(text: str) -> Folded:
    return fold(text)


def _places(text: str, wanted: str, within: Span | None) -> list[Span]:
    folded = _folded(text)
    if within is None and folded.text.count(wanted) > _MOST_PLACES:
        raise Conflict(f"these words are in more than {_MOST_PLACES} places", where="quote")
    found: list[Span] = []
    at = folded.text.find(wanted)
    while at >= 0:
        span = folded.starts[at], folded.ends[at + len(wanted) - 1]
        inside = within is None or within[0] <= span[0] < span[1] <= within[1]
        if inside and _unsplit(folded, at, len(wanted)) and _whole(text, span):
            found.append(span)
        at = folded.text.find(wanted, at + 1)
    return found


def _unsplit(folded: Folded, at: int, length: int) -> bool:
    """Whether neither end is inside what one character folded to, such as a ligature."""
    before = at == 0 or folded.starts[at - 1] != folded.starts[at]
    end = at + length
    return before and (end == len(folded.text) or folded.starts[end] != folded.starts[end - 1])


def _whole(text: str, span: Span) -> bool:
    return not _inside(text, span[0]) and not _inside(text, span[1])


def _inside(text: str, at: int) -> bool:
    """Whether a cut here goes through a word or a number: `non|residents`, `1|,200`, `can|'t`, `3|.5`,
    `-|5`."""
    left, right = _visible(text, at, -1), _visible(text, at, 1)
    if _word(left[0]) and _word(right[0]):
        return True
    if right[0] in _LINKS and _word(left[0]) and _word(right[1]):
        return _links(left[0], right[0], right[1])
    if left[0] in _LINKS and _word(right[0]) and (_word(left[1]) or (left[0] in "-−" and right[0].isdigit())):
        return _links(left[1], left[0], right[0])
    # A percent or degree sign, or a currency sign, belongs to its number.
    return (left[0].isdigit() and right[0] in _UNITS) or (left[0] in _SIGNS and right[0].isdigit())


_LINKS = "-‐‑'’.,:/٫٬·−"
_UNITS = frozenset("%‰°٪")
_SIGNS = frozenset("$€£₹₨¥")


def _links(left: str, link: str, right: str) -> bool:
    if link in "-‐‑'’−":
        return True
    return left.isdigit() and right.isdigit()


def _visible(text: str, at: int, step: int) -> str:
    """The two visible characters on one side of a cut, nearest first."""
    found = ""
    place = at if step > 0 else at - 1
    while 0 <= place < len(text) and len(found) < 2:
        if unicodedata.category(text[place]) not in {"Cf", "Mn"} or text[place] in "\u200c\u200d":
            found += text[place]
        place += step
    return (found + "\0\0")[:2]


def _word(char: str) -> bool:
    return char.isalnum() or char in "_\u200c\u200d"


def _agrees(text: str, span: Span, prefix: str, suffix: str) -> bool:
    """Whether the words round a place are the given ones, as far as they are given."""
    before = fold(text[max(0, span[0] - 4 * len(prefix) - 8) : span[0]]).text
    after = fold(text[span[1] : span[1] + 4 * len(suffix) + 8]).text
    wanted_before, wanted_after = fold(prefix).text, fold(suffix).text
    return before.rstrip().endswith(wanted_before.strip()) and after.lstrip().startswith(wanted_after.strip())
