"""How proposals are scored against gold: what the README beside this file says, and nothing else."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from amanat.record.reading import read_source
from amanat.record.sentences import sentence_at, sentences_of
from amanat.record.source import Source, media_type_of
from amanat.record.text import ReadingText

HERE = Path(__file__).resolve().parent
KINDS = ("event", "statement", "figure", "harm", "referral")
SLOTS = {
    "event": ("where",),
    "statement": ("stance", "when"),
    "figure": ("counted", "scope"),
    "harm": ("who",),
    "referral": ("asker", "asked", "what", "reason", "when"),
}
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "to",
        "for",
        "in",
        "on",
        "at",
        "and",
        "his",
        "her",
        "its",
        "their",
        "our",
        "that",
        "by",
        "had",
        "has",
        "was",
        "were",
        "be",
    ]
)


@dataclass(frozen=True)
class Text:
    """A text of the set with its gold."""

    name: str
    source: Source
    doc: ReadingText
    gold: list[dict[str, Any]]
    sentences: tuple[tuple[int, int], ...]

    def sentence(self, words: str) -> tuple[int, int]:
        """The sentence of a phrase of the gold; white space may differ, a mark of wikitext may be gone."""
        pattern = r"[\s|]+".join(re.escape(word) for word in words.split() if word != "||")
        found = [match.span() for match in re.finditer(pattern, self.doc.text)]
        if len(found) != 1:
            raise SystemExit(f"{self.name}: gold phrase found {len(found)} times: {words}")
        return sentence_at(self.sentences, found[0]) or found[0]


@dataclass(frozen=True)
class Given:
    """A proposal as it is scored, whoever made it: its kind, its sentence, and its slots as words or
    values."""

    kind: str
    sentence: tuple[int, int]
    slots: dict[str, Any]


@dataclass
class Score:
    """What was asked for, found and not asked for, by kind; slots that were right and how many were asked."""

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    matched: Counter[str] = field(default_factory=Counter)
    slots_right: Counter[str] = field(default_factory=Counter)
    slots_asked: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        counters = ("wanted", "found", "extra", "matched", "slots_right", "slots_asked")
        return json.dumps({name: dict(getattr(self, name)) for name in counters}, indent=1)


def texts(half: str) -> Iterator[Text]:
    """Every text of one half."""
    for path in sorted((HERE / half).iterdir()):
        if path.suffix == ".yaml":
            continue
        data = path.read_bytes()
        source = Source(data=data, media_type=media_type_of(data))
        doc = read_source(source)
        gold = yaml.safe_load(path.with_name(f"{path.stem}.gold.yaml").read_text(encoding="utf-8"))
        yield Text(path.name, source, doc, gold, sentences_of(doc))


def words_of(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if word not in _SMALL}


def same_words(given: str | None, gold: str) -> bool:
    """Every word of the gold that is not small, or at least half of them when the gold is long."""
    if not gold:
        return not given
    wanted, got = words_of(gold), words_of(given or "")
    if not wanted:
        return (given or "").lower().strip() == gold.lower()
    return len(wanted & got) >= max(1, (len(wanted) + 1) // 2)


def is_key(item: dict[str, Any], given: Given) -> bool:
    """Whether the key of the gold is that of a proposal in the same sentence."""
    free = set(item.get("optional_slots", ()))
    kind, slots = given.kind, given.slots
    if kind != item["kind"]:
        return kind in item.get("alternatives", ()) and _number_agrees(item, slots)
    if kind == "event":
        return "when" in free or (slots.get("when") or "") == item["when"]
    if kind == "statement":
        return "speaker" in free or same_words(slots.get("speaker"), item["speaker"])
    if kind in {"figure", "harm"}:
        return _number_agrees(item, slots) and (kind == "figure" or slots.get("outcome") == item["outcome"])
    return _referral_agrees(item, slots, free)


def _number_agrees(item: dict[str, Any], slots: dict[str, Any]) -> bool:
    if "low" not in item or "low" not in slots:
        return "low" not in item
    return (slots["low"], slots["high"]) == (item["low"], item["high"])


def _referral_agrees(item: dict[str, Any], slots: dict[str, Any], free: set[str]) -> bool:
    if "outcome" not in free and slots.get("outcome") != item["outcome"]:
        return False
    named = [role for role in ("asker", "asked") if role in item and role not in free]
    return not named or any(same_words(slots.get(role), item[role]) for role in named)


def score_text(score: Score, text: Text, given: Sequence[Given]) -> None:
    """Match each item of the gold with one proposal, best first, and count."""
    left = list(given)
    for item in sorted(text.gold, key=lambda item: (bool(item.get("optional")), "alternatives" in item)):
        sentence = text.sentence(item["words"])
        wanted = not item.get("optional")
        score.wanted[item["kind"]] += wanted
        found = [one for one in left if one.sentence == sentence and is_key(item, one)]
        if not found:
            if wanted:
                score.missed.append(f"{text.name}: {item['kind']}: {item['words']}")
            continue
        best = max(found, key=lambda one: (one.kind == item["kind"], _right(item, one)[0]))
        left.remove(best)
        score.matched[best.kind] += 1
        score.found[item["kind"]] += wanted
        if wanted and best.kind == item["kind"]:
            right, asked = _right(item, best)
            score.slots_right[item["kind"]] += right
            score.slots_asked[item["kind"]] += asked
    for one in left:
        score.extra[one.kind] += 1
        score.unmatched.append(f"{text.name}: {one.kind}: {one.slots}")


def _right(item: dict[str, Any], given: Given) -> tuple[int, int]:
    asked = [
        slot for slot in SLOTS[item["kind"]] if slot in item and slot not in item.get("optional_slots", ())
    ]
    right = 0
    for slot in asked:
        if slot in {"when", "stance"}:
            right += given.slots.get(slot) == item[slot]
        else:
            right += same_words(given.slots.get(slot), item[slot])
    return right, len(asked)
