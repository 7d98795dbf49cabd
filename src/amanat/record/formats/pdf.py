"""PDF: the text that is in the file, with page and box of every word, by PDFium.

Raw offsets are the numbers of characters on the page as PDFium counts them. Pictures of text are not read: a
page that has none is said, a file that has none is refused. Shown right by `tests/record/test_pdf.py`.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from amanat.errors import Malformed
from amanat.record.source import Source
from amanat.record.text import Box, Builder, ReadingText, Span

__all__ = ["EXTRACTOR", "MAX_PAGES", "read"]

EXTRACTOR = f"pdfium {pdfium.version.PDFIUM_INFO}"
MAX_PAGES = 3000
_WORD = re.compile(r"\S+|\s+")
_LOCKED = "Ask for a copy without a password, or save one yourself."
_SCANNED = "It is pictures of text. Run OCR first (for example: ocrmypdf), and bring both files."


def read(source: Source, encoding: str) -> ReadingText:
    """The reading text of a PDF. `encoding` means nothing here."""
    del encoding
    document = _open(source.data)
    try:
        return _pages(document, source.sha256)
    except pdfium.PdfiumError as error:
        raise Malformed("a damaged PDF", where="source", hint="Bring the original again.") from error
    finally:
        document.close()


def _open(data: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Malformed("an encrypted PDF", where="source", hint=_LOCKED) from error
        raise Malformed("a damaged PDF", where="source", hint="Bring the original again.") from error


def _pages(document: pdfium.PdfDocument, sha256: str) -> ReadingText:
    if len(document) > MAX_PAGES:
        hint = "Split it into parts."
        raise Malformed(f"more than {MAX_PAGES:,} pages", where="source", hint=hint)
    builder = Builder()
    parts: dict[str, str] = {}
    empty = []
    for number in range(len(document)):
        page = document[number]
        parts[f"page {number + 1}"] = _page(builder, page, f"page {number + 1}")
        if not parts[f"page {number + 1}"].strip():
            empty.append(number + 1)
        page.close()
    if len(empty) == len(parts):
        raise Malformed("there is no text in this PDF", where="source", hint=_SCANNED)
    if empty:
        builder.notes.append(
            f"No text on {_numbers(empty)}: pictures, perhaps. Run OCR first if they matter."
        )
    return builder.finish(source_sha256=sha256, extractor=EXTRACTOR, encoding="PDF", part_text=parts)


def _numbers(pages: list[int]) -> str:
    shown = ", ".join(str(page) for page in pages[:8])
    return f"page{'' if len(pages) == 1 else 's'} {shown}{' …' if len(pages) > 8 else ''}"


def _page(builder: Builder, page: pdfium.PdfPage, part: str) -> str:
    words = page.get_textpage()
    count = words.count_chars()
    text = "".join(_character(words, at) for at in range(count))
    boxes = list(_char_boxes(words, text))
    for paragraph in _paragraphs(text, boxes):
        builder.open("paragraph")
        for word in _WORD.finditer(text, *paragraph):
            if word[0].isspace():
                plain = word[0].replace("\r\n", "\n").replace("\r", "\n")
                builder.add(plain, part=part, raw=word.span(), same=plain == word[0])
            else:
                builder.add(word[0], part=part, raw=word.span(), box=_box(boxes, word.span()))
        builder.close()
    words.close()
    return text


def _character(words: pdfium.PdfTextPage, at: int) -> str:
    code = raw.FPDFText_GetUnicode(words, at)
    # PDFium gives halves of a pair, zeros, and U+FFFE for a hyphen at the end of a line; one character each,
    # always.
    if code == 0xFFFE or code == 2:
        return "\N{SOFT HYPHEN}"
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\N{REPLACEMENT CHARACTER}"


def _paragraphs(text: str, boxes: Sequence[Box | None]) -> Iterator[Span]:
    """Lines belong together while the gap between them is that of lines."""
    start, last = 0, None
    for line in re.finditer(r"[^\r\n]*\S[^\r\n]*", text):
        box = _box(boxes, line.span())
        if last is not None and box is not None and _parted(last, box):
            yield start, line.start()
            start = line.start()
        last = box if box is not None else last
    if text[start:].strip():
        yield start, start + len(text[start:].rstrip())


def _parted(above: Box, below: Box) -> bool:
    height = max(above[3] - above[1], below[3] - below[1], 1.0)
    return above[1] - below[3] > 0.9 * height or below[1] > above[3]


def _box(boxes: Sequence[Box | None], span: Span) -> Box | None:
    """The box round some characters."""
    some = [box for box in boxes[slice(*span)] if box is not None]
    if not some:
        return None
    lefts, bottoms, rights, tops = zip(*some, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _char_boxes(words: pdfium.PdfTextPage, text: str) -> Iterator[Box | None]:
    """The box of each character, None for white space and for what has none."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for at, char in enumerate(text):
        seen = not char.isspace() and raw.FPDFText_GetCharBox(words, at, left, right, bottom, top)
        if seen and right.value > left.value:
            yield round(left.value, 2), round(bottom.value, 2), round(right.value, 2), round(top.value, 2)
        else:
            yield None
