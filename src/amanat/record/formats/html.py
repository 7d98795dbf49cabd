"""HTML: what a browser would show, with the place of every character in the file.

Scripts, styles, forms and hidden parts are left out; navigation, header and footer are kept as matter round
the text. Nothing it points to is fetched. The tokens are those of Python's `html.parser`, which knows
positions. Shown right by `tests/record/test_html.py`.
"""

import html
import re
from html.parser import HTMLParser
from itertools import accumulate

from amanat.record.encoding import decode
from amanat.record.formats.plain import GUESSED
from amanat.record.source import Source
from amanat.record.text import Builder, ReadingText

__all__ = ["EXTRACTOR", "read"]

EXTRACTOR = "amanat html 1"
_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "head",
        "select",
        "textarea",
        "button",
        "iframe",
        "object",
    ]
)
_AROUND = frozenset(["nav", "header", "footer", "aside", "form"])
_BLOCKS = {
    **{f"h{level}": "heading" for level in range(1, 7)},
    **dict.fromkeys(
        ("p", "div", "section", "article", "main", "body", "dd", "dt", "figcaption", "address"), "paragraph"
    ),
    "li": "list",
    "table": "table",
    "blockquote": "quote",
    "pre": "paragraph",
}
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)
_DEPTH = 2000
_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def read(source: Source, encoding: str) -> ReadingText:
    """The reading text of HTML."""
    decoded = decode(source.data, stated=encoding)
    reader = _Reader(decoded.text)
    if decoded.guessed:
        reader.builder.notes.append(GUESSED)
    reader.feed(decoded.text)
    reader.close()
    return reader.builder.finish(
        source_sha256=source.sha256,
        extractor=EXTRACTOR,
        encoding=decoded.encoding,
        part_text={"": decoded.text},
    )


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.builder = Builder()
        self.lines = [0, *accumulate(len(line) for line in text.split("\n"))]
        self.opened: list[tuple[str, bool]] = []
        self.silent = 0
        self.around = 0
        self.in_table = 0
        self.space = False
        self.row_fresh = True

    @property
    def at(self) -> int:
        """Where the token begins; `getpos` counts lines from 1."""
        line, column = self.getpos()
        return self.lines[line - 1] + (line - 1) + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.break_line()
        if tag in _VOID or len(self.opened) >= _DEPTH:
            return
        hidden = tag in _SILENT or "hidden" in given or bool(_HIDDEN.search(given.get("style") or ""))
        self.opened.append((tag, hidden))
        self.silent += hidden
        self.around += tag in _AROUND
        self.in_table += tag == "table"
        self.begin(tag)

    def begin(self, tag: str) -> None:
        if self.in_table and tag != "table":
            if tag == "tr":
                self.row_fresh = True
                self.break_line()
            elif tag in {"td", "th"}:
                self.builder.space("" if self.row_fresh else "\t")
                self.row_fresh = False
        elif tag in _AROUND:
            self.open("matter")
        elif tag in _BLOCKS:
            self.open(_BLOCKS[tag], level=int(tag[1]) if _BLOCKS[tag] == "heading" else 0)
        self.space = False if tag in _BLOCKS else self.space

    def open(self, kind: str, *, level: int = 0) -> None:
        self.builder.open("matter" if self.around else kind, level=level)
        self.space = False

    def handle_endtag(self, tag: str) -> None:
        if not any(name == tag for name, _ in self.opened[-64:]):
            return
        while self.opened:
            name, hidden = self.opened.pop()
            self.silent -= hidden
            self.around -= name in _AROUND
            self.in_table -= name == "table"
            if name == tag:
                break
        if (tag in _BLOCKS or tag in _AROUND) and (tag == "table" or not self.in_table):
            self.builder.close()

    def break_line(self) -> None:
        if self.builder.kind and not self.silent and not self.builder.fresh:
            self.builder.space("\n")
            self.space = False

    def handle_data(self, data: str) -> None:
        start = self.at
        if self.silent:
            return
        for word in re.finditer(r"\S+|\s+", data):
            if word[0].isspace():
                self.white((start + word.start(), start + word.end()))
            else:
                self.put(word[0], start + word.start(), start + word.end())

    def white(self, raw: tuple[int, int]) -> None:
        if self.space and self.builder.kind:
            self.builder.add(" ", part="", raw=raw, same=self.text[raw[0] : raw[1]] == " ")
        self.space = False

    def put(self, text: str, start: int, end: int) -> None:
        if self.silent:
            return
        if self.builder.kind is None:
            self.open("paragraph")
        self.builder.add(text, part="", raw=(start, end))
        self.space = True

    def handle_entityref(self, name: str) -> None:
        self.reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self.reference(f"&#{name}")

    def reference(self, written: str) -> None:
        start = self.at
        end = start + len(written)
        end += self.text[end : end + 1] == ";"
        shown = html.unescape(self.text[start:end])
        if shown.isspace():
            self.white((start, end))
        elif shown:
            self.put(shown, start, end)
