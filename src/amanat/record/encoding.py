"""From bytes to characters, said aloud: a mark at the head, UTF-8, what the document says of itself, or a
guess.

What a decoder cannot read is never dropped: the text is refused, or the guess is told. Line ends stay as they
are, so an offset in the decoded text is an offset in what every other tool decodes. Shown right by
`tests/record/test_encoding.py`.
"""

import codecs
import re
from dataclasses import dataclass

from amanat.errors import Malformed

__all__ = ["Decoded", "decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.I)
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters, the encoding they were in, and whether that is a guess."""

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, *, stated: str = "") -> Decoded:
    """The characters of a text; `stated` is what a person says the encoding is. Raises `Malformed`."""
    if stated:
        return Decoded(_as(data, stated), stated)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return Decoded(_as(data, name), name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        declared = _DECLARED.search(data[:_HEAD_BYTES])
    if declared and (name := declared[1].decode("ascii").lower()) not in {"utf-8", "utf8"}:
        return Decoded(_as(data, name), name)
    return Decoded(_as(data, "windows-1252"), "windows-1252", guessed=True)


def _as(data: bytes, name: str) -> str:
    hint = "Say which encoding it is in, for example: --encoding windows-1256"
    try:
        if not codecs.lookup(name)._is_text_encoding:
            raise LookupError(name)
        return data.decode(name)
    except (LookupError, UnicodeError, ValueError) as error:
        raise Malformed("the characters cannot be decoded", where="source", hint=hint) from error
