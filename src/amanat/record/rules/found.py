"""What a rule hands on: its proposal, and the words that no later rule shall use again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from amanat.record.grammar import Clause, Sentence
from amanat.record.proposal import Author, Proposal
from amanat.record.text import Span

__all__ = ["VERSION", "Found", "date_in", "make", "overlaps"]

VERSION = "1"
_MIN_QUOTE = 24


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal and the words it is about: its verb or its number."""

    proposal: Proposal
    claims: Span


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one[0] < other[1] and other[0] < one[1]


def make(
    sentence: Sentence,
    kind: str,
    clause: Clause | None,
    spans: Mapping[str, Span | None],
    *,
    rule: str,
    labels: Mapping[str, str] | None = None,
    claims: Span | None = None,
    answers: Span | None = None,
    score: int = 50,
) -> Found:
    """A proposal whose quote is the clause with all its roles, or the whole sentence when that is short."""
    text = sentence.doc.text
    given = {role: _trim(text, span) for role, span in spans.items() if span is not None}
    quote = _quote(sentence, clause, given.values())
    proposal = Proposal(
        kind=kind,
        quote=quote,
        spans=given,
        author=Author(f"rule:{rule}", VERSION),
        labels=labels or {},
        answers=answers,
        score=score,
        reason=rule.replace("-", " "),
    )
    return Found(proposal, claims or (clause.verb if clause else quote))


def _trim(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _quote(sentence: Sentence, clause: Clause | None, spans: Iterable[Span]) -> Span:
    parts = [*spans, *([(clause.start, clause.end)] if clause else [])]
    if not parts:
        return sentence.span
    start, end = min(part[0] for part in parts), max(part[1] for part in parts)
    if end - start < _MIN_QUOTE:
        return sentence.span
    start, end = max(start, sentence.span[0]), min(end, sentence.span[1])
    return start, end


def date_in(sentence: Sentence, number: int) -> Span | None:
    """The first date that belongs to a clause itself."""
    return next((d.span for d in sentence.dates if sentence.clause_at(d.span[0]) == number), None)
