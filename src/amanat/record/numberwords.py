"""Numbers as they are written in English, with the words that loosen them, and what interval that is.

"at least 280" is 280 and more; "up to 400" is 400 and fewer; "280 to 300" is between; "more than 400" begins
at 401; "no" and "none" are zero; "hundreds" has no number. Words such as "about" are kept as written and
widen nothing: how wide "about" is, nobody said. Shown right by `tests/record/test_numbers.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Interval", "Number", "interval_of", "number_value", "numbers"]

_SMALL = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: v
    for v, w in zip(
        range(20, 100, 10),
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        strict=True,
    )
}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "lakh": 10**5,
    "crore": 10**7,
}
_NONE = frozenset({"no", "none", "nobody", "not a single", "not one", "no one", "nil"})
_ATOM = "|".join([*_TENS, *sorted(_SMALL, key=len, reverse=True)])
_WORDS = rf"(?:(?:{_ATOM})(?:[- ](?:{'|'.join(list(_SMALL)[1:10])}))?)(?:\s+(?:hundred|thousand|million|lakh|crore))?(?:\s+and\s+(?:{_ATOM})(?:-(?:{'|'.join(list(_SMALL)[1:10])}))?\b)?"  # noqa: E501
_DIGITS = r"\d{1,3}(?:,\d{2,3})+(?![\d,]*\d)|\d{1,12}(?:\.\d{1,3})?"
_ONE = rf"(?:(?:{_DIGITS})(?:\s+(?:hundred|thousand|million|billion|lakh|crore))?|[Aa]\s+(?:hundred|thousand|million|dozen)(?!\s+of\b)|{_WORDS})"  # noqa: E501
_MIN = r"at least|no fewer than|no less than|not less than|a minimum of|as many as|upwards of"
_OVER = r"more than|over|above|in excess of"
_MAX = r"up to|at most|no more than|not more than|a maximum of"
_UNDER = r"fewer than|less than|under|below"
_ABOUT = r"about|around|roughly|approximately|some|nearly|almost|an estimated|close to|closer to|only|just|exactly|a total of|all|another"  # noqa: E501
_NUMBER = re.compile(
    rf"(?<![\w./:§#-])(?:(?P<hedge>(?:{_MIN}|{_OVER}|{_MAX}|{_UNDER}|{_ABOUT}))\s+)?(?:(?P<between>between|from)\s+)?(?P<a>{_ONE})"
    rf"(?:\s*(?P<to>to|and|or|-|–|—)\s*(?P<b>{_ONE}))?(?![\w/])(?!\.\d|:\d|-[A-Za-z]|\s*(?:a\.m|p\.m|am\b|pm\b))|"
    r"\b(?P<none>no|none|nobody|not a single|not one|no one)\b(?!\.\s*\d)",
    re.I,
)
_LOW = frozenset(_MIN.split("|")) - {"as many as"}
_HIGH = frozenset(_MAX.split("|")) | {"as many as"}


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, None where it is open; `hedge` are the words that loosen it, as written."""

    low: int | None
    high: int | None
    hedge: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """Where a number is written, hedge included, and what it says."""

    start: int
    end: int
    interval: Interval


def number_value(words: str) -> int | None:
    """The value of one number in digits or words, or None."""
    text = " ".join(words.lower().replace("-", " ").replace(",", "").split())
    if text in _NONE:
        return 0
    match = re.fullmatch(r"(\d+)(?:\.(\d+))?(?: (hundred|thousand|million|billion|lakh|crore))?", text)
    if match:
        scale = _SCALES.get(match[3] or "", 1)
        whole = int(match[1]) * scale + (int(match[2]) * scale // 10 ** len(match[2]) if match[2] else 0)
        exact = not match[2] or int(match[2]) * scale % 10 ** len(match[2]) == 0
        return whole if exact else None
    return _spelt(text.split())


def _spelt(words: list[str]) -> int | None:
    total, current = 0, None
    for word in words:
        if word in _SMALL or word in _TENS:
            current = (current or 0) + _SMALL.get(word, _TENS.get(word, 0))
        elif word == "dozen":
            current = 12 * (current or 1)
        elif word in _SCALES:
            current = (current or 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, current = total + current, 0
        elif word not in {"and", "a"}:
            return None
    return None if current is None else total + current


def interval_of(words: str) -> Interval | None:
    """What a whole number phrase says, or None when it is not one."""
    if words.strip().lower() in {"a", "an"}:
        return Interval(1, 1)
    found = _NUMBER.fullmatch(words.strip())
    return _interval(found) if found else None


def numbers(text: str, start: int, end: int) -> Iterator[Number]:
    """Every number phrase in a run of text."""
    at = start
    while found := _NUMBER.search(text, at, end):
        interval = _interval(found)
        last = found.end()
        if interval is None and found["b"]:
            # "six votes to four" is one number; "5 and 6" may be two.
            last = found.end("a")
            value = number_value(found["a"])
            interval = None if value is None else _hedged((found["hedge"] or "").lower(), value)
        if interval is not None:
            yield Number(found.start(), last, interval)
        at = max(last, found.start() + 1)


def _interval(found: re.Match[str]) -> Interval | None:
    if found["none"]:
        return Interval(0, 0, found["none"])
    low = number_value(found["a"])
    if low is None:
        return None
    hedge = " ".join((found["hedge"] or "").lower().split())
    if not found["b"]:
        return None if found["between"] else _hedged(hedge, low)
    high = number_value(found["b"])
    joined = found["to"].lower()
    if high is None or high <= low or (joined == "and" and (found["between"] or "").lower() != "between"):
        return None
    return Interval(low, high, hedge)


def _hedged(hedge: str, value: int) -> Interval:
    if hedge in _LOW:
        return Interval(value, None, hedge)
    if hedge in _HIGH:
        return Interval(None, value, hedge)
    if hedge in _OVER.split("|"):
        return Interval(value + 1, None, hedge)
    if hedge in _UNDER.split("|"):
        return Interval(None, max(0, value - 1), hedge)
    return Interval(value, value, hedge)
