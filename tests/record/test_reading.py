"""Reading texts keep the way back: every exact segment is the source's own characters, in every format."""

import pytest

from amanat.errors import Malformed
from amanat.record.source import DOCX, HTML, PDF, PLAIN, WIKITEXT
from record_makers import assert_map, docx_of, paragraph, pdf_of, reading_of, span_of

WORDS = "The weir at Tessmar gave way on 14 April 2011, “without warning”."


DOCUMENTS = {
    PLAIN: f"Heading\n\n{WORDS}\nAnd a second line.\n",
    WIKITEXT: f"== Heading ==\n'''The''' [[weir|weir]]{WORDS[8:]}<ref>A note.</ref>\n",
    HTML: f"<h1>Heading</h1><p>The&nbsp;weir{WORDS[8:]}</p>".replace("“", "&ldquo;"),
    PDF: pdf_of(f"{WORDS}\nA second line."),
    DOCX: docx_of(paragraph("Heading", "Heading1") + paragraph(WORDS)),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_exact_segment_is_the_sources_own_characters(kind):
    doc = reading_of(DOCUMENTS[kind], kind)
    assert_map(doc)
    assert "gave way on 14 April 2011" in " ".join(doc.text.split())
    places = doc.places(span_of(doc, "14 April 2011"))
    assert len(places) == 1
    part = doc.part_text[places[0].part]
    assert part[places[0].start : places[0].end] == "14 April 2011"


@pytest.mark.parametrize("kind", [PLAIN, WIKITEXT, HTML, DOCX])
def test_headings_are_kept_apart_and_blanked_for_rules(kind):
    doc = reading_of(DOCUMENTS[kind], kind)
    heading = next(block for block in doc.blocks if block.kind == "heading")
    assert doc.text[heading.start : heading.end] == "Heading"
    assert len(doc.prose) == len(doc.text)
    assert "Heading" not in doc.prose
    assert "14 April 2011" in doc.prose


def test_a_place_in_the_middle_of_a_run_is_counted_to_the_character():
    doc = reading_of("x" * 10 + " Tessmar is a town.")
    (place,) = doc.places((11, 18))
    assert (place.start, place.end) == (11, 18)
    assert doc.page(11) is None
    assert doc.block_at(10**6) is None


@pytest.mark.parametrize("data", ["", "  \n\t\n", "\ufeff"])
def test_a_source_without_text_is_refused(data):
    with pytest.raises(Malformed, match="no text"):
        reading_of(data)


def test_lists_and_tables_of_plain_text_are_kept_apart():
    doc = reading_of("One paragraph\nof two lines.\n\n- first\n- second\n\na\tb\tc\n1\t2\t3\n")
    assert [block.kind for block in doc.blocks] == ["paragraph", "list", "list", "table"]
    assert doc.text.startswith("One paragraph\nof two lines.")
