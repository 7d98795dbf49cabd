"""Figures: a number, what it counts, where and when, and who counted. A number that counts nothing is none:
dates, times, ages, durations, the numbers of paragraphs and streets."""

import re
from collections.abc import Iterator, Sequence

from amanat.record.grammar import Sentence, Token
from amanat.record.numberwords import Number
from amanat.record.rules.found import Found, make, overlaps
from amanat.record.text import Span

__all__ = ["propose"]

_NUMBERED = re.compile(
    r"(?:\b(?:no|nos|number|numbers|section|article|art|question|page|pages|p|pp|paragraph|para|clause|rule|chapter|item|"
    r"case|petition|decision|order|route|line|room|platform|ward|sector|block|form|annex|appendix|figure|table|volume|"
    r"age|aged|act|law|law no)\.?|[§#/(-])\s*\Z",
    re.I,
)
_UNIT = re.compile(
    r"\s+(?:years|months|weeks|days|hours|minutes|seconds|o'clock|am|pm|per\s?cent|percent|km|kilomet\w+|met(?:re|er)s|"
    r"miles|degrees|decades|nights|feet|cm|mm|times)\b|-(?:years?|months?|weeks?|days?|hours?|minutes?)\b|\s*[%°]",
    re.I,
)
_NOT_COUNTED = frozenset(
    [
        "day",
        "side",
        "hand",
        "way",
        "point",
        "year",
        "part",
        "time",
        "reason",
        "place",
        "thing",
        "evidence",
        "doubt",
        "intention",
        "authority",
        "power",
        "longer",
        "more",
        "right",
        "access",
        "idea",
        "information",
        "knowledge",
        "comment",
        "money",
        "trace",
        "plan",
        "need",
        "mention",
        "use",
        "staff",
        "longer",
        "basis",
        "cause",
        "record",
    ]
)
_COUNTABLE = frozenset(
    [
        "instance",
        "case",
        "complaint",
        "death",
        "child",
        "person",
        "report",
        "letter",
        "incident",
        "request",
        "application",
        "file",
        "call",
    ]
)
_TOTAL = re.compile(r"\b(?:figures?|numbers?|total|toll|count\w*|estimat\w+|sum)\b", re.I)
_AT = re.compile(
    r"\b(?:at|to|is|was|were|of|be|counted|totalled|reached|exceeded|than|only|lists?|named?)\s*\Z", re.I
)
_SCOPE = frozenset({"in", "at", "from", "within", "across", "near", "of", "on"})
_PHRASE = frozenset({"DT", "JJ", "NN", "NNS", "NNP", "NNPS", "POS", "CD", "VBN", "PRP$"})


def propose(sentence: Sentence, taken: Sequence[Span]) -> Iterator[Found]:
    """Every figure of a sentence, but for numbers that are taken."""
    for number in sentence.numbers:
        span = (number.start, number.end)
        if any(overlaps(span, other) for other in taken) or not _counts(sentence, number):
            continue
        noun = sentence.noun_after(number.end)
        if not _is_figure(sentence, number, noun):
            continue
        spans = {
            "number": span,
            "counted": noun[0] if noun else None,
            "scope": _scope(sentence, noun),
            "counted_by": _counter(sentence, number),
        }
        clause_number = sentence.clause_at(number.start)
        clause = sentence.clauses[clause_number] if clause_number is not None else None
        yield make(
            sentence, "figure", clause, spans, rule="counted-noun", claims=span, score=70 if noun else 40
        )


def _counts(sentence: Sentence, number: Number) -> bool:
    text = sentence.doc.text
    before = text[max(sentence.span[0], number.start - 20) : number.start]
    if _NUMBERED.search(before) or _UNIT.match(text, number.end, sentence.span[1] + 1):
        return False
    head = number.start <= sentence.span[0] + 1
    if head and re.match(r"[.)]", text[number.end : number.end + 1]):
        return False
    return not any(overlaps((number.start, number.end), dated.span) for dated in sentence.dates)


def _is_figure(sentence: Sentence, number: Number, noun: tuple[Span, Token] | None) -> bool:
    words = sentence.words((number.start, number.end)).lower()
    if sentence.doc.text[number.end : number.end + 1] in {"'", "’"}:
        return False
    if words in {"nobody", "no one", "none"}:
        return False
    if noun is None:
        return _alone(sentence, number, words)
    head = noun[1].text.lower()
    if head in _NOT_COUNTED or noun[1].tag in {"NNP", "NNPS"}:
        return False
    if words == "no":
        return noun[1].tag == "NNS" or head in _COUNTABLE
    if words == "one":
        before = sentence.doc.text[max(0, number.start - 4) : number.start].strip().lower()
        return before not in {"in", "on", "at"} and not re.match(
            r"\s+(?:of|another)\b", sentence.doc.text[number.end : number.end + 10]
        )
    year = re.fullmatch(r"(?:1[5-9]|20)\d\d", words)
    return not (year and noun[1].tag == "NN")


def _alone(sentence: Sentence, number: Number, words: str) -> bool:
    """A number without a noun counts only where the sentence says that it is a count."""
    if not words[-1].isdigit() or re.fullmatch(r"(?:1[5-9]|20)\d\d", words):
        return False
    before = sentence.doc.text[sentence.span[0] : number.start]
    return bool(_TOTAL.search(before) and (_AT.search(before) or number.interval.hedge))


def _scope(sentence: Sentence, noun: tuple[Span, Token] | None) -> Span | None:
    """The phrase right after the noun that says where or of whom; else the date of the clause."""
    if noun is None:
        return None
    number = sentence.token_at(noun[1].start)
    after = list(sentence.tokens[number + 1 :]) if number is not None else []
    if after and after[0].text.lower() in _SCOPE:
        end = 1
        while end < len(after) and (after[end].tag in _PHRASE or after[end].text.lower() in {"of", "and"}):
            end += 1
        while end > 1 and not after[end - 1].is_noun and after[end - 1].tag != "CD":
            end -= 1
        if end > 1:
            return after[0].start, after[end - 1].end
    owner = sentence.clause_at(noun[1].start)
    return next((d.span for d in sentence.dates if sentence.clause_at(d.span[0]) == owner), None)


def _counter(sentence: Sentence, number: Number) -> Span | None:
    """Who counted: the speaker of the statement that it is in."""
    for clause in sentence.ancestors(sentence.clause_at(number.start)):
        if clause.lemma in {
            "find",
            "estimate",
            "count",
            "put",
            "say",
            "state",
            "report",
            "record",
            "claim",
            "tell",
        }:
            speaker = clause.agent if clause.passive else clause.subject
            return speaker if speaker and not overlaps(speaker, (number.start, number.end)) else None
    return None
