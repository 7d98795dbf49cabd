"""The encoding is told; a guess is said; what a decoder cannot read is refused."""

import pytest

from amanat.errors import Malformed
from amanat.record.encoding import decode
from amanat.record.formats.plain import GUESSED
from record_makers import reading_of


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16"])
def test_marks_and_utf_8_are_seen(name):
    found = decode("Péter said نہیں".encode(name))
    assert (found.text, found.encoding, found.guessed) == ("Péter said نہیں", name, False)


def test_what_a_page_says_of_itself_is_believed():
    found = decode('<meta charset="windows-1256"><p>سلام</p>'.encode("windows-1256"))
    assert found.encoding == "windows-1256"
    assert "سلام" in found.text


def test_a_guess_is_told_to_the_person():
    doc = reading_of("Péter said so.".encode("windows-1252"))
    assert doc.encoding == "windows-1252"
    assert doc.notes == (GUESSED,)


@pytest.mark.parametrize("name", ["utf-8", "rot13", "no-such", "base64", "utf-8\0"])
def test_a_wrong_encoding_is_refused_with_what_to_do(name):
    with pytest.raises(Malformed) as caught:
        decode(b"\xff\xfe\xfd\x81", stated=name)
    assert "--encoding" in caught.value.hint


def test_a_false_declaration_is_refused():
    with pytest.raises(Malformed):
        decode(b"<meta charset='shift_jis'>\xff\xff\xff")
