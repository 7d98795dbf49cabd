"""What the dates of a document mean, as EDTF (ISO 8601-2, level 1), and what each is counted from.

A date without its year takes the year of the same day and month written in full before it; else of a date in
full in its paragraph; else of the head of the document or what a person said of it; else of the date before
it. "The next day" is counted from the day before it. The basis is kept, so that a person can confirm it. What
cannot be counted has no value. Shown right by `tests/record/test_dates.py`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from amanat.record.datewords import Mention, mentions
from amanat.record.text import ReadingText, Span

__all__ = ["Dated", "dates_of"]

_HEAD_CHARS = 500
_SHORT = 90


@dataclass(frozen=True, slots=True)
class Dated:
    """Words that say when, their value in EDTF, and the words it was counted from, if it was counted;
    `by_head` when these are the date of the document."""

    span: Span
    edtf: str
    basis: Span | None = None
    by_head: bool = False


def dates_of(doc: ReadingText, *, published: date | None = None) -> tuple[Dated, ...]:
    """Every date of the text that has a value, in order; `published` is what a person said of the
    document."""
    return _Reader(doc, published).read()


class _Reader:
    def __init__(self, doc: ReadingText, published: date | None) -> None:
        self.doc = doc
        self.all = mentions(doc.text)
        self.head, self.head_span = _head(doc, self.all, published)
        self.done: list[Dated] = []
        self.last_day: tuple[Span, date] | None = None
        self.last_year: Mention | None = None
        self.last_month: Mention | None = None
        self.full = {(m.month, m.day): m for m in reversed(self.all) if m.absolute and m.day and not m.until}

    def read(self) -> tuple[Dated, ...]:
        for number, mention in enumerate(self.all):
            self.mention(mention, self.all[number + 1] if number + 1 < len(self.all) else None)
        return tuple(self.done)

    def mention(self, mention: Mention, after: Mention | None) -> None:
        if mention.absolute:
            edtf, day = _absolute(mention)
            basis: Span | None = None
            by_head = False
        else:
            edtf, day, basis, by_head = self.counted(mention, after)
        if edtf:
            span = mention.start, mention.end
            self.done.append(Dated(span, edtf, basis, by_head))
            self.last_day = (span, day) if day else self.last_day
        if mention.absolute and not mention.until:
            self.last_year = mention
            self.last_month = mention if mention.month else self.last_month

    def counted(self, mention: Mention, after: Mention | None) -> tuple[str, date | None, Span | None, bool]:
        if mention.shape in {"daymonth", "barmonth"}:
            year, basis, by_head = self.year(mention, after)
            if year is None:
                return "", None, None, False
            filled = Mention(mention.start, mention.end, mention.shape, year, mention.month, mention.day)
            return *_absolute(filled), basis, by_head
        if mention.shape in {"weekday", "near"}:
            day = self.head
            return *self.from_day(mention, day), self.head_span, True
        if self.last_day is not None and mention.step is not None:
            return *_stepped(mention, self.last_day[1]), self.last_day[0], False
        return *self.from_day(mention, self.head), self.head_span, True

    def from_day(self, mention: Mention, day: date | None) -> tuple[str, date | None]:
        if day is None:
            return "", None
        if mention.shape == "weekday" and mention.month is not None:
            back = (day.weekday() - mention.month) % 7
            found = day - timedelta(back) if mention.step in {None, -1} else day + timedelta(7 - back)
            return found.isoformat(), found
        return _stepped(mention, day)

    def year(self, mention: Mention, after: Mention | None) -> tuple[int | None, Span | None, bool]:
        """The year of a day or month without one, what it comes from, and whether that is the head."""
        between = self.doc.text[mention.end : after.start] if after else ""
        if after and after.absolute and re.fullmatch(r"\s*(?:and|or|to|until|,|–|-)\s*", between):
            return after.year, (after.start, after.end), False
        same = self.full.get((mention.month, mention.day)) if mention.day else None
        if same and same.start < mention.start:
            return same.year, (same.start, same.end), False
        if before := self.in_block(mention):
            return before.year, (before.start, before.end), False
        if self.head:
            return self.head.year, self.head_span, True
        before = self.last_year
        return (before.year, (before.start, before.end), False) if before else (None, None, False)

    def in_block(self, mention: Mention) -> Mention | None:
        """The nearest date before it in its paragraph with a year and a month."""
        block = self.doc.block_at(mention.start)
        before = self.last_month
        return before if before and before.start >= (block.start if block else 0) else None


def _head(doc: ReadingText, found: list[Mention], published: date | None) -> tuple[date | None, Span | None]:
    if published is not None:
        return published, None
    for mention in found:
        block = doc.block_at(mention.start)
        if mention.start > _HEAD_CHARS or block is None or mention.until or mention.year is None:
            continue
        if block.kind == "heading" or block.end - block.start <= _SHORT:
            day = _absolute(mention)[1] or date(mention.year, 12, 31)
            return day, (mention.start, mention.end)
    return None, None


def _absolute(mention: Mention) -> tuple[str, date | None]:
    """The EDTF of a date with its year, and its day when it has one."""
    year, month, day = mention.year or 0, mention.month, mention.day
    about = "~" if mention.about else ""
    if mention.shape == "years" and mention.until:
        return (f"{year:04}/{mention.until:04}", None) if year <= mention.until else ("", None)
    if month is None:
        return f"{year:04}{about}", None
    if day is None or month > 12:
        return f"{year:04}-{month:02}{about}", None
    try:
        found = date(year, month, day)
        last = date(year, month, mention.until) if mention.until else None
    except ValueError:
        return "", None
    if last:
        return (f"{found.isoformat()}/{last.isoformat()}", found) if found < last else ("", None)
    return f"{found.isoformat()}{about}", found


def _stepped(mention: Mention, day: date) -> tuple[str, date | None]:
    if mention.step is None:
        return "", None
    try:
        return _step(day, mention.step, mention.unit)
    except (OverflowError, ValueError):
        return "", None


def _step(day: date, step: int, unit: str) -> tuple[str, date | None]:
    if unit in {"day", "week"}:
        found = day + timedelta(step * (7 if unit == "week" else 1))
        # "A week earlier" is about a week; "the next day" is the next day.
        return (f"{found.isoformat()}~" if unit == "week" else found.isoformat()), found
    if unit == "month":
        months = day.year * 12 + day.month - 1 + step
        return f"{months // 12:04}-{months % 12 + 1:02}", None
    return f"{day.year + step:04}", None
