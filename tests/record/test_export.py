"""Exports: each item with its quote, the hash of its source and who confirmed it; the other programs can read them."""  # noqa: E501

import csv
import json
from datetime import date
from io import BytesIO, StringIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pypdf
import pytest

from amanat.errors import Malformed, NotAllowed
from amanat.record.export import FORMATS, export
from amanat.record.exports.docx import NAMESPACE
from amanat.record.exports.table import COLUMNS, safe_cell
from amanat.record.reading import read_source
from amanat.record.record import Entry, Record, Review
from amanat.record.source import DOCX, PDF, Source
from record_makers import NOON, item_of, source_of

TEXT = (
    "On 14 April 2011 the weir fell in Tessmar. In the summer of 2012 the union <b>said</b> that 12 files were lost. "  # noqa: E501
    "The clerk Ana Bel counted at least 280 files. کمیشن نے کہا کہ رپورٹ شائع ہوگی۔ =1+1 was written on the door."  # noqa: E501
)
SOURCE = source_of(
    TEXT, "text/plain", title="Minutes & notes", address="https://example.org/m", published=date(2013, 1, 2),
    publisher="The Board", licence="CC BY-SA 4.0",
)  # fmt: skip
BY = Review("confirmed", "Bilal", NOON)
ITEMS = [
    item_of(SOURCE, "event", "On 14 April 2011 the weir fell in Tessmar", what="the weir fell in Tessmar", when="14 April 2011", where="Tessmar"),  # noqa: E501
    item_of(SOURCE, "event", "In the summer of 2012 the union", what="In the summer of 2012", when="summer of 2012"),  # noqa: E501
    item_of(SOURCE, "statement", "the union <b>said</b> that 12 files were lost", {"stance": "asserts"}, speaker="the union", content="12 files were lost"),  # noqa: E501
    item_of(SOURCE, "figure", "The clerk Ana Bel counted at least 280 files", number="at least 280", counted="files", counted_by="The clerk Ana Bel"),  # noqa: E501
    item_of(SOURCE, "statement", "کمیشن نے کہا کہ رپورٹ شائع ہوگی", {"stance": "promises"}, speaker="کمیشن", content="رپورٹ شائع ہوگی"),  # noqa: E501
    item_of(SOURCE, "event", "=1+1 was written on the door", what="=1+1 was written on the door"),
]  # fmt: skip
RECORD = Record(
    "Weir <record>",
    (SOURCE,),
    tuple(Entry(item, BY, private={"Ana Bel": "clerk"}) for item in ITEMS),
    NOON,
    "Chandni",
)


def parts_of(data: bytes) -> list[bytes]:
    """What is packed inside a file as well: parts of a DOCX, text and attachments of a PDF."""
    if data.startswith(b"PK"):
        with ZipFile(BytesIO(data)) as archive:
            return [archive.read(name) for name in archive.namelist()] + [export(RECORD, "json")]
    if data.startswith(b"%PDF"):
        reader = pypdf.PdfReader(BytesIO(data))
        attached = [part for parts in reader.attachments.values() for part in parts]
        return [*attached, *(page.extract_text().encode() for page in reader.pages)]
    return [data]


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_the_same_twice_and_holds_no_private_name(form):
    data = export(RECORD, form)
    assert data == export(RECORD, form)
    for part in parts_of(data):
        assert b"Ana" not in part
        assert b"Bel" not in part


@pytest.mark.parametrize("checked_by", ["", "Bilal"])
def test_an_export_needs_a_second_person(checked_by):
    with pytest.raises(NotAllowed):
        export(Record("R", (SOURCE,), (Entry(ITEMS[0], BY),), NOON, checked_by), "csv")


def test_an_unknown_format_is_refused():
    with pytest.raises(Malformed):
        export(RECORD, "xlsx")


def test_annotations_find_their_words_again():
    whole = json.loads(export(RECORD, "jsonld"))
    assert whole["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert whole["total"] == len(ITEMS)
    doc = read_source(SOURCE)
    for annotation in whole["first"]["items"]:
        quote, position = annotation["target"]["selector"]
        assert annotation["target"]["source"]["sha256"] == SOURCE.sha256
        assert annotation["creator"]["name"] == "Bilal"
        if "[clerk]" not in quote["exact"]:
            assert doc.text[position["start"] : position["end"]] == quote["exact"]
            assert doc.text[: position["start"]].endswith(quote["prefix"])


def test_annotations_of_a_pdf_have_page_and_box():
    from record_makers import pdf_of

    source = Source(data=pdf_of("The weir gave way on a Sunday."), media_type=PDF)
    item = item_of(source, "event", "The weir gave way on a Sunday", what="The weir gave way")
    record = Record("R", (source,), (Entry(item, BY),), NOON, "Chandni")
    fragment = json.loads(export(record, "jsonld"))["first"]["items"][0]["target"]["selector"][2]
    assert fragment["value"].startswith("page=1&viewrect=")


def test_the_table_is_read_back_and_runs_nothing():
    rows = list(csv.DictReader(StringIO(export(RECORD, "csv").decode("utf-8-sig"))))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["kind"] for row in rows] == [item.kind for item in ITEMS]
    assert rows[-1]["quote"].startswith("'=1+1")
    assert (rows[3]["low"], rows[3]["high"], rows[3]["counted by"]) == ("280", "", "The clerk [clerk]")
    assert {row["by"] for row in rows} == {"Bilal"}
    assert [safe_cell(text) for text in ("=a", "+a", "-a", "@a", "\ta", "a=")] == [
        "'=a",
        "'+a",
        "'-a",
        "'@a",
        "'\ta",
        "a=",
    ]


@pytest.mark.filterwarnings("ignore")
def test_followthemoney_reads_what_is_written():
    from followthemoney import model

    entities = [json.loads(line) for line in export(RECORD, "ftm").splitlines()]
    assert [entity["schema"] for entity in entities] == [
        "Document",
        "Event",
        "Event",
        "Note",
        "Note",
        "Note",
        "Event",
    ]
    for entity in entities:
        model.get(entity["schema"]).validate(entity)
        proxy = model.get_proxy(entity)
        again = proxy.to_dict()
        assert again["schema"] == entity["schema"]
        assert {name: sorted(values) for name, values in again["properties"].items()} == {
            name: sorted(values) for name, values in entity["properties"].items()
        }
    assert entities[1]["properties"]["date"] == ["2011-04-14"]
    assert entities[2]["properties"]["date"] == ["2012"]


def test_claims_carry_no_rating():
    graph = json.loads(export(RECORD, "claimreview"))["@graph"]
    assert len(graph) == 3
    assert graph[0]["itemReviewed"]["author"]["name"] == "the union"
    assert "Rating" not in json.dumps(graph)


def test_the_timeline_has_every_dated_event_and_no_markup():
    whole = json.loads(export(RECORD, "timelinejs"))
    first, second = whole["events"]
    assert first["start_date"] == {"year": "2011", "month": "4", "day": "14"}
    assert (second["start_date"], second["display_date"]) == ({"year": "2012"}, "summer 2012")
    assert whole["title"]["text"]["headline"] == "Weir &lt;record&gt;"


def test_docx_reads_back_with_the_record_inside():
    data = export(RECORD, "docx")
    doc = read_source(Source(data=data, media_type=DOCX))
    assert doc.text.startswith("Weir <record>")
    assert "“the union <b>said</b> that 12 files were lost”" in doc.text
    assert f"SHA-256 {SOURCE.sha256}" in doc.text
    with ZipFile(BytesIO(data)) as archive:
        root = ElementTree.fromstring(archive.read("customXml/item1.xml"))
        assert b"<w:bidi/>" in archive.read("word/document.xml")
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
    import base64

    assert root.tag == f"{{{NAMESPACE}}}record"
    assert base64.b64decode(root.text) == export(RECORD, "json")


def test_pdf_reads_back_with_the_record_attached():
    data = export(RECORD, "pdf")
    doc = read_source(Source(data=data, media_type=PDF))
    assert "counted at least 280 files" in " ".join(doc.text.split())
    assert "کمیشن"[0] in doc.text
    attached = pypdf.PdfReader(BytesIO(data)).attachments["record.json"][0]
    assert attached == export(RECORD, "json")
    assert json.loads(attached)["items"][0]["review"] == {
        "state": "confirmed",
        "by": "Bilal",
        "at": "2026-01-02T12:00:00Z",
    }
