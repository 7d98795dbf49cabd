"""What the rules propose, scored against hand-made gold and beside what others find in the same texts.

python benchmarks/read.py [--misses] [--skip-peers] [--speed]

Peers: the named entities of spaCy alone, the direct quotations of textacy, the dates of dateparser. Each is
scored on the kinds it can give, and generously: an item counts when the peer marked the right words in its
sentence. `--misses` lists what was missed in the tuned half only; the untouched half stays untouched. Peers
need `.[bench]`.
"""

import argparse
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from amanat.record.gate import Dropped, Gate, Item
from amanat.record.propose import RuleProposer
from amanat.record.reading import read_source
from amanat.record.sentences import sentence_at
from amanat.record.source import PLAIN, WIKITEXT, Source
from reading.scoring import KINDS, Given, Score, Text, score_text, texts

HALVES = ("tuned", "untouched")
# Where prose begins after the head of the first article.
_PROSE = 12_000


def given_by(item: Item, text: Text) -> Given:
    """An item as it is scored."""
    span = item.quote.start, item.quote.end
    slots = {role: anchor.exact for role, anchor in item.words.items()} | dict(item.labels)
    if item.interval:
        slots |= {"low": item.interval.low, "high": item.interval.high}
    slots["when"] = item.when.edtf if item.when else None
    return Given(item.kind, sentence_at(text.sentences, span) or span, slots)


def by_rules(proposer: RuleProposer) -> Callable[[Text], list[Given]]:
    """The rules, through the gate."""

    def give(text: Text) -> list[Given]:
        gate = Gate(text.source, text.doc)
        checked = [gate.check(proposal) for proposal in proposer.propose(text.doc)]
        dropped = [one for one in checked if isinstance(one, Dropped)]
        if dropped:
            print(f"  {text.name}: the gate dropped {len(dropped)}: {dropped[0].reason}", file=sys.stderr)
        return [given_by(item, text) for item in checked if isinstance(item, Item)]

    return give


def score_with(give: Callable[[Text], list[Given]], half: str) -> Score:
    """The score of one proposer on one half."""
    score = Score()
    for text in texts(half):
        score_text(score, text, give(text))
    return score


def report(name: str, score: Score) -> None:
    """One block: recall, slots and unmatched proposals by kind."""
    print(f"\n{name}")
    for kind in KINDS:
        if score.wanted[kind]:
            slots = f"{score.slots_right[kind]}/{score.slots_asked[kind]}"
            found = f"{score.found[kind]}/{score.wanted[kind]}"
            print(f"  {kind:<10} {found:>7}   slots {slots:>7}   unmatched {score.extra[kind]:>3}")
    wanted, found = score.wanted.total(), score.found.total()
    extra, matched = score.extra.total(), score.matched.total()
    slots = 100 * score.slots_right.total() / max(1, score.slots_asked.total())
    print(
        f"  all        {found}/{wanted} = {100 * found / max(1, wanted):.0f} %   slots {slots:.0f} %", end=""
    )
    print(f"   unmatched {extra} for {matched} matched")


def beside(half: str, ours: Score) -> None:
    """What the peers mark in one half, of the kinds that each can give, and what the rules find of these."""
    from reading.peers import all_peers

    print(f"\nothers, {half}")
    for name, marks, kinds in all_peers():
        marked = sum(marks(text) for text in texts(half))
        wanted, found = (sum(counter[kind] for kind in kinds) for counter in (ours.wanted, ours.found))
        print(f"  {name:<28} {marked:>3} of {wanted:<3}   the rules: {found}")


def speed(proposer: RuleProposer) -> None:
    """Seconds for 3 kB and 300 kB, the model loaded before: articles of the gensim wheel where it is
    installed."""
    whole, kind = sample()
    for size in (3_000, 300_000):
        source = Source(data=whole[_PROSE : _PROSE + size], media_type=kind)
        begun, used = time.perf_counter(), time.process_time()
        doc = read_source(source)
        gate = Gate(source, doc)
        items = [gate.check(proposal) for proposal in proposer.propose(doc)]
        wall, cpu = time.perf_counter() - begun, time.process_time() - used
        print(f"{size // 1000:>4} kB: {wall:.2f} s, {cpu:.2f} s of it computing, {len(items):,} proposals")


def sample() -> tuple[bytes, str]:
    """300 kB of text."""
    try:
        from reading.articles import articles

        return "\n\n".join(articles()).encode()[:400_000], WIKITEXT
    except ImportError:
        plain = [
            text.source.data for half in HALVES for text in texts(half) if text.source.media_type == PLAIN
        ]
        numbered = (one.replace(b"Marl", b"Marl%d" % n) for n in range(60) for one in plain)
        return b"\n\n".join(numbered), PLAIN


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", action="store_true", help="list what is missed in the tuned half")
    parser.add_argument("--skip-peers", action="store_true", help="score the rules only")
    parser.add_argument("--speed", action="store_true", help="time 3 kB and 300 kB")
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}, spaCy {version('spacy')}")
    whole, bare = RuleProposer(), RuleProposer(model=False)
    for half in HALVES:
        score = score_with(by_rules(whole), half)
        report(f"rules over the parse, {half}", score)
        if options.misses and half == "tuned":
            print("\n".join(["  missed:", *score.missed, "  unmatched:", *score.unmatched]))
        report(f"rules without a model, {half}", score_with(by_rules(bare), half))
        if not options.skip_peers:
            try:
                beside(half, score)
            except (ImportError, PackageNotFoundError) as error:
                print(f"peers are not installed ({error}): pip install -e '.[bench]'")
    if options.speed:
        speed(whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())
