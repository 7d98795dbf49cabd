import pytest

from amanat.record.reading import read_source
from amanat.server.statements.rules.packing import digest_of, pack_item, pack_text, unpack_item, unpack_text
from record_makers import docx_of, item_of, paragraph, pdf_of, source_of


@pytest.mark.parametrize(
    "data",
    [
        b"A plain text.\n\n\xe2\x82\xac 3 of it.",
        b"== Head ==\nWords<ref>A note.</ref> [[here]].",
        docx_of(paragraph("Head", "Heading1") + paragraph("Some words.")),
        pdf_of("First page.", "Second page."),
    ],
    ids=["plain", "wikitext", "docx", "pdf"],
)
def test_a_reading_text_comes_back_as_it_was(data: bytes) -> None:
    doc = read_source(source_of(data))
    again = unpack_text(pack_text(doc))
    assert again == doc
    assert (again.sha256, again.prose) == (doc.sha256, doc.prose)


def test_an_item_comes_back_as_it_was_and_its_digest_tells_one_from_another() -> None:
    text = "On 3 May 2014 the ministry said that at least 280 children were affected."
    source = source_of(text)
    items = [
        item_of(source, "event", text, what="said", when="3 May 2014"),
        item_of(source, "figure", text, number="at least 280", counted="children"),
    ]
    assert [unpack_item(pack_item(item)) for item in items] == items
    assert digest_of(pack_item(items[0])) != digest_of(pack_item(items[1]))
