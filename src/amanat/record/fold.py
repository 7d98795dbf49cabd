"""Folding: the same words on the screen become the same characters, and each keeps the way back.

White space collapses; soft hyphens, zero-width and direction marks go; shapes of quotes and dashes, the
ellipsis and Latin ligatures fold; accents compose (NFC). Case, digits, punctuation and every letter stay:
nothing here makes one word into another. A joiner between letters of a right-to-left script is part of the
word and stays (Urdu needs it). Shown right by `tests/record/test_fold.py` and `test_altered_quotes.py`.
"""

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Folded", "fold"]

_QUOTES = {**dict.fromkeys("‘’‚‛′ʼ`´", "'"), **dict.fromkeys("“”„‟″«»", '"')}
_DASHES = dict.fromkeys("‐‑‒–—―−﹣－", "-")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "…": "..."}
_SHAPES = {**_QUOTES, **_DASHES, **_LIGATURES}
_GONE = frozenset(
    "\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_JOINERS = frozenset("\u200c\u200d")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_BACKTICK = "`"


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text; character `i` of it came from characters `starts[i]` to `ends[i]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> Folded:
    """Fold a text and keep where each character came from."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(folded: str, start: int, end: int) -> None:
        for char in folded:
            out.append(char)
            starts.append(start)
            ends.append(end)

    at = 0
    while at < len(text):
        if (run := _PLAIN.match(text, at)) and _BACKTICK not in run[0] and not _combines(text, run.end()):
            out.extend(run[0])
            starts.extend(range(*run.span()))
            ends.extend(range(run.start() + 1, run.end() + 1))
            at = run.end()
            continue
        end = _cluster(text, at)
        folded = _folded(text, at, end)
        if folded == " " and out and out[-1] == " ":
            ends[-1] = end
        else:
            put(folded, at, end)
        at = end
    return Folded("".join(out), tuple(starts), tuple(ends))


def _combines(text: str, at: int) -> bool:
    return at < len(text) and unicodedata.combining(text[at]) != 0


def _cluster(text: str, at: int) -> int:
    """A character and the marks that combine with it; hidden characters between them do not part them."""
    end = at + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _folded(text: str, at: int, end: int) -> str:
    char = text[at]
    if char in _GONE:
        return text[at + 1 : end]
    if char in _JOINERS:
        return char if _right_to_left(text, at) else text[at + 1 : end]
    if char.isspace():
        return " " + text[at + 1 : end]
    if end == at + 1:
        return _SHAPES.get(char) or unicodedata.normalize("NFC", char)
    return unicodedata.normalize("NFC", _SHAPES.get(char, char) + text[at + 1 : end])


def _right_to_left(text: str, at: int) -> bool:
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return any(unicodedata.bidirectional(char) in {"R", "AL", "NSM"} for char in around)
