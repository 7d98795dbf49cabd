"""The gate: the one door into a record, for rules, models and people alike.

(1) the source is the bytes it was, the reading text is its reading text; (2) the quote is found again,
exactly, once, at this place; (3) it lies in one sentence, and so does every word of its roles; (4) every
label is from its list; (5) dates and numbers are worked out here, from the words. Whatever fails is dropped
with a reason, never mended. Shown right by `tests/record/test_gate.py`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from amanat.errors import Conflict, Error, Malformed
from amanat.record.anchor import Anchor, anchor_at, find
from amanat.record.dates import Dated, dates_of
from amanat.record.numberwords import Interval, interval_of
from amanat.record.proposal import KINDS, LABELS, NEEDED, ROLES, Author, Proposal
from amanat.record.sentences import sentence_at, sentences_of
from amanat.record.source import Source
from amanat.record.text import ReadingText, Span
from amanat.strict import canonical_json

__all__ = ["Dropped", "Gate", "Item", "names_in"]

_NAME = r"[^\W\d_a-z][\w'’.-]+(?:\s+(?:al-|bin|ibn|de|van|der)?\s*[^\W\d_a-z][\w'’.-]*){0,4}"
_NAMES = re.compile(
    rf"{_NAME}(?:\s*(?:\((?:aged\s+)?\d{{1,3}}\)|,\s*\d{{1,3}})?(?:,\s+and|,|;|\s+and)\s+{_NAME}){{1,200}}\.?"
)
_PARTS = re.compile(r"\s*(?:,\s+and|,|;|\band)\s+")


@dataclass(frozen=True, slots=True)
class Item:
    """What passed the gate: the quote and the words of each role as anchors, and the values worked out from
    them."""

    kind: str
    quote: Anchor
    words: Mapping[str, Anchor]
    labels: Mapping[str, str]
    author: Author
    when: Dated | None = None
    when_basis: str = ""
    interval: Interval | None = None
    names: tuple[str, ...] = ()
    answers: Anchor | None = None
    score: int = 50
    reason: str = ""

    @property
    def id(self) -> str:
        """The same item of the same source has the same id: 32 hex digits."""
        return item_id(self.kind, self.quote, self.words, self.labels)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What did not pass, and why."""

    proposal: Proposal
    reason: str


def item_id(kind: str, quote: Anchor, words: Mapping[str, Anchor], labels: Mapping[str, str]) -> str:
    """The first half of the SHA-256 of what the item points to."""
    roles = {role: [anchor.start, anchor.end] for role, anchor in words.items()}
    whole = [quote.source_sha256, quote.text_sha256, kind, quote.start, quote.end, roles, dict(labels)]
    return hashlib.sha256(canonical_json(whole)).hexdigest()[:32]


class Gate:
    """The gate of one source and its reading text."""

    def __init__(self, source: Source, doc: ReadingText, *, published: date | None = None) -> None:
        if hashlib.sha256(source.data).hexdigest() != doc.source_sha256:
            raise Malformed("the reading text is of another source", where="gate")
        self.doc = doc
        self.published = published or source.published

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Every sentence of the reading text."""
        return sentences_of(self.doc)

    @cached_property
    def dates(self) -> Mapping[Span, Dated]:
        """Every date that has a value, by its words."""
        return {dated.span: dated for dated in dates_of(self.doc, published=self.published)}

    def check(self, proposal: Proposal) -> Item | Dropped:
        """The item, or why not."""
        try:
            return self._check(proposal)
        except Error as error:
            return Dropped(proposal, error.what)

    def _check(self, proposal: Proposal) -> Item:
        _check_form(proposal)
        quote = anchor_at(self.doc, proposal.quote)
        sentence = sentence_at(self.sentences, proposal.quote)
        if sentence is None:
            raise Malformed("the quote is not inside one sentence", where="gate")
        if find(self.doc, quote.exact, prefix=quote.prefix, suffix=quote.suffix) != proposal.quote:
            raise Conflict("the quote is found at another place", where="gate")
        words = {}
        for role, span in proposal.spans.items():
            if not sentence[0] <= span[0] < span[1] <= sentence[1]:
                raise Malformed(f"{role} is not in the sentence of the quote", where="gate")
            words[role] = anchor_at(self.doc, span)
        when, basis = self._when(proposal)
        return Item(
            kind=proposal.kind,
            quote=quote,
            words=words,
            labels=dict(proposal.labels),
            author=proposal.author,
            when=when,
            when_basis=basis,
            interval=_interval(words),
            answers=self._answers(proposal),
            names=names_in(words["names"].exact) if "names" in words else (),
            score=proposal.score,
            reason=proposal.reason,
        )

    def _answers(self, proposal: Proposal) -> Anchor | None:
        if proposal.answers is None:
            return None
        if proposal.kind != "referral" or proposal.labels["outcome"] == "asked":
            raise Malformed("only an answer of a referral answers something", where="gate")
        if sentence_at(self.sentences, proposal.answers) is None or proposal.answers == proposal.quote:
            raise Malformed("what it answers is not the words of another item", where="gate")
        return anchor_at(self.doc, proposal.answers)

    def _when(self, proposal: Proposal) -> tuple[Dated | None, str]:
        if "when" not in proposal.spans:
            return None, ""
        dated = self.dates.get(proposal.spans["when"])
        if dated is None:
            raise Malformed("no date can be worked out from these words", where="gate")
        if dated.basis is not None:
            return dated, f"counted from “{self.doc.text[slice(*dated.basis)]}”"
        return dated, "counted from the date of the document" if dated.by_head else "as written"


def names_in(words: str) -> tuple[str, ...]:
    """The names of a list of names, or nothing when it is not one."""
    if not _NAMES.fullmatch(words.strip()):
        return ()
    parts = [re.sub(r"\s*\(.*?\)|\.$", "", part).strip() for part in _PARTS.split(words.strip())]
    return tuple(part for part in parts if part and not part.isdigit())


def _check_form(proposal: Proposal) -> None:
    if proposal.kind not in KINDS:
        raise Malformed("not a kind of item", where="gate")
    if extra := set(proposal.spans) - ROLES[proposal.kind]:
        raise Malformed(f"not a role of this kind: {min(extra)}", where="gate")
    if any(needed.isdisjoint(proposal.spans) for needed in NEEDED[proposal.kind]):
        raise Malformed("a role that is needed is missing", where="gate")
    labels = LABELS[proposal.kind]
    if set(proposal.labels) != set(labels):
        raise Malformed("a label is missing or not one of this kind", where="gate")
    for name, value in proposal.labels.items():
        if value not in labels[name]:
            raise Malformed(f"not in the list of {name}", where="gate")


def _interval(words: Mapping[str, Anchor]) -> Interval | None:
    if "names" in words:
        count = len(names_in(words["names"].exact))
        if count < 2:
            raise Malformed("not a list of names", where="gate")
        return Interval(count, count)
    if "number" not in words:
        return None
    interval = interval_of(words["number"].exact)
    if interval is None:
        raise Malformed("no number can be worked out from these words", where="gate")
    return interval
