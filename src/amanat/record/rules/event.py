"""Events: what happened, with its date as far as it has one. Dated happenings of any kind; undated ones only
where a record lives on them (an arrest, a hearing, a closure)."""

import re
from collections.abc import Iterator, Sequence

from amanat.record.grammar import Clause, Sentence
from amanat.record.rules.found import Found, make, overlaps
from amanat.record.text import Span
from amanat.record.verbs import EVENTS

__all__ = ["propose"]

_PLACE = frozenset({"in", "at", "near", "outside", "above", "into", "to"})
_STATES = frozenset({"have", "say", "do", "seem", "exceed", "contain", "bear"})
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


def propose(sentence: Sentence, taken: Sequence[Span]) -> Iterator[Found]:
    """Every event of a sentence, but for verbs that are taken."""
    dated: dict[int, Span] = {}
    for date in sentence.dates:
        number = _clause_of(sentence, date.span)
        if number is not None and number not in dated:
            dated[number] = date.span
    for number, clause in enumerate(sentence.clauses):
        if any(overlaps(clause.verb, span) for span in taken) or not _happened(sentence, number):
            continue
        if number in dated or _notable(clause):
            yield _event(sentence, number, dated.get(number))


def _clause_of(sentence: Sentence, span: Span) -> int | None:
    """The clause of a date, or the one above while that is only "to do" something."""
    number = sentence.clause_at(span[0])
    while number is not None and sentence.clauses[number].infinitive:
        number = sentence.clauses[number].head
    return number


def _happened(sentence: Sentence, number: int) -> bool:
    clause = sentence.clauses[number]
    if clause.negated or clause.infinitive or clause.lemma in _STATES:
        return False
    if clause.modal in {"would", "may", "might", "could", "should", "must", "can", "cannot"}:
        return False
    subject = sentence.inherit(number).subject
    participle = (
        sentence.words(clause.verb).lower().endswith(("ed", "en", "wn", "lt", "ld")) and not clause.subject
    )
    return (clause.past or clause.modal == "will" or participle or clause.passive) and (
        subject is not None or participle
    )


def _notable(clause: Clause) -> bool:
    return (
        clause.head is None
        and clause.lemma in EVENTS
        and clause.subject is not None
        and (clause.past or clause.passive)
    )


def _event(sentence: Sentence, number: int, when: Span | None) -> Found:
    clause = sentence.clauses[number]
    spans = {
        "what": (clause.start, clause.end),
        "when": when,
        "where": _place(sentence, clause),
        "who": clause.agent,
    }
    return make(
        sentence,
        "event",
        clause,
        spans,
        rule="dated-verb" if when else "notable-verb",
        score=70 if when else 45,
    )


def _place(sentence: Sentence, clause: Clause) -> Span | None:
    tokens = sentence.tokens
    for number, token in enumerate(tokens[:-1]):
        if not (clause.start <= token.start < clause.end and token.text.lower() in _PLACE):
            continue
        first = number + 1 + (tokens[number + 1].text.lower() == "the")
        last = first
        while last < len(tokens) and tokens[last].tag in {"NNP", "NNPS"}:
            last += 1
        if last > first and tokens[last : last + 1] and tokens[last].tag in {"POS", "HYPH"}:
            continue
        if last > first and not _MONTH.match(tokens[first].text):
            return tokens[first].start, tokens[last - 1].end
    return None
