"""DOCX: paragraphs, headings, lists, tables and notes, with their place in the XML inside the file.

A part is a file of the package, such as `word/document.xml`; raw offsets are characters of that file. Deleted
words of tracked changes are left out, inserted ones kept, and that is said. No document type, no entity, no
bomb: sizes are counted while they are unpacked. Shown right by `tests/record/test_docx.py`.
"""

import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from amanat.errors import Malformed
from amanat.record.source import Source
from amanat.record.text import Builder, ReadingText

__all__ = ["EXTRACTOR", "MAX_PART_BYTES", "read"]

EXTRACTOR = "amanat docx 1"
MAX_PART_BYTES = 64 * 1024 * 1024
_BODY = "word/document.xml"
_NOTES = {"word/footnotes.xml": "footnote", "word/endnotes.xml": "endnote"}
_CHANGED = "It has tracked changes; what was deleted is left out, what was inserted is read."


def read(source: Source, encoding: str) -> ReadingText:
    """The reading text of a DOCX. `encoding` means nothing here."""
    del encoding
    builder = Builder()
    parts: dict[str, str] = {}
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            names = set(archive.namelist())
            for name in (_BODY, *(note for note in _NOTES if note in names)):
                parts[name] = _part(builder, _unpack(archive, name), name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        KeyError,
        RuntimeError,
        NotImplementedError,
        OSError,
        EOFError,
        ValueError,
    ) as error:
        raise Malformed("a damaged DOCX", where="source", hint="Open it and save it again.") from error
    return builder.finish(source_sha256=source.sha256, extractor=EXTRACTOR, encoding="DOCX", part_text=parts)


def _unpack(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).flag_bits & 1:
        raise Malformed("an encrypted DOCX", where="source", hint="Save a copy without a password.")
    with archive.open(name) as packed:
        data = packed.read(MAX_PART_BYTES + 1)
    if len(data) > MAX_PART_BYTES:
        raise Malformed("more text than can be read at once", where="source", hint="Split it into parts.")
    return data


def _part(builder: Builder, data: bytes, name: str) -> str:
    # Offsets are counted in UTF-8, so the part is read as UTF-8 whatever it was.
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("a damaged DOCX", where=name) from error
    reader = _Reader(builder, text, name)
    try:
        reader.parse()
    except expat.ExpatError as error:
        raise Malformed("a damaged DOCX", where=name, hint="Open it and save it again.") from error
    return text


class _Reader:
    def __init__(self, builder: Builder, text: str, part: str) -> None:
        self.builder, self.text, self.part = builder, text, part
        self.data = text.encode("utf-8")
        self.wide = len(self.data) != len(text)
        self.seen_byte = self.seen_char = 0
        self.in_text = False
        self.deleted = 0
        self.tables = 0
        self.kind, self.level = "paragraph", 0
        self.began = False
        self.note: str | None = None
        self.parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self.parser.buffer_text = False
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.refuse

    def parse(self) -> None:
        self.parser.Parse(self.data, True)
        self.builder.close()

    def refuse(self, *_: object) -> None:
        raise Malformed("a document type where none may be", where=self.part)

    @property
    def at(self) -> int:
        """The character where the parser is."""
        byte = self.parser.CurrentByteIndex
        if not self.wide:
            return byte
        self.seen_char += len(self.data[self.seen_byte : byte].decode("utf-8", "ignore"))
        self.seen_byte = byte
        return self.seen_char

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if tag == "tbl":
            self.tables += 1
            if self.tables == 1:
                self.builder.open("table")
        elif tag == "p":
            self.kind, self.level, self.began = self.normal(), 0, False
        elif tag == "pStyle":
            self.style(given.get("val", ""))
        elif tag == "numPr" and self.kind == "paragraph":
            self.kind = "list"
        elif tag in {"del", "moveFrom"}:
            self.deleted += 1
            if _CHANGED not in self.builder.notes:
                self.builder.notes.append(_CHANGED)
        else:
            self.inside(tag)

    def normal(self) -> str:
        return "note" if self.part in _NOTES else "paragraph"

    def inside(self, tag: str) -> None:
        if tag == "t":
            self.in_text = not self.deleted
        elif tag in {"tab", "br", "cr"} and self.began:
            self.builder.space("\t" if tag == "tab" else "\n")

    def style(self, name: str) -> None:
        lowered = name.lower().replace(" ", "")
        if lowered.startswith(("heading", "title", "subtitle")):
            self.kind = "heading"
            self.level = int(lowered[-1]) if lowered[-1].isdigit() else 1
        elif "list" in lowered:
            self.kind = "list"
        elif "quote" in lowered:
            self.kind = "quote"

    def characters(self, written: str) -> None:
        if not self.in_text:
            return
        start = self.at
        if not self.began and not self.tables:
            self.builder.open(self.kind, level=self.level)
        self.began = True
        # A reference such as &amp; is one call of its own and longer in the file than on the page.
        end = start + len(written)
        if self.text[start:end] != written:
            end = self.text.find(";", start) + 1 if self.text.startswith("&", start) else end
        self.builder.add(written, part=self.part, raw=(start, end))

    def end(self, name: str, /) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "t":
            self.in_text = False
        elif tag in {"del", "moveFrom"}:
            self.deleted -= 1
        elif tag == "p" and not self.tables:
            self.builder.close()
        elif tag in {"p", "tc", "tr"} and self.tables:
            self.builder.space({"p": " ", "tc": "\t", "tr": "\n"}[tag])
        elif tag == "tbl":
            self.tables -= 1
            if not self.tables:
                self.builder.close()
