"""Reading a source: chooses the file of its format. Heavy libraries are imported only when their format is
read.

Raises `Malformed` with what to do for what cannot be read, `Unavailable` when a library is not installed.
Shown right by `tests/record/test_reading.py` and `test_reading_hostile.py`.
"""

from importlib import import_module

from amanat.errors import Malformed, Unavailable
from amanat.record.source import DOCX, HTML, PDF, PLAIN, WIKITEXT, Source
from amanat.record.text import ReadingText

__all__ = ["read_source"]

_FORMATS = {PLAIN: "plain", WIKITEXT: "wikitext", HTML: "html", PDF: "pdf", DOCX: "docx"}


def read_source(source: Source, *, encoding: str = "") -> ReadingText:
    """The reading text of a source; `encoding` where a person knows better than the bytes say."""
    name = _FORMATS[source.media_type]
    try:
        reader = import_module(f"amanat.record.formats.{name}")
        doc: ReadingText = reader.read(source, encoding)
    except ImportError as error:
        hint = "pip install 'amanat[documents]'"
        raise Unavailable("a library for this format is missing", where="source", hint=hint) from error
    if not doc.text.strip():
        raise Malformed("there is no text in it", where="source", hint="Is it the right file?")
    return doc
