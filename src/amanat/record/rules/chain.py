"""The chain of referrals in one text: which request an answer belongs to."""

import re
from dataclasses import replace

from amanat.record.grammar import Sentence
from amanat.record.rules.found import Found
from amanat.record.text import Span

__all__ = ["Chain"]

_WORD = re.compile(r"[^\W\d_]{4,}")


class Chain:
    """Remembers who was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._requests: list[tuple[set[str], Span]] = []

    def link(self, sentence: Sentence, found: Found) -> Found:
        """Remember a request; give an answer the quote of its request: the newest to the same body, else the
        newest."""
        proposal = found.proposal
        asked = proposal.spans.get("asked") or proposal.spans.get("asker")
        words = set(_WORD.findall(sentence.words(asked).lower()))
        if proposal.labels["outcome"] == "asked":
            self.asked.append(sentence.words(asked))
            self._requests.append((words, proposal.quote))
            return found
        same = [quote for names, quote in self._requests if names & words]
        newest = same or ([] if words else [quote for _, quote in self._requests])
        return replace(found, proposal=replace(proposal, answers=newest[-1])) if newest else found
