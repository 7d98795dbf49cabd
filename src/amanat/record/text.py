"""The reading text of a source: what a person reads in it, and from where in the source each part came.

A `Segment` is a run of the reading text with its place in the source: a part (a file of a DOCX, a page of a
PDF, or the whole) and a range of characters in that part; `exact` when both are the same characters one by
one. `part_text` keeps the parts, so that anybody can check. A `Block` says what a run is: heading, paragraph,
list, table, note, quote, or matter round the text. Shown right by `tests/record/test_reading.py`.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from amanat.errors import Malformed

__all__ = ["MAX_CHARS", "Block", "Box", "Builder", "Place", "ReadingText", "Segment", "Span"]

MAX_CHARS = 8_000_000
KINDS = ("heading", "paragraph", "list", "table", "note", "quote", "matter")
READ_BY_RULES = frozenset({"paragraph", "list", "note", "quote"})
Span = tuple[int, int]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Segment:
    """`text[start:end]` came from characters `raw_start` to `raw_end` of `part`; `box` in points, from the
    lower left corner of the page: left, bottom, right, top."""

    start: int
    end: int
    part: str
    raw_start: int
    raw_end: int
    exact: bool
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A run of the reading text and what it is; `level` of a heading, `about` where a note was called."""

    kind: str
    start: int
    end: int
    level: int = 0
    about: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where words are in the source: a part, a range of its characters, and boxes on a page."""

    part: str
    start: int
    end: int
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class ReadingText:
    """The text, its blocks and the map back. `notes` are what the reader of the file has to tell a person."""

    text: str
    source_sha256: str
    extractor: str
    encoding: str
    blocks: tuple[Block, ...]
    segments: tuple[Segment, ...] = field(repr=False)
    part_text: Mapping[str, str] = field(repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, in hex."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def _starts(self) -> list[int]:
        return [segment.start for segment in self.segments]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def prose(self) -> str:
        """The text with headings, tables and back matter blanked by as many spaces, so that no offset
        moves."""
        kept = list(" " * len(self.text))
        for block in self.blocks:
            if block.kind in READ_BY_RULES:
                kept[block.start : block.end] = self.text[block.start : block.end]
        return "".join(kept)

    def segments_in(self, span: Span) -> Iterator[Segment]:
        """Every segment that shares a character with the span."""
        number = max(0, bisect_right(self._starts, span[0]) - 1)
        for segment in self.segments[number:]:
            if segment.start >= span[1]:
                return
            if segment.end > span[0]:
                yield segment

    def places(self, span: Span) -> tuple[Place, ...]:
        """Where the words of a span are in the source, one place a part."""
        found: dict[str, Place] = {}
        for segment in self.segments_in(span):
            first, last = _range(segment, span)
            old = found.get(segment.part, Place(segment.part, first, last))
            boxes = (*old.boxes, segment.box) if segment.box else old.boxes
            found[segment.part] = Place(segment.part, min(old.start, first), max(old.end, last), boxes)
        return tuple(found.values())

    def page(self, offset: int) -> int | None:
        """The page of a character, or None when the source has none."""
        for segment in self.segments_in((offset, offset + 1)):
            if segment.part.startswith("page "):
                return int(segment.part[5:])
        return None

    def block_at(self, offset: int) -> Block | None:
        """The block a character is in."""
        number = bisect_right(self._block_starts, offset) - 1
        block = self.blocks[number] if number >= 0 else None
        return block if block and offset < block.end else None


def _range(segment: Segment, span: Span) -> Span:
    if not segment.exact:
        return segment.raw_start, segment.raw_end
    first = max(span[0], segment.start) - segment.start
    last = min(span[1], segment.end) - segment.start
    return segment.raw_start + first, segment.raw_start + last


class Builder:
    """Collects the reading text in order. Parts are added as text with their place, blocks by `open` and
    `close`."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._segments: list[Segment] = []
        self._blocks: list[Block] = []
        self._open: tuple[str, int, int, int | None] | None = None
        self.notes: list[str] = []

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._length

    def add(self, text: str, *, part: str, raw: Span, box: Box | None = None, same: bool = True) -> None:
        """Add text that came from a range of characters of a part; `same` if they are those very
        characters."""
        if not text:
            return
        exact = same and len(text) == raw[1] - raw[0]
        start = self._length
        last = self._segments[-1] if self._segments else None
        if exact and box is None and last and _joins(last, start=start, part=part, raw=raw[0]):
            self._segments[-1] = Segment(last.start, start + len(text), part, last.raw_start, raw[1], True)
        else:
            self._segments.append(Segment(start, start + len(text), part, *raw, exact, box))
        self._push(text)

    def space(self, text: str) -> None:
        """Add white space that is not in the source."""
        self._push(text)

    def open(self, kind: str, *, level: int = 0, about: int | None = None) -> None:
        """Begin a block on a line of its own; an open one ends."""
        self.close()
        self._open = (kind, self._length, level, about)

    def close(self) -> None:
        """End the open block with a blank line, if it holds something."""
        if self._open is None:
            return
        kind, start, level, about = self._open
        self._open = None
        if self._length > start:
            self._blocks.append(Block(kind, start, self._length, level, about))
            self.space("\n\n")

    @property
    def fresh(self) -> bool:
        """Whether the open block holds nothing yet."""
        return self._open is not None and self._open[1] == self._length

    @property
    def kind(self) -> str | None:
        """What the open block is."""
        return self._open[0] if self._open else None

    def finish(
        self, *, source_sha256: str, extractor: str, encoding: str, part_text: Mapping[str, str]
    ) -> ReadingText:
        """The reading text."""
        self.close()
        return ReadingText(
            text="".join(self._pieces),
            source_sha256=source_sha256,
            extractor=extractor,
            encoding=encoding,
            blocks=tuple(self._blocks),
            segments=tuple(self._segments),
            part_text=part_text,
            notes=tuple(self.notes),
        )

    def _push(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_CHARS:
            raise Malformed("more text than can be read at once", where="source", hint="Split it into parts.")
        self._pieces.append(text)


def _joins(last: Segment, *, start: int, part: str, raw: int) -> bool:
    same = last.exact and last.box is None and last.part == part
    return same and last.end == start and last.raw_end == raw
