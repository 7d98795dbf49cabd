"""One file of `amanat read`: its source, its reading text, and the items that passed the gate."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from amanat.record.gate import Dropped, Gate, Item
from amanat.record.propose import RuleProposer
from amanat.record.reading import read_source
from amanat.record.source import Source, media_type_of
from amanat.record.text import ReadingText

__all__ = ["Proposed", "propose"]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A document and what was proposed from it; `dropped` did not pass the gate; `parsed` with the parser of
    English."""

    name: str
    source: Source
    doc: ReadingText
    items: tuple[Item, ...]
    dropped: int
    parsed: bool


def propose(
    name: str, data: bytes, options: argparse.Namespace, progress: Callable[[int], None] | None, model: Any
) -> Proposed:
    """Read one file and propose."""
    source = Source(data=data, media_type=media_type_of(data), title=name, published=options.published)
    doc = read_source(source, encoding=options.encoding)
    rules = RuleProposer(model=not options.no_parse, published=options.published, progress=progress)
    proposals = rules.propose(doc)
    if model is not None:
        proposals = model.label(doc, proposals)
    gate = Gate(source, doc)
    checked = [gate.check(proposal) for proposal in proposals]
    items = tuple(item for item in checked if isinstance(item, Item))
    dropped = sum(isinstance(one, Dropped) for one in checked)
    return Proposed(name, source, doc, items, dropped, rules.parses)
