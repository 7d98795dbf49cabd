"""Plain text: paragraphs parted by blank lines, headings by their looks, lists and tables by their marks.

Every character keeps its place; only white space at the ends of lines and between blocks is left out.
"""

import re

from amanat.record.encoding import decode
from amanat.record.source import Source
from amanat.record.text import Builder, ReadingText

__all__ = ["EXTRACTOR", "GUESSED", "add_block", "read"]

EXTRACTOR = "amanat plain 1"
GUESSED = "The encoding is a guess; look whether names with accents are right."
_BLOCK = re.compile(r"[^\S\n]*\S[^\n]*(?:\r?\n(?![^\S\n]*\r?\n)[^\S\n]*\S[^\n]*)*")
_LIST = re.compile(r"\s*(?:[-*•–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_HEADING = re.compile(r"(?:\d{1,3}[.)]?\s+)?[^\W\d_].{0,78}\Z")
_ENDS = (".", "!", "?", ";", ",", "۔", "؟", '"', "”", "’")


def read(source: Source, encoding: str) -> ReadingText:
    """The reading text of plain text."""
    decoded = decode(source.data, stated=encoding)
    builder = Builder()
    if decoded.guessed:
        builder.notes.append(GUESSED)
    for block in _BLOCK.finditer(decoded.text):
        add_block(builder, decoded.text, (block.start(), block.end()))
    return builder.finish(
        source_sha256=source.sha256,
        extractor=EXTRACTOR,
        encoding=decoded.encoding,
        part_text={"": decoded.text},
    )


def add_block(builder: Builder, text: str, span: tuple[int, int]) -> None:
    """Add the lines of one block; a heading that stands right above its text becomes a block of its own."""
    lines = [found for found in re.finditer(r"[^\n]+", text[span[0] : span[1]]) if found[0].strip()]
    kind = ""
    for number, line in enumerate(lines):
        after = lines[number + 1][0].strip() if number + 1 < len(lines) else ""
        now = _kind(line[0].strip(), after, first=number == 0, alone=len(lines) == 1)
        if now != kind or now in {"list", "heading"}:
            builder.open(now)
        kind = "paragraph" if now == "list" else now
        stripped = line[0].strip()
        start = span[0] + line.start() + line[0].index(stripped)
        builder.add(stripped, part="", raw=(start, start + len(stripped)))
        if number + 1 < len(lines):
            builder.space("\n")
    builder.close()


def _kind(line: str, after: str, *, first: bool, alone: bool) -> str:
    if line.count("\t") >= 2 or line.count("|") >= 2:
        return "table"
    looks = _HEADING.match(line) and not line.endswith(_ENDS)
    if looks and alone and not _LIST.match(line):
        return "heading"
    if looks and first and (line.isupper() or (len(line) <= 60 and after[:1].isupper())):
        return "heading"
    if looks and re.match(r"\d{1,3}[.)]\s+\S", line) and len(line) <= 60:
        return "heading"
    return "list" if _LIST.match(line) else "paragraph"
