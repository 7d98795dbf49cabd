"""A source: the bytes of a document as somebody brought them, and what that person knows about them.

The bytes are never changed. Addresses are kept as text and never fetched. The kind of document is told from
the bytes, not from the name. Shown right by `tests/record/test_source.py`.
"""

import hashlib
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from types import MappingProxyType

from amanat.errors import Malformed

__all__ = ["DOCX", "HTML", "MAX_BYTES", "MEDIA_TYPES", "PDF", "PLAIN", "WIKITEXT", "Source", "media_type_of"]

PLAIN = "text/plain"
WIKITEXT = "text/x-wiki"
HTML = "text/html"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA_TYPES = (PLAIN, WIKITEXT, HTML, PDF, DOCX)
MAX_BYTES = 64 * 1024 * 1024

_HEAD_BYTES = 65536
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<body[\s>]|<head[\s>]|<p[\s>].{0,4000}</p>", re.I | re.S)
_WIKI = re.compile(
    rb"^\s*=+[^=\n]{1,200}=+\s*$|\[\[[^\]\n]{1,200}\]\]|^\{\|.*class=|\{\{(?:cite|infobox|main)\b",
    re.I | re.M,
)
# First bytes of what people bring by mistake, and what to do about it.
_FOREIGN: Mapping[bytes, str] = MappingProxyType(
    {
        b"\xd0\xcf\x11\xe0": "Save it as .docx or .pdf first: this is an old or a password-protected office file.",  # noqa: E501
        b"{\\rtf": "Save it as .docx or plain text first.",
        b"\x89PNG": "This is a picture. Make its text readable first (OCR), and bring both.",
        b"\xff\xd8\xff": "This is a picture. Make its text readable first (OCR), and bring both.",
        b"II*\x00": "This is a picture. Make its text readable first (OCR), and bring both.",
        b"\x1f\x8b": "Unpack it first.",
        b"7z\xbc\xaf": "Unpack it first.",
        b"Rar!": "Unpack it first.",
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """One version of one document. `origin` is the SHA-256 of the source it repeats, `replaces` that of its
    earlier version; both in hex."""

    data: bytes = field(repr=False)
    media_type: str
    address: str = ""
    title: str = ""
    publisher: str = ""
    published: date | None = None
    captured_at: datetime | None = None
    captured_by: str = ""
    licence: str = ""
    origin: str = ""
    replaces: str = ""

    def __post_init__(self) -> None:
        if len(self.data) > MAX_BYTES:
            raise Malformed(f"more than {MAX_BYTES >> 20} MiB", where="source", hint="Split it into parts.")
        if self.media_type not in MEDIA_TYPES:
            raise Malformed("not a kind of document that can be read", where="source")

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


def media_type_of(data: bytes) -> str:
    """The kind of document these bytes are; raises `Malformed` with what to do when it is none we read."""
    head = data[:_HEAD_BYTES]
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(data)
    for magic, hint in _FOREIGN.items():
        if head.startswith(magic):
            raise Malformed("not a kind of document that can be read", where="source", hint=hint)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return PLAIN
    if b"\0" in head:
        raise Malformed("not a text", where="source", hint="Bring plain text, wikitext, HTML, PDF or DOCX.")
    return HTML if _HTML.search(head) else WIKITEXT if _WIKI.search(head) else PLAIN


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Malformed("a damaged file", where="source", hint="Bring the original again.") from error
    if "word/document.xml" in names:
        return DOCX
    hint = "Unpack it, or save it as .docx or .pdf first."
    raise Malformed("not a kind of document that can be read", where="source", hint=hint)
