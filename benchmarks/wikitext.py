"""Checks the map of the wikitext reader character by character on every article inside the `gensim` wheel.

python benchmarks/wikitext.py

For each article: every exact segment is the source's own characters; segments are in order; every character
of the reading text that is not white space of ours has a place; and no mark of wikitext is left in the text.
Every proposal of the rules passes the gate or says why not. Needs `.[bench]`.
"""

import re
import sys
import time
from collections import Counter

from amanat.record.gate import Dropped, Gate
from amanat.record.propose import RuleProposer
from amanat.record.reading import read_source
from amanat.record.source import WIKITEXT, Source
from amanat.record.text import ReadingText
from reading.articles import articles

LEFT = re.compile(r"\[\[|\]\]|\{\{|\}\}|<ref|</ref|'''|<!--")


def check(doc: ReadingText) -> tuple[int, int]:
    """Characters checked one by one, and characters that came from something longer (entities)."""
    exact = other = end = 0
    for segment in doc.segments:
        assert segment.start >= end, "segments overlap"
        assert not doc.text[end : segment.start].strip(), "characters without a place"
        end = segment.end
        raw = doc.part_text[segment.part][segment.raw_start : segment.raw_end]
        if segment.exact:
            for number in range(segment.end - segment.start):
                assert doc.text[segment.start + number] == raw[number], "another character"
            exact += segment.end - segment.start
        else:
            assert raw, "from nowhere"
            other += segment.end - segment.start
    return exact, other


def main() -> int:
    count, exact, other, marks, begun = 0, 0, 0, 0, time.perf_counter()
    seconds, reasons, proposed = 0.0, Counter[str](), 0
    rules = RuleProposer(model=False)
    for text in articles():
        source = Source(data=text.encode(), media_type=WIKITEXT)
        started = time.perf_counter()
        doc = read_source(source)
        seconds += time.perf_counter() - started
        checked = check(doc)
        count, exact, other = count + 1, exact + checked[0], other + checked[1]
        marks += len(LEFT.findall(doc.text))
        gate = Gate(source, doc)
        for proposal in rules.propose(doc):
            proposed += 1
            found = gate.check(proposal)
            if isinstance(found, Dropped):
                reasons[found.reason] += 1
    print(f"{count} articles, {exact:,} characters checked one by one, {other:,} from entities; all in place")
    print(f"{marks} marks of wikitext left in the text; read in {seconds:.1f} s")
    print(f"{proposed:,} proposals, dropped by the gate: {dict(reasons) or 'none'}")
    print(f"{time.perf_counter() - begun:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
