"""PDF by fpdf2, with the whole record as JSON attached. One font for Latin, Cyrillic, Greek and Arabic
script, shaped by HarfBuzz, so that Urdu reads as it is written."""

from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from amanat.record.exports import document
from amanat.record.exports.docx import is_right_to_left, printable
from amanat.record.exports.pages import Line, lines
from amanat.record.record import Record

__all__ = ["write"]

_FONT = Path(__file__).resolve().parent.parent / "fonts" / "DejaVuSans.ttf"
# Size in points, space above and indent in millimetres.
_LOOKS = {
    "title": (18, 0, 0),
    "heading": (14, 5, 0),
    "item": (10.5, 3, 0),
    "quote": (10.5, 0.5, 6),
    "note": (8.5, 0.5, 6),
}


def write(record: Record) -> bytes:
    """The file; its date is that of the record, so the same record gives the same bytes."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(record.made_at or datetime(2000, 1, 1, tzinfo=UTC))
    pdf.set_title(record.title)
    pdf.set_lang("en")
    pdf.add_font("DejaVu", fname=_FONT)
    pdf.set_font("DejaVu", size=10)
    pdf.set_text_shaping(True)
    pdf.set_auto_page_break(True, margin=18)
    pdf.add_page()
    for line in lines(record):
        _write_line(pdf, line)
    pdf.embed_file(
        bytes=document.write(record),
        basename="record.json",
        desc="The whole record",
        mime_type="application/json",
    )
    return bytes(pdf.output())


def _write_line(pdf: FPDF, line: Line) -> None:
    size, above, indent = _LOOKS[line.kind]
    pdf.ln(above)
    pdf.set_font_size(size)
    pdf.set_text_color(90 if line.kind == "note" else 0)
    right = is_right_to_left(line.text)
    pdf.set_x(pdf.l_margin + (0 if right else indent))
    pdf.multi_cell(
        pdf.epw - indent,
        size * 0.5,
        printable(line.text),
        align="R" if right else "L",
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )
