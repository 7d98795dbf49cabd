"""A source tells its kind from its bytes, keeps them, and refuses what cannot be read with what to do."""

import hashlib

import pytest

from amanat.errors import Malformed
from amanat.record.source import DOCX, HTML, MAX_BYTES, PDF, PLAIN, WIKITEXT, Source, media_type_of
from record_makers import docx_of, paragraph, pdf_of


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"A line of text.\n", PLAIN),
        ("اردو میں ایک سطر۔".encode(), PLAIN),
        ("A text".encode("utf-16"), PLAIN),
        (b"= Varrow Weir =\nText.\n", WIKITEXT),
        (b"The '''weir''' of [[Tessmar]].", WIKITEXT),
        (b"<!DOCTYPE html><title>x</title>", HTML),
        (b"<p>One</p>", HTML),
        (pdf_of("Text"), PDF),
        (docx_of(paragraph("Text")), DOCX),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_kind_is_told_from_the_bytes(data, kind):
    assert media_type_of(data) == kind


@pytest.mark.parametrize(
    ("data", "hint"),
    [
        (b"\x89PNG\r\n\x1a\n", "OCR"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".docx"),
        (b"PK\x03\x04broken", "original"),
        (b"abc\0def", "plain text"),
        (b"\x1f\x8b\x08", "Unpack"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data, hint):
    with pytest.raises(Malformed) as caught:
        media_type_of(data)
    assert hint in caught.value.hint


def test_the_bytes_are_kept_and_hashed():
    source = Source(data=b"text", media_type=PLAIN)
    assert source.sha256 == hashlib.sha256(b"text").hexdigest()
    assert "text" not in repr(source).replace("text/plain", "")


def test_too_much_and_unknown_kinds_are_refused():
    with pytest.raises(Malformed, match="more than 64 MiB"):
        Source(data=bytes(MAX_BYTES + 1), media_type=PLAIN)
    with pytest.raises(Malformed, match="kind of document"):
        Source(data=b"", media_type="image/png")
