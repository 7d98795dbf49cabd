"""Sentences as rules see them: words with tags, and clauses with their parts. Two makers give the same shape:
`parse` with the language model, `tagging` without it.

Tags are those of the Penn Treebank. All positions are of the reading text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from amanat.record.dates import Dated
from amanat.record.numberwords import Number
from amanat.record.text import ReadingText, Span

__all__ = ["Clause", "Sentence", "Token"]

_NOUN = frozenset({"NN", "NNS", "NNP", "NNPS"})
_INSIDE = _NOUN | {"JJ", "JJR", "JJS", "VBN", "VBG", "POS", "HYPH"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark and its tag; `clause` is the number of the clause it belongs to."""

    start: int
    end: int
    text: str
    tag: str
    clause: int | None = None

    @property
    def is_noun(self) -> bool:
        """Whether it is tagged as a noun or a name."""
        return self.tag in _NOUN


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb and what goes with it. `complement` is what follows "that" or "to"; `preps` are preposition, its
    words, and the whole phrase; `head` is the number of the clause above."""

    verb: Span
    lemma: str
    start: int
    end: int
    past: bool = False
    passive: bool = False
    negated: bool = False
    infinitive: bool = False
    modal: str = ""
    subject: Span | None = None
    agent: Span | None = None
    object: Span | None = None
    indirect: Span | None = None
    complement: Span | None = None
    complement_to: bool = False
    preps: tuple[tuple[str, Span, Span], ...] = ()
    reason: Span | None = None
    particle: str = ""
    head: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with all that is known of it."""

    doc: ReadingText
    span: Span
    tokens: Sequence[Token]
    clauses: Sequence[Clause]
    numbers: Sequence[Number] = ()
    dates: Sequence[Dated] = field(default=())

    def words(self, span: Span | None) -> str:
        """The words of a span, white space made single; nothing for None."""
        return "" if span is None else " ".join(self.doc.text[slice(*span)].split())

    def token_at(self, offset: int) -> int | None:
        """The number of the token that holds a character."""
        for number, token in enumerate(self.tokens):
            if token.start <= offset < token.end:
                return number
        return None

    def clause_at(self, offset: int) -> int | None:
        """The number of the clause that a character belongs to."""
        number = self.token_at(offset)
        return None if number is None else self.tokens[number].clause

    def noun_after(self, offset: int) -> tuple[Span, Token] | None:
        """The noun phrase that begins after a number, and its noun: "28 [grey buses]", "two of our [nine
        trainers]"."""
        number = next((n for n, token in enumerate(self.tokens) if token.start >= offset), None)
        if number is None:
            return None
        number = self._skip_of(number)
        last = None
        first = number
        while number < len(self.tokens) and self.tokens[number].tag in _INSIDE:
            token = self.tokens[number]
            if token.is_noun:
                last = number
            number += 1
        if last is None:
            return None
        noun = self.tokens[last]
        return (self.tokens[first].start, noun.end), noun

    def _skip_of(self, number: int) -> int:
        if number < len(self.tokens) and self.tokens[number].text.lower() == "of":
            number += 1
            while number < len(self.tokens) and self.tokens[number].tag in {"DT", "PRP$", "CD", "PDT"}:
                number += 1
        return number

    def ancestors(self, number: int | None) -> Iterator[Clause]:
        """A clause and the clauses above it."""
        seen: set[int] = set()
        while number is not None and number not in seen:
            seen.add(number)
            yield self.clauses[number]
            number = self.clauses[number].head

    def inherit(self, number: int) -> Clause:
        """A clause, with the subject of the clause above where it has none of its own."""
        clause = self.clauses[number]
        if clause.subject is not None or clause.passive:
            return clause
        for above in list(self.ancestors(number))[1:]:
            if above.subject is not None:
                return replace(clause, subject=above.subject)
        return clause
