"""PDF: text with page and box; pictures of text, passwords and damage are refused with what to do."""

import contextlib
from io import BytesIO

import pypdf
import pytest

from amanat.errors import Malformed
from amanat.record.source import PDF
from record_makers import assert_map, pdf_of, reading_of, span_of

LONG = "The council met. " * 40


def test_pages_and_boxes_are_kept():
    doc = reading_of(pdf_of(LONG, "On page two the weir gave way."), PDF)
    assert_map(doc)
    span = span_of(doc, "weir gave way")
    (place,) = doc.places(span)
    assert place.part == "page 2"
    assert len(place.boxes) == 3
    left, bottom, right, top = place.boxes[0]
    assert 0 < left < right < 596
    assert 0 < bottom < top < 842
    assert doc.page(span[0]) == 2


def test_a_page_of_pictures_is_said_and_a_file_of_them_refused():
    doc = reading_of(pdf_of(LONG, ""), PDF)
    assert "No text on page 2" in doc.notes[0]
    with pytest.raises(Malformed) as caught:
        reading_of(pdf_of("", ""), PDF)
    assert "ocrmypdf" in caught.value.hint


def test_a_password_is_said():
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(BytesIO(pdf_of("Secret words."))))
    writer.encrypt("password", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(Malformed, match="encrypted") as caught:
        reading_of(out.getvalue(), PDF)
    assert "without a password" in caught.value.hint


@pytest.mark.parametrize("cut", [5, 200, 1000])
def test_damage_is_refused_or_read_but_never_worse(cut):
    data = pdf_of(LONG)
    for broken in (data[:cut], data[:cut] + b"\xff" * 50 + data[cut + 50 :], data[: len(data) - cut]):
        with contextlib.suppress(Malformed):
            assert_map(reading_of(broken, PDF))


def test_urdu_is_read_from_a_pdf():
    doc = reading_of(pdf_of("کمیشن نے رپورٹ شائع کی۔"), PDF)
    assert doc.page(0) == 1
    assert "\N{ARABIC LETTER KEHEH}" in doc.text
