"""Names in a record: which words name whom, which of them are of a person, and what covers them.

Nobody can tell a private person from a minister by the letters, so whatever looks like a person's name is
covered until somebody says what it is; a body such as a court is not. It covers too much rather than too
little. Shown right by `tests/server/statements/test_names.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from amanat.record.gate import Item
from amanat.server.statements.rules.states import BODY, HIDDEN_KINDS, UNDECIDED

__all__ = [
    "PARTY_ROLES",
    "cover",
    "cover_unread",
    "covered",
    "is_hidden",
    "labels",
    "parties",
    "personal",
    "usual_kind",
]

PARTY_ROLES = ("speaker", "via", "counted_by", "who", "asker", "asked")
_BODY_WORDS = """
academy administration agency assembly association authority bench board bureau cabinet centre center charity
church commission committee company corporation council court department directorate force foundation
government group helpline high hospital house institute institution inspectorate jirga judiciary lawyers
ministry mosque network newspaper office officials ombudsman ombudsperson organisation organization panel
parliament party police prosecution prosecutors residents secretariat senate school service society state
station supreme team tribunal union unit university villagers women
"""
# Capitalised only because a sentence begins, or a title beside a name.
_COMMON_WORDS = """
a an all another authorities both children each every families few he her his i it its many media most my
neighbours no nobody officers one our parents people relatives reporters she some several shopkeepers
teachers that the their these they this those we witnesses who adv advocate barrister brother captain
chairman chairperson chief col colonel commissioner deputy director doctor dr father general governor hon
head headmaster honourable imam inspector judge justice madam maj major maulana member minister miss mother
mr mrs ms officer president prime prof professor secretary senator sergeant sir spokesman spokesperson
spokeswoman sub superintendent teacher assistant additional station house
"""
_BODIES, _COMMON = frozenset(_BODY_WORDS.split()), frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*[^\W_])?")
_PLACE_BEFORE = frozenset({"at", "from", "in", "near"})


def parties(item: Item) -> Iterator[str]:
    """The words of an item that name somebody, as they are written."""
    for role in PARTY_ROLES:
        if role in item.words:
            yield " ".join(item.words[role].exact.split())


def personal(words: str) -> tuple[str, ...]:
    """The parts of some words that look like a person's name: "Minister Karim Shah" has "Karim Shah"."""
    runs: list[list[str]] = []
    before, end = "", 0
    for found in _WORD.finditer(words):
        word = found[0]
        named = _may_name(word)
        joined = bool(runs) and bool(runs[-1]) and words[end : found.start()].isspace()
        if not named:
            runs.append([])
        elif joined:
            runs[-1].append(word)
        elif before.lower() not in _PLACE_BEFORE:
            runs.append([word])
        else:
            runs.append([])
        before, end = word, found.end()
    return tuple(" ".join(run) for run in runs if run)


def _may_name(word: str) -> bool:
    return word[0].isupper() and word.lower() not in _COMMON


def usual_kind(words: str) -> str:
    """What words are while nobody has said: a body, or undecided."""
    plain = {word.lower() for word in _WORD.findall(words)}
    return BODY if plain & _BODIES and not plain & {"child", "girl", "boy"} else UNDECIDED


def is_hidden(words: str, kind: str) -> bool:
    """Whether the personal part of these words is covered."""
    if kind == UNDECIDED:
        return usual_kind(words) == UNDECIDED and bool(personal(words))
    return kind in HIDDEN_KINDS


def covered(words: str, kind: str) -> tuple[str, ...]:
    """What is covered of words that are hidden: their personal parts, or all, where a person said so."""
    found = personal(words)
    return found if found or kind not in HIDDEN_KINDS else (words,)


def cover(text: str, names: Iterable[str]) -> str:
    """The text with every letter of the names, and of their words alone, as a dot: no place in it moves."""
    wanted = sorted(set(names), key=len, reverse=True)
    if not wanted:
        return text
    spaced = [r"\s+".join(re.escape(word) for word in name.split()) for name in wanted]
    pattern = re.compile("|".join(rf"(?<!\w){name}(?!\w)" for name in spaced))
    return pattern.sub(lambda found: re.sub(r"\w", "•", found[0]), text)


def cover_unread(text: str) -> str:
    """The text with every capitalised word as dots: what is shown while nothing is known of its names."""
    return _WORD.sub(lambda found: "•" * len(found[0]) if _may_name(found[0]) else found[0], text)


def labels(names: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """For each covered part of each name, its label; `names` gives kind and label by the words."""
    found: dict[str, str] = {}
    for words, (kind, label) in names.items():
        if is_hidden(words, kind):
            found |= dict.fromkeys(covered(words, kind), label)
    return found
