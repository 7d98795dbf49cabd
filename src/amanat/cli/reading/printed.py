"""The output of `amanat read`: for people, as JSON, as CSV. Every item with its quoted words and where they
are."""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from textwrap import shorten

from amanat.cli.reading.proposed import Proposed
from amanat.cli.visible import visible
from amanat.record.exports.table import COLUMNS, cells
from amanat.record.figures import text_of
from amanat.record.gate import Item
from amanat.record.record import Entry, item_as_json, source_as_json

__all__ = ["PRINT"]

_WIDTH = 240
_WITHOUT = (
    "The parser of English is not installed, so less is found. To install it: pip install 'amanat[read]'\n"
)


def print_text(found: Sequence[Proposed]) -> None:
    """A timeline, statements by speaker, figures by what they count, harm and the chain of referrals, a
    document each."""
    if not all(one.parsed for one in found):
        print(_WITHOUT, file=sys.stderr)
    for number, one in enumerate(found):
        if number:
            print()
        print(
            f"{visible(one.name)}: {one.source.media_type}, {one.doc.encoding}, SHA-256 {one.source.sha256}"
        )
        for note in one.doc.notes:
            print(f"Note: {note}")
        print(f"{len(one.items)} items proposed; nobody has confirmed them.")
        if not one.items and not _is_latin(one.doc.text):
            print("The rules read English only. In another language, items are made by hand.")
        for heading, lines in _sections(one):
            body = list(lines)
            if body:
                print(f"\n{heading}")
                print("\n".join(body))


def _is_latin(text: str) -> bool:
    letters = [char for char in text[:5000] if char.isalpha()]
    return 2 * sum(char < "\u0250" for char in letters) >= len(letters)


def print_json(found: Sequence[Proposed]) -> None:
    """Sources with their items, nothing confirmed."""
    whole = {
        "format": "urn:amanat:proposed:1",
        "sources": [
            source_as_json(one.source)
            | {
                "reading": {
                    "extractor": one.doc.extractor,
                    "encoding": one.doc.encoding,
                    "sha256": one.doc.sha256,
                    "notes": list(one.doc.notes),
                    "parsed": one.parsed,
                },
                "items": [item_as_json(item) for item in one.items],
                "dropped": one.dropped,
            }
            for one in found
        ],
    }
    print(json.dumps(whole, ensure_ascii=False, indent=1))


def print_csv(found: Sequence[Proposed]) -> None:
    """One row an item, the columns of the export."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells(Entry(item)) for one in found for item in one.items)


PRINT: dict[str, Callable[[Sequence[Proposed]], None]] = {
    "text": print_text,
    "json": print_json,
    "csv": print_csv,
}


def _sections(one: Proposed) -> Iterator[tuple[str, Iterator[str]]]:
    yield "TIMELINE", _timeline(one)
    yield "STATEMENTS BY SPEAKER", _statements(one)
    yield "FIGURES BY WHAT THEY COUNT", _figures(one)
    yield "HARM", _harm(one)
    yield "REFERRALS", _referrals(one)


def _of(one: Proposed, kind: str) -> list[Item]:
    return [item for item in one.items if item.kind == kind]


def _words(item: Item, role: str) -> str:
    anchor = item.words.get(role)
    return visible(" ".join(anchor.exact.split())) if anchor else ""


def _quote(one: Proposed, item: Item) -> str:
    page = one.doc.page(item.quote.start)
    where = f"page {page}" if page else f"{item.quote.start:,}-{item.quote.end:,}"
    return f"“{shorten(visible(' '.join(item.quote.exact.split())), _WIDTH, placeholder=' …')}” [{where}]"


def _timeline(one: Proposed) -> Iterator[str]:
    events = _of(one, "event")
    for item in sorted(events, key=lambda item: (item.when is None, item.when.edtf if item.when else "")):
        edtf = item.when.edtf if item.when else "no date"
        place = _words(item, "where")
        yield f"  {edtf:<12} {f'{place}: ' if place else ''}{_quote(one, item)}"
        if item.when and item.when.basis:
            yield f"  {'':<12} {visible(item.when_basis)}"


def _statements(one: Proposed) -> Iterator[str]:
    items = sorted(_of(one, "statement"), key=lambda item: _words(item, "speaker").casefold())
    for speaker, said in groupby(items, key=lambda item: _words(item, "speaker")):
        yield f"  {speaker or 'nobody is named'}"
        for item in said:
            via = f", as {_words(item, 'via')} said" if "via" in item.words else ""
            when = f", {item.when.edtf}" if item.when else ""
            yield f"    {item.labels['stance']}{via}{when}: {_quote(one, item)}"


def _figures(one: Proposed) -> Iterator[str]:
    items = sorted(_of(one, "figure"), key=lambda item: _words(item, "counted").casefold())
    for counted, group in groupby(items, key=lambda item: _words(item, "counted")):
        yield f"  {counted or 'not said what is counted'}"
        for item in group:
            scope = f", {_words(item, 'scope')}" if "scope" in item.words else ""
            by = f", counted by {_words(item, 'counted_by')}" if "counted_by" in item.words else ""
            hedge = f" ({visible(item.interval.hedge)})" if item.interval and item.interval.hedge else ""
            yield f"    {text_of(item.interval) if item.interval else ''}{hedge}{scope}{by}: {_quote(one, item)}"  # noqa: E501


def _harm(one: Proposed) -> Iterator[str]:
    for item in _of(one, "harm"):
        number = text_of(item.interval) if item.interval else ""
        names = " (counted from a list of names)" if item.names else ""
        yield f"  {item.labels['outcome']:<10} {number} {_words(item, 'who')}{names}: {_quote(one, item)}"


def _referrals(one: Proposed) -> Iterator[str]:
    items = _of(one, "referral")
    answers = [item for item in items if item.answers]
    for item in items:
        if item.answers:
            continue
        yield from _referral(one, item, "  ")
        for answer in answers:
            if answer.answers and (answer.answers.start, answer.answers.end) == (
                item.quote.start,
                item.quote.end,
            ):
                yield from _referral(one, answer, "    answer: ")


def _referral(one: Proposed, item: Item, before: str) -> Iterator[str]:
    asker, asked = _words(item, "asker"), _words(item, "asked")
    who = (
        f"{asker or '?'} asked {asked or '?'}" if item.labels["outcome"] == "asked" else asked or asker or "?"
    )
    outcome = "" if item.labels["outcome"] == "asked" else f": {item.labels['outcome']}"
    what = f", what: {_words(item, 'what')}" if "what" in item.words else ""
    reason = f", reason given: {_words(item, 'reason')}" if "reason" in item.words else ""
    when = f", {item.when.edtf}" if item.when else ""
    yield f"{before}{who}{outcome}{what}{reason}{when}"
    yield f"{' ' * len(before)}{_quote(one, item)}"
