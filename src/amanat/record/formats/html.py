"""HTML: what a browser would show, with the place of every character in the file.

Scripts, styles, forms and hidden parts are left out; navigation, header and footer are kept as matter round
the text. Nothing it points to is fetched. The tokens are those of Python's `html.parser`, which knows
positions. Shown right by `tests/record/test_html.py`.
"""

import html
import re

from amanat.record.encoding import decode
from amanat.record.formats.htmltokens import Token, tokens
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
_PIECE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});?|[^\s&]+|\s+|&")
_STYLE = re.compile(r"style\s*=\s*(\"[^\"]*\"|'[^']*'|\S+)", re.I)
_HIDDEN_TAG = re.compile(r"\shidden(?=[\s=/>])", re.I)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)


def read(source: Source, encoding: str) -> ReadingText:
    """The reading text of HTML."""
    decoded = decode(source.data, stated=encoding)
    reader = _Reader(decoded.text)
    if decoded.guessed:
        reader.builder.notes.append(GUESSED)
    for token in tokens(decoded.text):
        reader.take(token)
    return reader.builder.finish(
        source_sha256=source.sha256,
        extractor=EXTRACTOR,
        encoding=decoded.encoding,
        part_text={"": decoded.text},
    )


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.builder = Builder()
        self.opened: list[tuple[str, bool]] = []
        self.silent = 0
        self.around = 0
        self.in_table = 0
        self.space = False
        self.row_fresh = True

    def take(self, token: Token) -> None:
        """Take the next token."""
        if token.kind == "start":
            self.start(token)
        elif token.kind == "end":
            self.end(token.name)
        elif not self.silent:
            self.words(token.start, token.end)

    def start(self, token: Token) -> None:
        tag = token.name
        if tag == "br":
            self.break_line()
        if tag in _VOID or len(self.opened) >= _DEPTH:
            return
        style = _STYLE.search(token.attributes)
        unseen = bool(_HIDDEN_TAG.search(token.attributes)) or bool(style and _HIDDEN.search(style[1]))
        hidden = tag in _SILENT or unseen
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

    def end(self, tag: str) -> None:
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

    def words(self, start: int, end: int) -> None:
        for word in _PIECE.finditer(self.text, start, end):
            if word[0].startswith("&"):
                self.reference(word[0], word.span())
            elif word[0].isspace():
                self.white(word.span())
            else:
                self.put(word[0], *word.span())

    def white(self, raw: tuple[int, int]) -> None:
        if self.space and self.builder.kind:
            self.builder.add(" ", part="", raw=raw, same=self.text[raw[0] : raw[1]] == " ")
        self.space = False

    def put(self, text: str, start: int, end: int) -> None:
        if self.silent:
            return
        if self.builder.kind is None:
            self.open("paragraph")
        self.builder.add(text, part="", raw=(start, end), same=text == self.text[start:end])
        self.space = True

    def reference(self, written: str, raw: tuple[int, int]) -> None:
        """`&amp;` and the like; what is no reference is text."""
        shown = html.unescape(written)
        if shown.isspace():
            self.white(raw)
        elif shown:
            self.put(shown, *raw)
