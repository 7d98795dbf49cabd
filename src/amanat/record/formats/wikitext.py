"""Wikitext, and plain text with `= Title =` headings as encyclopedia dumps have it.

Headings, lists, tables and footnotes are blocks of their own; a footnote follows its paragraph and knows
where it was called. Templates are left out but for those that only dress words; so are files, categories and
comments. Our own reader, because the parser everybody uses needs 51 seconds for 20,000 unclosed footnotes
([decision 0029](../../../../docs/decisions/0029-reading.md)). Shown right by `tests/record/test_wikitext.py`.
"""

import html
import re

from amanat.record.encoding import decode
from amanat.record.formats.plain import GUESSED
from amanat.record.formats.wikipairs import pairs_of
from amanat.record.source import Source
from amanat.record.text import Builder, ReadingText, Span

__all__ = ["EXTRACTOR", "read"]

EXTRACTOR = "amanat wikitext 1"
_DEPTH = 16
_INLINE = re.compile(
    r"\{\{|\[\[|\]\]|<!--|<ref\b|<nowiki>|<[/a-z][^<>\n]{0,300}>|'{2,5}|&#?\w{1,10};|\[(?=https?://|//)|__[A-Z]{3,20}__|[^\S\n]*\n",
    re.I,
)
_HEADING = re.compile(r"[^\S\n]*(={1,6})[^\S\n]*([^\n]*?[^\s=][^\n]*?)[^\S\n]*\1[^\S\n]*(?=\n|\Z)")
_LIST = re.compile(r"[*#:;]+[^\S\n]*")
_DROPPED_LINK = re.compile(r"\[\[\s*:?\s*(?:file|image|category|media|[a-z]{2,3}(?:-[a-z]+)?)\s*:", re.I)
_ADDRESS = re.compile(r"\[[^\s\]]{1,2000}[^\S\n]*")
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?blockquote|hr)\b", re.I)
_SILENT = re.compile(
    r"<(math|gallery|timeline|syntaxhighlight|source|score|style|script)\b[^<>]{0,300}(?<!/)>", re.I
)
_ROW = re.compile(r"^[^\S\n]*(\|-|\|\+|\||!)", re.M)
_CELL = re.compile(r"\|\||!!|\n[^\S\n]*[|!]")
_ATTRIBUTES = re.compile(r"[^\[\]{}|\n]{0,200}=[^\[\]{}|\n]{0,200}\|(?!\|)")
# Templates that only dress words, and which of their values are the words.
_DRESS = {"nowrap": 0, "small": 0, "lang": 1, "nobold": 0, "abbr": 0}
_QUOTES = frozenset({"quote", "blockquote", "cquote", "quotation", "quote box"})
_BACK = frozenset(
    {"see also", "references", "external links", "further reading", "notes", "bibliography", "sources"}
)


def read(source: Source, encoding: str) -> ReadingText:
    """The reading text of wikitext."""
    decoded = decode(source.data, stated=encoding)
    reader = _Reader(decoded.text)
    if decoded.guessed:
        reader.builder.notes.append(GUESSED)
    reader.read()
    return reader.builder.finish(
        source_sha256=source.sha256,
        extractor=EXTRACTOR,
        encoding=decoded.encoding,
        part_text={"": decoded.text},
    )


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.pairs = pairs_of(text)
        self.builder = Builder()
        self.notes: list[tuple[Span, int]] = []
        self.back = False

    def read(self) -> None:
        """Line by line at the top, and inside a line whatever it opens."""
        at = 0
        while at < len(self.text):
            at = self.line(at)
        self.end_block()

    def line(self, at: int) -> int:
        """Read from the beginning of a line; returns where the next one begins."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        if not self.text[at:end].strip():
            self.end_block()
            return end + 1
        if heading := _HEADING.match(self.text, at):
            return self.heading(heading)
        if self.text.startswith("{|", self.indent(at)) and self.indent(at) in self.pairs:
            self.end_block()
            return self.table(self.indent(at))
        if marks := _LIST.match(self.text, at):
            self.end_block()
            self.open("list")
            at = marks.end()
        elif self.builder.kind not in {"paragraph", "matter"}:
            self.end_block()
            self.open("paragraph")
        elif self.builder.length:
            self.builder.space("\n")
        return self.inline(at, None, 0)

    def indent(self, at: int) -> int:
        while at < len(self.text) and self.text[at] in " \t:":
            at += 1
        return at

    def open(self, kind: str) -> None:
        self.builder.open("matter" if self.back else kind)

    def heading(self, found: re.Match[str]) -> int:
        self.end_block()
        self.builder.open("heading", level=len(found[1]))
        self.inline(found.start(2), found.end(2), 0)
        self.back = found[2].strip().lower() in _BACK
        self.end_block()
        return found.end() + 1

    def end_block(self) -> None:
        """Close the block; the footnotes that it called follow it."""
        self.builder.close()
        notes, self.notes = self.notes, []
        for span, about in notes:
            self.builder.open("matter", about=about)
            self.inline(*span, 1)
            self.builder.close()

    def table(self, start: int) -> int:
        """One line a row, a tab between cells."""
        end = self.pairs[start]
        body = self.text.find("\n", start)
        self.builder.open("table")
        if 0 <= body < end:
            for row in re.split(r"(?m)^[^\S\n]*\|-[^\n]*$", self.text[body : end - 2]):
                self.row(row, body)
                body += len(row) + self.separator(body + len(row), end)
        self.builder.close()
        return end

    def separator(self, at: int, end: int) -> int:
        found = re.compile(r"[^\S\n]*\|-[^\n]*").match(self.text, at, end)
        return len(found[0]) if found else 0

    def row(self, row: str, start: int) -> None:
        before = self.builder.length
        at = 0
        for cell in [*_CELL.finditer(row), None]:
            stop = cell.start() if cell else len(row)
            self.cell(start + at, start + stop, first=self.builder.length == before)
            at = cell.end() if cell else stop
        if self.builder.length > before:
            self.builder.space("\n")

    def cell(self, start: int, end: int, *, first: bool) -> None:
        if attributes := _ATTRIBUTES.match(self.text, start, end):
            start = attributes.end()
        while start < end and self.text[start] in " \t\n|!+":
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if start < end:
            if not first:
                self.builder.space("\t")
            self.inline(start, end, 1)

    def inline(self, at: int, stop: int | None, depth: int) -> int:
        """Read a run; without `stop` to the end of the line that is outside everything. Returns where it
        ended."""
        end = len(self.text) if stop is None else stop
        while at < end:
            token = _INLINE.search(self.text, at, end)
            if token is None:
                self.add(at, end)
                return end
            self.add(at, token.start())
            at = self.token(token, end, depth)
            if token[0].endswith("\n"):
                if stop is None:
                    return token.end()
                self.builder.space("\n")
        return max(at, end) if stop is not None else at

    def add(self, start: int, end: int) -> None:
        if start < end:
            self.builder.add(self.text[start:end], part="", raw=(start, end))

    def token(self, token: re.Match[str], end: int, depth: int) -> int:
        """Read what one token opens; returns where to go on."""
        word, start = token[0].lower(), token.start()
        closed = self.pairs.get(start)
        if closed is not None and closed <= end and depth < _DEPTH:
            return self.opened(word, start, closed, depth)
        if word in {"{{", "[[", "<!--"}:
            self.add(start, token.end())
        elif word == "[":
            return self.address(start, end)
        elif word.startswith("&"):
            self.builder.add(html.unescape(token[0]), part="", raw=token.span(), same=False)
        elif word.startswith("<") and not word.startswith(("<ref", "<nowiki")):
            return self.tag(token, end)
        elif word == "<ref":
            close = self.text.find(">", start, min(end, start + 500))
            return close + 1 if close >= 0 else token.end()
        return token.end()

    def opened(self, word: str, start: int, closed: int, depth: int) -> int:
        if word == "[[":
            self.link(start, closed, depth)
        elif word == "{{":
            self.template(start, closed, depth)
        elif word == "<ref":
            inner = self.text.find(">", start) + 1
            last = self.text.rfind("<", start, closed)
            if inner < last:
                self.notes.append(((inner, last), self.builder.length))
        elif word == "<nowiki>":
            self.add(start + 8, closed - 9)
        return closed

    def link(self, start: int, closed: int, depth: int) -> None:
        if _DROPPED_LINK.match(self.text, start):
            return
        bar = self.text.find("|", start, closed)
        self.inline(start + 2 if bar < 0 else bar + 1, closed - 2, depth + 1)

    def template(self, start: int, closed: int, depth: int) -> None:
        parts = self.text[start + 2 : closed - 2].split("|")
        name = parts[0].strip().lower()
        wanted = 0 if name in _QUOTES else _DRESS.get(name)
        if wanted is None or len(parts) < wanted + 2 or "{{" in self.text[start + 2 : closed]:
            return
        begin = start + 2 + sum(len(part) + 1 for part in parts[: wanted + 1])
        value = parts[wanted + 1]
        named = re.match(r"\s*(?:text|quote|1)\s*=\s*", value)
        begin += len(named[0]) if named else 0
        self.inline(begin, start + 2 + sum(len(part) + 1 for part in parts[: wanted + 2]) - 1, depth + 1)

    def address(self, start: int, end: int) -> int:
        """`[https://… words]`: the words."""
        found = _ADDRESS.match(self.text, start, end)
        close = self.text.find("]", found.end(), min(end, found.end() + 500)) if found else -1
        if found is None or close < 0 or "\n" in self.text[start:close]:
            self.add(start, start + 1)
            return start + 1
        self.add(found.end(), close)
        return close + 1

    def tag(self, token: re.Match[str], end: int) -> int:
        if _BREAK.match(token[0]):
            self.builder.space("\n")
        if silent := _SILENT.match(token[0]):
            found = re.compile(rf"</{silent[1]}\s*>", re.I).search(
                self.text, token.end(), min(end, token.end() + 20000)
            )
            return found.end() if found else token.end()
        return token.end()
