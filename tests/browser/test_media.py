"""What a case takes as a document: papers, never pictures, sound or films, whatever their name."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from browser.pages import STATIC, chromium, encoded, in_page, served

pytestmark = pytest.mark.browser
READ = """
const { kindOf } = await import("/static/amanat/media.js");
return given.map((bytes) => kindOf(fromBase64(bytes)));
"""


def archive(*names: str) -> bytes:
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w") as made:
        for name in names:
            made.writestr(name, b"invented")
    return place.getvalue()


KINDS = {
    "paper": [
        b"A letter, invented.\n", "ایک خط".encode(), b"BMW is how this text begins", b"%PDF-1.7\n%\xe2\xe3",
        archive("[Content_Types].xml", "word/document.xml"), archive("mimetype", "content.xml"),
        archive("[Content_Types].xml", "docProps/thumbnail.jpeg"),
    ],
    "media": [
        b"\xff\xd8\xff\xe0" + bytes(20), b"\x89PNG\r\n\x1a\n" + bytes(20), b"GIF89a\x00" + bytes(20),
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(9), b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(9),
        b"\x00\x00\x00\x18ftypmp42" + bytes(9), b"\x00\x00\x00\x18ftypheic" + bytes(9),
        b"\x1aE\xdf\xa3" + bytes(20), b"OggS\x00" + bytes(20), b"ID3\x04\x00" + bytes(20),
        b"\xff\xfb\x90\x00" + bytes(20), (b"\x47" + bytes(187)) * 3,
    ],
    "pictures": [
        archive("[Content_Types].xml", "word/media/image1.jpeg"),
        archive("mimetype", "content.xml", "Pictures/one.PNG"),
        archive("[Content_Types].xml", "word/embeddings/inside.zip"),
    ],
    "unknown": [
        b"", bytes(20), archive("one.jpg"), archive("one.txt"), b"PK\x03\x04",
        b"<svg/>", b"\x7fELF\x02",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser, served(static=STATIC) as address:
        page = browser.new_page()
        page.goto(address)
        yield page


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_file_is_told_by_its_first_bytes(page: Page, kind: str) -> None:
    assert in_page(page, READ, [encoded(file) for file in KINDS[kind]]) == [kind] * len(KINDS[kind])
