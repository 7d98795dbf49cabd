"""Dates as they are written in English, found by their shape; what they mean is in `dates`.

A `Mention` is absolute (it carries its year), partial (a day, a month or a weekday whose year or week must be
counted from something) or relative ("the next day"). Shown right by `tests/record/test_dates.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from amanat.record.numberwords import number_value

__all__ = ["Mention", "mentions"]

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",  # noqa: E501
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_COUNT = r"(?:[Aa]|[Aa]n|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|\d{1,3})"  # noqa: E501

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?(?=\s+\d))"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_ABOUT = r"(?P<about>(?:[Aa]bout|[Aa]round|[Cc]irca|[Aa]pproximately|c\.|ca\.)\s+)?"
_FULL = rf"(?:(?P<d>{_DAY})(?:\s+of)?\s+(?P<m>{_MONTH}),?\s+(?P<y>{_YEAR})|(?P<m2>{_MONTH})\s+(?P<d2>{_DAY}),?\s+(?P<y2>{_YEAR}))"  # noqa: E501
_PATTERNS = (
    ("days", rf"(?P<d>{_DAY})\s*(?:and|to|-|–|or)\s*(?P<e>{_DAY})\s+(?P<m>{_MONTH}),?\s+(?P<y>{_YEAR})"),
    ("full", _ABOUT + _FULL),
    ("iso", r"(?P<y>(?:1[5-9]|20)\d\d)-(?P<n>0[1-9]|1[0-2])-(?P<d>0[1-9]|[12]\d|3[01])"),
    ("season", rf"(?P<s>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)\s+(?:of\s+)?(?P<y>{_YEAR})"),
    ("month", rf"{_ABOUT}(?P<m>{_MONTH}),?\s+(?:of\s+)?(?P<y>{_YEAR})"),
    ("years", rf"(?:(?:[Bb]etween|[Ff]rom)\s+)?(?P<y>{_YEAR})\s*(?:and|to|until|–|-)\s*(?P<z>{_YEAR})(?![-/\d])"),  # noqa: E501
    ("daymonth", rf"(?P<d>{_DAY})(?:\s+of)?\s+(?P<m>{_MONTH})(?!\w)|(?P<m2>{_MONTH})\s+(?P<d2>{_DAY})(?![\d,]*\d)(?!\w)"),  # noqa: E501
    ("relative", r"[Tt]he\s+(?P<which>next|following|previous|same)\s+(?P<unit>day|morning|evening|night|week|month|year)"),  # noqa: E501
    ("relative", r"[Tt]he\s+(?P<unit>day|night|week|month|year)\s+(?P<which>before|after)(?!\s+(?:the|a|an|it|that|this|they)\b)"),  # noqa: E501
    ("counted", rf"(?P<n>{_COUNT})\s+(?P<unit>days?|weeks?|months?|years?)\s+(?P<which>later|earlier|before|afterwards|ago)(?!\s+(?:the|a|an)\b)"),  # noqa: E501
    ("near", r"(?P<which>[Ll]ast|[Nn]ext|[Tt]his)\s+(?P<unit>week|month|year)|(?P<word>[Yy]esterday|[Tt]omorrow)"),  # noqa: E501
    ("weekday", r"(?:(?P<which>last|next)\s+)?(?P<w>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"),  # noqa: E501
    ("barmonth", rf"(?<=[Ii]n )(?P<m>{_MONTH})|(?<=[Ss]ince )(?P<m2>{_MONTH})|(?<=[Bb]y )(?P<m3>{_MONTH})|(?<=last )(?P<m4>{_MONTH})|(?:(?<=early )|(?<=late )|(?<=mid-))(?P<m5>{_MONTH})|(?P<m6>{_MONTH})(?= (?:and|or|to) {_MONTH} {_YEAR})"),  # noqa: E501
    ("year", rf"(?:(?<=[Ii]n )|(?<=[Ss]ince )|(?<=[Bb]y )|(?<=[Uu]ntil )|(?<=[Dd]uring )|(?<=of )|(?<=early )|(?<=late )|(?<=mid-)|(?<=[Bb]efore )|(?<=[Aa]fter )|(?<=[Ff]rom )|(?<=, )|(?<=around )|(?<=circa ))(?P<y>{_YEAR})(?=[\s.,;:)]|$)(?!\s+(?:people|men|women|children|houses|residents))"),  # noqa: E501
)  # fmt: skip
_ONE = tuple((name, re.compile(rf"(?<![\w/.-])(?:{pattern})(?!\w)")) for name, pattern in _PATTERNS)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that say when: where they are, their shape, and the parts of it that are there."""

    start: int
    end: int
    shape: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    until: int | None = None
    step: int | None = None
    unit: str = ""
    about: bool = False

    @property
    def absolute(self) -> bool:
        """Whether it carries its year."""
        return self.year is not None


def mentions(text: str, start: int = 0, end: int | None = None) -> list[Mention]:
    """Every date in a run of text, in order; where two shapes overlap, the earlier one in the list above."""
    stop = len(text) if end is None else end
    given: list[Mention] = []
    taken = bytearray(stop - start)
    for name, pattern in _ONE:
        for found in pattern.finditer(text, start, stop):
            place = slice(found.start() - start, found.end() - start)
            if not any(taken[place]):
                taken[place] = b"\1" * (found.end() - found.start())
                given.extend(_mention(name, found))
    return sorted(given, key=lambda mention: mention.start)


def _mention(name: str, found: re.Match[str]) -> Iterator[Mention]:
    given = {key.rstrip("0123456789"): value for key, value in found.groupdict().items() if value}
    month = _month(given)
    day = int(re.sub(r"\D", "", given["d"])) if "d" in given else None
    year = int(given["y"]) if "y" in given else None
    until = int(re.sub(r"\D", "", given.get("e") or given.get("z") or "0")) or None
    step, unit = _step(given)
    yield Mention(
        *found.span(), name, year=year, month=month, day=day, until=until, step=step, unit=unit,
        about="about" in given,
    )  # fmt: skip


def _month(given: dict[str, str]) -> int | None:
    if "s" in given:
        return SEASONS[given["s"].lower()]
    if "m" in given:
        return next(
            number for number, name in enumerate(MONTHS, 1) if name.startswith(given["m"][:3].lower())
        )
    if "w" in given:
        return WEEKDAYS.index(given["w"].lower())
    return int(given["n"]) if "y" in given and "n" in given else None


def _step(given: dict[str, str]) -> tuple[int | None, str]:
    """How many units to count from the basis; minus is before it."""
    unit = given.get("unit", "").rstrip("s")
    unit = {"morning": "day", "evening": "day", "night": "day"}.get(unit, unit)
    if "word" in given:
        return (-1 if given["word"].lower() == "yesterday" else 1), "day"
    which = given.get("which", "").lower()
    sign = {"next": 1, "following": 1, "after": 1, "later": 1, "afterwards": 1, "same": 0, "this": 0}.get(
        which, -1
    )
    if "n" in given and unit:
        count = 1 if given["n"].lower() in {"a", "an"} else number_value(given["n"])
        return (None if count is None else sign * count), unit
    return (sign if which else None), unit
