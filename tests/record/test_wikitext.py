"""Wikitext: what a reader sees, with notes kept apart, and nothing that makes it slow."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.record.formats.wikipairs import pairs_of
from amanat.record.source import WIKITEXT
from record_makers import assert_map, reading_of

ARTICLE = """{{Infobox | name = {{nowrap|x}} }}
'''Tessmar''' is a ''town''.<ref name="a">A {{cite|b}} note.</ref> It has 41 [[house|houses]]<ref name="a" /> &amp; a
[[File:Weir.jpg|thumb|The [[weir]]]]market.<!-- hidden -->

== History ==
* First [https://example.org entry]
# Second<br>line
{{quote|Words of somebody.}}
{| class="wikitable"
! Place !! style="x" | Houses
|-
| Upper || 41
|}
See <nowiki>[[this]]</nowiki>.

== See also ==
* [[Other]]
[[Category:Towns]]
"""  # noqa: E501


def test_a_reader_sees_the_words_and_nothing_else():
    doc = reading_of(ARTICLE, WIKITEXT)
    found = [(block.kind, doc.text[block.start : block.end].strip()) for block in doc.blocks]
    assert found == [
        ("paragraph", "Tessmar is a town. It has 41 houses & a\nmarket."),
        ("matter", "A  note."),
        ("heading", "History"),
        ("list", "First entry"),
        ("list", "Second\nline"),
        ("paragraph", "Words of somebody."),
        ("table", "Place\tHouses\nUpper\t41"),
        ("paragraph", "See [[this]]."),
        ("heading", "See also"),
        ("matter", "Other"),
    ]
    assert_map(doc)
    note = doc.blocks[1]
    assert note.about == doc.text.index(" It has")


def test_headings_of_dumps_in_plain_text_are_headings():
    doc = reading_of("= Title =\n\nText here.\n\n == Deeper == \nMore.\n", WIKITEXT)
    assert [(block.kind, block.level) for block in doc.blocks] == [
        ("heading", 1), ("paragraph", 0), ("heading", 2), ("paragraph", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hostile",
    ["{{" * 9000, "[[" * 9000, "<ref>" * 9000, "'''" * 9000, "{|\n" * 9000, "&#" * 9000, "<" * 9000, "=" * 9000,  # noqa: E501
     "[[a|" * 3000 + "]]" * 3000, "<ref>a" * 3000 + "</ref>" * 3000, "<!--" * 9000, "[http://" * 5000, "{{a|" * 3000 + "}}" * 3000,  # noqa: E501
     "<math>" * 5000],
)  # fmt: skip
def test_hostile_wikitext_is_read_and_keeps_its_map(hostile):
    assert_map(reading_of(f"Some words. {hostile}\nLast words.", WIKITEXT))


@pytest.mark.parametrize("end", ["-->", "</nowiki>", "</ref>", "}}", "]]", "|}"])
def test_an_end_without_an_opening_is_no_failure(end: str):
    assert_map(reading_of(f"Some words {end} and last words.", WIKITEXT))
    assert pairs_of(f"a {end} b") == {}


def test_an_opening_without_an_end_is_text():
    doc = reading_of("A [[town and {{a weir and <ref>a note.", WIKITEXT)
    assert doc.text.strip() == "A [[town and {{a weir and a note."


@given(st.text(st.sampled_from("{}[]|'<>ref/!-= \nab&;#*:\""), max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_marks_keep_the_map(text):
    assert_map(reading_of(f"x{text}", WIKITEXT))


@given(st.text(st.sampled_from("{}[]|<>ref/!-"), max_size=60))
def test_pairs_begin_before_they_end_and_never_cross_the_end(text):
    for start, end in pairs_of(text).items():
        assert 0 <= start < end <= len(text)
