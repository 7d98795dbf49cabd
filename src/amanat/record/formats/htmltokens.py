"""The tokens of HTML with their places: start tags, end tags and text, in one pass over any input.

Python's own `html.parser` searches the rest of the file again for each unclosed comment, which lets a small
file stop a server. What a browser swallows to the end of the file (an unclosed comment, tag or script) ends
the text here as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Token", "tokens"]

_NAME = re.compile(r"<(/?)([A-Za-z][^\s/>]{0,63})")
_RAW = frozenset({"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp", "noscript"})
_STOP = re.compile(r"[\"'>]")
_ATTRIBUTES = 4000


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is text, start or end; `name` of the tag in small letters, `attributes` as written."""

    kind: str
    start: int
    end: int
    name: str = ""
    attributes: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Every token in order; comments and declarations are left out."""
    at = 0
    while at < len(text):
        opening = text.find("<", at)
        opening = len(text) if opening < 0 else opening
        if opening > at:
            yield Token("text", at, opening)
        if opening == len(text):
            return
        tag = _NAME.match(text, opening)
        if tag is None:
            end = _other(text, opening)
            if end == opening + 1:
                yield Token("text", opening, end)
        else:
            end = _tag_end(text, tag.end())
            if end <= len(text):
                kind, name = ("end" if tag[1] else "start"), tag[2].lower()
                yield Token(kind, opening, end, name, text[tag.end() : min(end, tag.end() + _ATTRIBUTES)])
                end = _after_raw(text, end, name) if kind == "start" and name in _RAW else end
        at = end


def _other(text: str, opening: int) -> int:
    """The end of a comment or declaration; past the text when it has none; else the `<` alone."""
    if text.startswith("<!--", opening):
        end = text.find("-->", opening + 4)
        return end + 3 if end >= 0 else len(text) + 1
    if text[opening + 1 : opening + 2] in {"!", "?", "/"}:
        end = text.find(">", opening)
        return end + 1 if end >= 0 else len(text) + 1
    return opening + 1


def _tag_end(text: str, at: int) -> int:
    """After the `>` that is not inside a quoted value; past the text when there is none."""
    while stop := _STOP.search(text, at):
        if stop[0] == ">":
            return stop.end()
        quoted = text[max(0, stop.start() - 32) : stop.start()].rstrip().endswith("=")
        at = text.find(stop[0], stop.end()) + 1 if quoted else stop.end()
        if at == 0:
            return len(text) + 1
    return len(text) + 1


def _after_raw(text: str, at: int, name: str) -> int:
    """Where the content of a script or the like ends; the end of the text when it is not closed."""
    found = re.compile(rf"</{name}(?=[\s/>])", re.I).search(text, at)
    return found.start() if found else len(text)
