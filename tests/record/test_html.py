"""HTML: what a browser shows, nothing of what it hides, and the place of every character."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.record.source import HTML
from record_makers import assert_map, reading_of

PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body>
<nav>Home | About</nav><h2>A   heading</h2>
<p>Two&nbsp;words &amp; a <b>third</b>, then<br>a line.</p><script>var x = 5;</script>
<ul><li>One<li>Two</ul><blockquote>Said so.</blockquote>
<table><tr><th>Place<th>Houses<tr><td>Upper<td>41</table>
<p hidden>Not shown</p><p style="display: none">Nor this</p><footer>Imprint</footer></body></html>"""


def test_a_reader_sees_what_a_browser_shows():
    doc = reading_of(PAGE, HTML)
    found = [(block.kind, doc.text[block.start : block.end].strip()) for block in doc.blocks]
    assert found == [
        ("matter", "Home | About"),
        ("heading", "A heading"),
        ("paragraph", "Two words & a third, then\na line."),
        ("list", "One"),
        ("list", "Two"),
        ("quote", "Said so."),
        ("table", "Place\tHouses\nUpper\t41"),
        ("matter", "Imprint"),
    ]
    assert_map(doc)


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 5000,
        "<table>" * 3000,
        "</p>" * 5000,
        "&#x110000;" * 500,
        "<!--" * 60_000,
        "<a b='" * 40_000,
        "</" * 90_000,
        "<script>" * 9000,
        "<a <a" * 3000,
    ],
)
def test_hostile_html_is_read(hostile):
    assert_map(reading_of(f"<p>Some words.</p>{hostile}<p>Last words.</p>", HTML))


@given(st.text(st.sampled_from("<>/pdivtabltrh1! -&;#x\n\r ab\"='?[]"), max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_marks_keep_the_map(text):
    with contextlib.suppress(Malformed):
        assert_map(reading_of(f"<p>x{text}", HTML))
