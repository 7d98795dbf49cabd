"""DOCX: paragraphs, headings, tables, notes and tracked changes, with their place in the XML; bombs are
refused."""

import contextlib
import zipfile
from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.record.formats import docx as docx_format
from amanat.record.source import DOCX
from record_makers import assert_map, docx_of, paragraph, reading_of, span_of


def test_every_kind_of_block_is_told():
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    row = f"<w:tr>{cell.format('Upper')}{cell.format('41')}</w:tr>"
    note = f'<w:footnote w:id="2">{paragraph("A note.")}</w:footnote>'
    body = (
        paragraph("Head", "Heading2") + paragraph("R&amp;D é &lt;b&gt; نہیں") + paragraph("One", "ListBullet")
    )
    doc = reading_of(
        docx_of(f"{body}<w:tbl>{row}</w:tbl>{paragraph('Said.', 'Quote')}", footnotes=note), DOCX
    )
    found = [(block.kind, doc.text[block.start : block.end].strip()) for block in doc.blocks]
    assert found == [
        ("heading", "Head"),
        ("paragraph", "R&D é <b> نہیں"),
        ("list", "One"),
        ("table", "Upper \t41"),
        ("quote", "Said."),
        ("note", "A note."),
    ]
    assert_map(doc)
    (place,) = doc.places(span_of(doc, "نہیں"))
    assert doc.part_text[place.part][place.start : place.end] == "نہیں"
    (place,) = doc.places(span_of(doc, "A note"))
    assert place.part == "word/footnotes.xml"


def test_deleted_words_are_left_out_and_that_is_said():
    body = "<w:p><w:r><w:t>It was </w:t></w:r><w:del><w:r><w:delText>never</w:delText><w:t>x</w:t></w:r></w:del><w:ins><w:r><w:t>closed.</w:t></w:r></w:ins></w:p>"  # noqa: E501
    doc = reading_of(docx_of(body), DOCX)
    assert doc.text.strip() == "It was closed."
    assert "tracked changes" in doc.notes[0]


def test_a_document_type_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document xmlns:w="w"><w:t>&b;</w:t></w:document>'  # noqa: E501
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", bomb)
    with pytest.raises(Malformed, match="document type"):
        reading_of(out.getvalue(), DOCX)


def test_a_bomb_is_refused_while_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(docx_format, "MAX_PART_BYTES", 10_000)
    with pytest.raises(Malformed, match="more text than can be read"):
        reading_of(docx_of(paragraph("a" * 20_000)), DOCX)


def test_damage_is_refused():
    data = bytearray(docx_of(paragraph("Some words of a document.")))
    for at in range(0, len(data), 7):
        broken = bytes(data[:at]) + bytes([data[at] ^ 0x55]) + bytes(data[at + 1 :])
        with contextlib.suppress(Malformed):
            assert_map(reading_of(broken, DOCX))
