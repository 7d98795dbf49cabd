"""The rules as a proposer: sentence by sentence, over the parse where the language model is installed, else
over guessed tags. Pure and offline. Shown right by `tests/record/test_propose.py` and scored by
`benchmarks/read.py`.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from amanat.record.dates import Dated, dates_of
from amanat.record.grammar import Clause, Sentence, Token
from amanat.record.numberwords import numbers
from amanat.record.proposal import Proposal
from amanat.record.rules import event, figure, harm, referral, statement
from amanat.record.rules.chain import Chain
from amanat.record.sentences import sentences_of
from amanat.record.text import READ_BY_RULES, ReadingText, Span
from amanat.record.verbs import known

__all__ = ["RuleProposer"]

_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 1500
_OPENING = 4


class RuleProposer:
    """The rules. `model=False` never loads a language model; `progress` is called with the characters
    done."""

    def __init__(
        self,
        *,
        model: bool = True,
        published: date | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.published = published
        self.progress = progress
        self.pipeline = None
        if model:
            from amanat.record.parse import load

            self.pipeline = load()

    @property
    def parses(self) -> bool:
        """Whether there is a language model."""
        return self.pipeline is not None

    def propose(self, doc: ReadingText) -> list[Proposal]:
        """Everything the rules see in a text, in its order."""
        chain = Chain()
        found: list[Proposal] = []
        for sentence in self._sentences(doc):
            found.extend(_propose(sentence, chain))
        return found

    def _sentences(self, doc: ReadingText) -> Iterator[Sentence]:
        dates = dates_of(doc, published=self.published)
        starts = [dated.span[0] for dated in dates]
        spans = [span for span in sentences_of(doc) if _worth(doc, span, dates, starts)]
        texts = ((_fed(doc, span, _within(dates, starts, span)), span[0]) for span in spans)
        for span, (tokens, clauses) in zip(spans, self._parsed(texts), strict=True):
            if self.progress:
                self.progress(span[1])
            yield Sentence(
                doc, span, tokens, clauses, tuple(numbers(doc.text, *span)), _within(dates, starts, span)
            )

    def _parsed(self, texts: Iterator[tuple[str, int]]) -> Iterator[tuple[list[Token], list[Clause]]]:
        if self.pipeline is not None:
            from amanat.record.parse import parse

            return parse(self.pipeline, texts)
        from amanat.record.tagging import tag

        return tag(texts)


def _fed(doc: ReadingText, span: Span, dates: Sequence[Dated]) -> str:
    """The sentence as the parser gets it, each character in its place: white space made plain, and a comma at
    the end of a date that begins it, because "On 3 May 2006 an inspector" is read as one thing and "On 3 May
    200, an" is not."""
    text = re.sub(r"\s", " ", doc.text[slice(*span)])
    if dates and dates[0].span[0] - span[0] <= _OPENING:
        end = dates[0].span[1] - span[0]
        if re.match(r" (?!and\b|to\b|or\b|was\b|is\b)\w", text[end:]):
            return f"{text[: end - 1]},{text[end:]}"
    return text


def _within(dates: Sequence[Dated], starts: Sequence[int], span: Span) -> tuple[Dated, ...]:
    found = []
    for dated in dates[bisect_left(starts, span[0]) :]:
        if dated.span[0] >= span[1]:
            break
        found.append(dated)
    return tuple(found)


def _worth(doc: ReadingText, span: Span, dates: Sequence[Dated], starts: Sequence[int]) -> bool:
    """Prose that holds a number, a date or a verb of the lists; nothing else can give an item."""
    block = doc.block_at(span[0])
    if block is None or block.kind not in READ_BY_RULES or span[1] - span[0] > _LONGEST:
        return False
    if _within(dates, starts, span):
        return True
    words = _WORD.findall(doc.text, *span)
    return any(known(word) for word in words) or next(numbers(doc.text, *span), None) is not None


def _propose(sentence: Sentence, chain: Chain) -> Iterator[Proposal]:
    referred = [chain.link(sentence, found) for found in referral.propose(sentence, chain.asked)]
    taken = [found.claims for found in referred]
    said = list(statement.propose(sentence, taken))
    harmed = list(harm.propose(sentence))
    counted = figure.propose(sentence, [found.claims for found in harmed])
    happened = event.propose(sentence, [*taken, *(found.claims for found in said)])
    for found in (*referred, *said, *harmed, *counted, *happened):
        yield found.proposal
