"""Comparing figures for a question that a person names: they agree, differ, cannot be compared, or one
denies.

A figure may stand beside another only when a person has said of both that they count what is asked, where and
when it is asked. Until then they cannot be compared, and why is told. Nothing is averaged, no figure is the
best, no source is ranked. Sources that repeat one origin are one voice. Shown right by
`tests/record/test_figures.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from amanat.record.gate import Item
from amanat.record.numberwords import Interval

__all__ = ["Counted", "Pair", "Question", "Reason", "Row", "compare", "pairs", "rows", "text_of"]

AGREE, DIFFER, CANNOT, DENIES = "agree", "differ", "cannot compare", "denies"
_REASONS = {
    "counts other": "{which} counts {something}, which is not what is asked",
    "counts unsaid": "nobody has said yet whether {which} counts what is asked ({noun})",
    "covers other": "{which} is about another place or time",
    "covers unsaid": "nobody has said yet whether {which} is about the place and time that is asked",
    "no number": "{which} gives no number",
    "none": "one says that there was none",
    "both true": "both can be true",
    "not both": "both cannot be true",
    "not both, loose": "both cannot be true as written; nobody said how wide {words} is",
}
_LOOSE = frozenset(
    (
        "about",
        "around",
        "roughly",
        "approximately",
        "some",
        "nearly",
        "almost",
        "an estimated",
        "close to",
        "closer to",
    )
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure put under a question. `counts` and `covers` are what a person said: that it counts what is
    asked, and that it is about where and when it is asked; None while nobody has said."""

    item: Item
    counts: bool | None = None
    covers: bool | None = None
    said_by: str = ""

    @property
    def interval(self) -> Interval:
        """The interval of the figure; open on both sides when its words give none."""
        return self.item.interval or Interval(None, None)

    @property
    def is_denial(self) -> bool:
        """Zero of its own noun: "no instance was reported" says nothing on children."""
        return (self.interval.low, self.interval.high) == (0, 0)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks: what is counted, where and when; and the figures put under it."""

    name: str
    counted: str
    scope: str
    figures: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why two figures stand as they do: its code, which of the two it is about (0 for both), and
    the words of the source that it quotes."""

    code: str
    which: int = 0
    words: str = ""

    def __str__(self) -> str:
        which = ("both", "the first", "the second")[self.which]
        quoted = f"“{self.words}”" if self.words else ""
        return _REASONS[self.code].format(
            which=which, something=quoted or "something else", noun=quoted or "no noun is given", words=quoted
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """How two figures stand to each other, and why. `one_origin`: their sources repeat the same one."""

    first: Counted
    second: Counted
    relation: str
    reasons: tuple[Reason, ...]
    one_origin: bool

    @property
    def why(self) -> str:
        """The reasons in English."""
        return "; ".join(str(reason) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the figure as written, what it counts, where and when, who counted, and which other
    rows repeat the same origin."""

    figure: Counted
    as_written: str
    interval: str
    counted: str
    scope: str
    counted_by: str
    repeats: tuple[str, ...]


def compare(first: Counted, second: Counted, *, origins: Mapping[str, str] | None = None) -> Pair:
    """How two figures of a question stand to each other; `origins` gives the origin of a source, both as
    SHA-256."""
    one = _origin(first, origins) == _origin(second, origins)
    if missing := [*_missing(1, first), *_missing(2, second)]:
        return Pair(first, second, CANNOT, tuple(missing), one)
    relation, reason = _relation(first, second)
    return Pair(first, second, relation, (reason,), one)


def pairs(question: Question, *, origins: Mapping[str, str] | None = None) -> Iterator[Pair]:
    """Every two figures of a question."""
    for first, second in combinations(question.figures, 2):
        yield compare(first, second, origins=origins)


def rows(question: Question, *, origins: Mapping[str, str] | None = None) -> tuple[Row, ...]:
    """The table of a question, in the order in which figures were put under it."""
    return tuple(_row(figure, question.figures, origins) for figure in question.figures)


def text_of(interval: Interval) -> str:
    """`280`, `280 or more`, `400 or fewer`, `280 to 300`, `no number`."""
    low, high = interval.low, interval.high
    if low is None and high is None:
        return "no number"
    if low is None or high is None:
        return f"{low:,} or more" if low is not None else f"{high:,} or fewer"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _missing(which: int, figure: Counted) -> Iterator[Reason]:
    noun = _words(figure.item, "counted") or _words(figure.item, "who")
    if figure.counts is False:
        yield Reason("counts other", which, noun)
    elif figure.counts is None:
        yield Reason("counts unsaid", which, noun)
    if figure.covers is False:
        yield Reason("covers other", which)
    elif figure.covers is None:
        yield Reason("covers unsaid", which)
    if figure.interval.low is None and figure.interval.high is None:
        yield Reason("no number", which)


def _relation(first: Counted, second: Counted) -> tuple[str, Reason]:
    if first.is_denial != second.is_denial and not _meet(first.interval, second.interval):
        return DENIES, Reason("none")
    if _meet(first.interval, second.interval):
        return AGREE, Reason("both true")
    loose = [figure.interval.hedge for figure in (first, second) if figure.interval.hedge.lower() in _LOOSE]
    return DIFFER, Reason("not both, loose", 0, loose[0]) if loose else Reason("not both")


def _meet(first: Interval, second: Interval) -> bool:
    below = first.high is not None and second.low is not None and first.high < second.low
    above = second.high is not None and first.low is not None and second.high < first.low
    return not (below or above)


def _origin(figure: Counted, origins: Mapping[str, str] | None) -> str:
    source = figure.item.quote.source_sha256
    seen = {source}
    while origins and (above := origins.get(source)) and above not in seen:
        seen.add(above)
        source = above
    return source


def _row(figure: Counted, others: Sequence[Counted], origins: Mapping[str, str] | None) -> Row:
    mine = _origin(figure, origins)
    item = figure.item
    return Row(
        figure=figure,
        as_written=_words(item, "number") or _words(item, "names"),
        interval=text_of(figure.interval),
        counted=_words(item, "counted") or _words(item, "who"),
        scope=_words(item, "scope"),
        counted_by=_words(item, "counted_by"),
        repeats=tuple(o.item.id for o in others if o is not figure and _origin(o, origins) == mine),
    )


def _words(item: Item, role: str) -> str:
    anchor = item.words.get(role)
    return " ".join(anchor.exact.split()) if anchor else ""
