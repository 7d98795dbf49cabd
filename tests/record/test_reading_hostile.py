"""Any bytes in any format: a reading text whose map holds, and the same again for the same bytes, or
`Malformed`."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.record.reading import read_source
from amanat.record.sentences import sentences_of
from amanat.record.source import DOCX, HTML, MEDIA_TYPES, PDF, PLAIN, WIKITEXT, Source, media_type_of
from record_makers import assert_map, docx_of, paragraph, pdf_of

SEEDS = {
    PLAIN: "Café — “closed”.\r\nNext line\u200c اردو\n\n- list".encode(),
    WIKITEXT: b"== H ==\n'''A''' [[b|c]]<ref>d</ref> {{e|f}}\n{|\n|-\n| g || h\n|}\n",
    HTML: b"<h1>A</h1><p>b &amp; c<table><tr><td>d</table><script>e</script>",
    PDF: pdf_of("Some words on a page."),
    DOCX: docx_of(paragraph("Some words.") + paragraph("H", "Heading1")),
}


@given(kind=st.sampled_from(MEDIA_TYPES), data=st.data())
@settings(max_examples=250, deadline=None)
def test_changed_documents_are_read_or_refused(kind, data):
    seed = SEEDS[kind]
    at = data.draw(st.integers(0, len(seed)))
    upto = data.draw(st.integers(at, min(len(seed), at + 40)))
    changed = seed[:at] + data.draw(st.binary(max_size=24)) + seed[upto:]
    with contextlib.suppress(Malformed):
        source = Source(data=changed, media_type=kind)
        doc = read_source(source)
        assert_map(doc)
        assert read_source(source) == doc
        sentences = sentences_of(doc)
        assert list(sentences) == sorted(sentences)
        assert all(0 <= start < end <= len(doc.text) for start, end in sentences)


@given(st.binary(max_size=200), st.sampled_from(MEDIA_TYPES))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(data, kind):
    for media_type in (lambda: kind, lambda: media_type_of(data)):
        with contextlib.suppress(Malformed):
            assert_map(read_source(Source(data=data, media_type=media_type())))
