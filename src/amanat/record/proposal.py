"""What may be proposed: five kinds of items, the words each may point to, and the labels it may carry.

A proposal points and never writes: every role is a span of the reading text, every label is from a closed
list, every value is worked out by the gate. Shown right by `tests/record/test_gate.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from amanat.record.text import ReadingText, Span

__all__ = ["KINDS", "LABELS", "ROLES", "Author", "Proposal", "Proposer"]

KINDS = ("event", "statement", "figure", "harm", "referral")
ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "event": frozenset({"what", "when", "where", "who"}),
        "statement": frozenset({"speaker", "via", "content", "when"}),
        "figure": frozenset({"number", "counted", "scope", "counted_by"}),
        "harm": frozenset({"number", "names", "outcome", "who", "when"}),
        "referral": frozenset({"asker", "asked", "what", "reason", "when"}),
    }
)
NEEDED: Mapping[str, tuple[frozenset[str], ...]] = MappingProxyType(
    {
        "event": (frozenset({"what"}),),
        "statement": (frozenset({"content"}),),
        "figure": (frozenset({"number"}),),
        "harm": (frozenset({"number", "names"}), frozenset({"outcome"})),
        "referral": (frozenset({"asker", "asked", "what"}),),
    }
)
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "event": MappingProxyType({}),
        "statement": MappingProxyType(
            {
                "stance": frozenset(
                    ["asserts", "denies", "alleges", "estimates", "demands", "promises", "orders", "refuses"]
                )
            }
        ),
        "figure": MappingProxyType({}),
        "harm": MappingProxyType(
            {"outcome": frozenset({"killed", "injured", "missing", "ill", "displaced", "affected"})}
        ),
        "referral": MappingProxyType(
            {"outcome": frozenset({"asked", "granted", "refused", "withdrawn", "no answer found"})}
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Author:
    """Who proposes: the name of a rule, a model or a person, its version, and for a model where it runs and
    the hashes of what it was asked and what it answered."""

    name: str
    version: str
    model: bool = False
    host: str = ""
    prompt_sha256: str = ""
    answer_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed item: the words to quote, the words of each role, and labels. `answers` is the quote of
    the request that a referral answers. `score` is from 0 to 100, only to sort by; `reason` is for the
    person."""

    kind: str
    quote: Span
    spans: Mapping[str, Span]
    author: Author
    labels: Mapping[str, str] = field(default_factory=dict)
    answers: Span | None = None
    score: int = 50
    reason: str = ""


class Proposer(Protocol):
    """Anything that proposes: pure, offline, and its list may be empty."""

    def propose(self, doc: ReadingText) -> list[Proposal]:
        """What it would put into the record."""
