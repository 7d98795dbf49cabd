"""Documents made for tests: sources, a DOCX and a PDF with given text, and items that passed the gate."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from fpdf import FPDF

from amanat.record.gate import Gate, Item
from amanat.record.proposal import Author, Proposal
from amanat.record.reading import read_source
from amanat.record.source import DOCX, PLAIN, Source, media_type_of
from amanat.record.text import ReadingText

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FONT = Path(__file__).resolve().parent.parent / "src/amanat/record/fonts/DejaVuSans.ttf"
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BILAL = Author("person:Bilal", "1")


def source_of(text: str | bytes, media_type: str = "", **known) -> Source:
    data = text.encode() if isinstance(text, str) else text
    return Source(data=data, media_type=media_type or media_type_of(data), **known)


def reading_of(text: str | bytes, media_type: str = PLAIN) -> ReadingText:
    return read_source(source_of(text, media_type))


def assert_map(doc):
    """Segments are in order, apart from each other, and exact where they say so."""
    end = 0
    for segment in doc.segments:
        assert end <= segment.start < segment.end <= len(doc.text)
        end = segment.end
        raw = doc.part_text[segment.part][segment.raw_start : segment.raw_end]
        assert raw
        if segment.exact:
            assert raw == doc.text[segment.start : segment.end]


def docx_of(body: str, **parts: str) -> bytes:
    """A DOCX with this body of `w:` elements; more parts by their name in `word/`."""
    whole = {"document": f"<w:body>{body}</w:body>", **parts}
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, inner in whole.items():
            root = name.rstrip("s") + ("s" if name != "document" else "")
            archive.writestr(f"word/{name}.xml", f'<w:{root} xmlns:w="{W}">{inner}</w:{root}>')
    return out.getvalue()


def paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def pdf_of(*pages: str) -> bytes:
    """A PDF with one text a page; an empty text gives a page that is only a drawing."""
    pdf = FPDF()
    pdf.set_creation_date(NOON)
    pdf.add_font("DejaVu", fname=FONT)
    pdf.set_font("DejaVu", size=11)
    for text in pages:
        pdf.add_page()
        if text:
            pdf.multi_cell(0, 6, text)
        else:
            pdf.rect(20, 20, 60, 60)
    return bytes(pdf.output())


def span_of(doc: ReadingText, words: str) -> tuple[int, int]:
    start = doc.text.index(words)
    return start, start + len(words)


def proposal_of(doc: ReadingText, kind: str, quote: str, labels=None, answers=None, **roles: str) -> Proposal:
    """A proposal that a person makes by selecting words."""
    start, end = span_of(doc, quote)
    places = {role: doc.text.find(words, start, end) for role, words in roles.items()}
    spans = {
        role: (place, place + len(roles[role])) if place >= 0 else span_of(doc, roles[role])
        for role, place in places.items()
    }
    link = span_of(doc, answers) if answers else None
    return Proposal(kind, span_of(doc, quote), spans, BILAL, labels or {}, link)


def item_of(source: Source, kind: str, quote: str, labels=None, **roles: str) -> Item:
    doc = read_source(source)
    found = Gate(source, doc).check(proposal_of(doc, kind, quote, labels, **roles))
    assert isinstance(found, Item), found
    return found


__all__ = [
    "BILAL", "DOCX", "assert_map", "NOON", "docx_of", "item_of", "paragraph", "pdf_of", "proposal_of", "reading_of", "source_of", "span_of",  # noqa: E501
]  # fmt: skip
