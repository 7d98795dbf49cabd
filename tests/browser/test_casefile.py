"""Case files, uncertain dates and refused media in the page's modules, in a real Chromium."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import edtf
import pytest
from playwright.sync_api import Page

from browser.pages import STATIC, chromium, encoded, in_page, served
from vector_files import raw

pytestmark = pytest.mark.browser
MODULES = """
const C = await import("/static/amanat/casefile.js");
const E = await import("/static/amanat/edtf.js");
const M = await import("/static/amanat/media.js");
const { canonicalJson, parseJson, fromUtf8, utf8 } = await import("/static/amanat/bytes.js");
const S = await import("/static/amanat/seal.js");
const attempt = async (act) => { try { return await act(); } catch (error) { return refused(error); } };
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with served(static=STATIC) as address, chromium() as browser:
        opened = browser.new_page()
        opened.goto(address)
        yield opened


def ask(page: Page, script: str, argument: Any) -> Any:
    return in_page(page, MODULES + script, argument)


def test_what_python_seals_the_page_opens_at_its_address_alone(page: Page) -> None:
    script = """const [row, link, reason, previous] = given;
    const [caseId, rowId, reportId] = ["00112233445566778899aabbccddeeff", "0f".repeat(16), "f0".repeat(16)];
    const key = fromBase64(row.key);
    const text = async (where, { sealed }) =>
      fromUtf8(canonicalJson(await C.openBody(key, where, fromBase64(sealed))));
    const places = [[rowId, 3], [rowId, 4], [reportId, 3]];
    const [right, nextOne, other] = places.map((at) => C.rowAddress(caseId, ...at));
    const again = await C.sealBody(key, right, parseJson(utf8(row.body)));
    const { threadKey } = await C.openLink(key, caseId, reportId, fromBase64(link.sealed));
    return [
      await text(right, row), threadKey.length, await text(C.reasonAddress(caseId, 7), reason),
      toBase64(await S.openField(key, C.previousAddress(caseId, 2), fromBase64(previous.sealed))),
      await attempt(() => text(nextOne, row)), await attempt(() => text(other, row)),
      again.length === fromBase64(row.sealed).length,
    ];"""
    sealed = raw("casefile")["sealed"]
    row, _link, reason, previous = sealed
    assert ask(page, script, sealed) == [
        *(row["body"], 32, reason["body"], previous["body"], "unverified", "unverified", True)
    ]


def test_texts_of_rows_and_grants_are_judged_alike(page: Page) -> None:
    script = """const read = (text) => C.checkRow(parseJson(utf8(text)));
    const row = (text) => attempt(() => fromUtf8(canonicalJson(read(text))));
    const grant = (text) => attempt(() => C.parseCaseGrant(utf8(text)).generation);
    const all = (act, texts) => Promise.all(texts.map(act));
    const grants = given.grants.accepted.map(({ text }) => text);
    return [await all(row, given.rows.accepted), await all(row, given.rows.refused),
      await all(grant, grants), await all(grant, given.grants.refused)];"""
    given = raw("casefile")
    assert ask(page, script, given) == [
        given["rows"]["accepted"],
        ["malformed"] * len(given["rows"]["refused"]),
        [case["generation"] for case in given["grants"]["accepted"]],
        ["malformed"] * len(given["grants"]["refused"]),
    ]


def test_heads_are_the_revisions_that_no_other_follows(page: Page) -> None:
    script = """const one = (revision, ...parents) => ({ rowId: "a", revision, body: { parents } });
    const heads = (...all) => C.groupRows(all).get("a").heads.map(({ revision }) => revision);
    return [heads(one(1)), heads(one(1), one(2, 1)), heads(one(1), one(2, 1), one(3, 1)),
      heads(one(1), one(2, 1), one(3, 1), one(4, 2, 3)),
      heads(one(1), { rowId: "a", revision: 2, body: null })];"""
    assert ask(page, script, None) == [[1], [2], [2, 3], [4], [1, 2]]


DATES = [
    *("2019", "2019-05", "2019-05-03", "2020-02-29", "1985~", "1985?", "1985%", "2004-06~", "201X", "20XX"),
    *("2004-XX", "1985-04-XX", "1985-XX-XX", "2001-21", "2001-24", "1964/2008", "2004-06/2006-08"),
    *("2004-02-01/2005", "1985-04-12/..", "../1985-04-12", "1985-04-12/", "/1985-04-12", "1984~/2004-06"),
]
NO_DATES = [
    *("", "x", "2019-13", "2019-00", "2019-02-30", "2019-5", "19", "201", "2019/2018/2017", "May 2019"),
    *(
        "2019-25",
        "2019-1X",
        "2019-05-3",
        "2019-21-01",
        "2019??",
        "2020-05/2019",
        "/",
        "../..",
        "2019-05-03T10",
    ),
]


def test_dates_are_those_that_the_python_package_takes(page: Page) -> None:
    script = "return given.map((text) => E.parseEdtf(text) !== null);"
    assert ask(page, script, DATES) == [True] * len(DATES)
    assert ask(page, script, NO_DATES) == [False] * len(NO_DATES)
    for text in DATES:
        edtf.parse_edtf(text)


def test_an_uncertain_date_is_said_in_words(page: Page) -> None:
    words = {"about": "about {date}", "perhaps": "perhaps {date}", "decade": "the ten years from {year}"}
    words |= {"spring": "spring {year}", "between": "from {from} to {to}", "since": "since {from}"}
    words |= {"some-day": "some day of {month}", "until-unknown": "until {to}"}
    script = "return given[1].map((text) => E.sayEdtf(text, given[0], 'en'));"
    dates = [
        "2019-05~",
        "2019?",
        "201X",
        "2001-21",
        "2018/2019-06",
        "2018/..",
        "2019-05-XX",
        "/2019",
        "wrong",
    ]
    assert ask(page, script, [words, dates]) == [
        *(
            "about May 2019",
            "perhaps 2019",
            "the ten years from 2010",
            "spring 2001",
            "from 2018 to June 2019",
        ),
        *("since 2018", "some day of May 2019", "until 2019", "wrong"),
    ]


def office(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "invented")
    return file.getvalue()


MEDIA = {
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(40),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "gif": b"GIF89a" + bytes(40),
    "webp": b"RIFF\x10\0\0\0WEBPVP8 " + bytes(40),
    "heic": b"\0\0\0\x18ftypheic" + bytes(40),
    "mp4": b"\0\0\0\x20ftypisom" + bytes(40),
    "mov": b"\0\0\0\x08moov" + bytes(40),
    "mkv": b"\x1a\x45\xdf\xa3" + bytes(40),
    "avi": b"RIFF\x10\0\0\0AVI " + bytes(40),
    "wmv": bytes.fromhex("3026b2758e66cf11") + bytes(40),
    "mp3": b"ID3\x03" + bytes(40),
    "mp3 without a tag": b"\xff\xfb\x90\x44" + bytes(40),
    "ogg": b"OggS" + bytes(40),
    "ts": (b"\x47" + bytes(187)) * 3,
    "tiff": b"II*\0" + bytes(40),
    "bmp": b"BM" + bytes(40),
}
PAPERS = {
    "pdf": b"%PDF-1.7\n" + bytes(40),
    "text": "شکریہ. BM, GIF8 and ID3 are words here.\n".encode(),
    "text that begins like a picture": b"BM is where it happened, FORM 12 says.",
    "docx": office("[Content_Types].xml", "word/document.xml", "docProps/thumbnail.jpeg"),
    "odt": office("mimetype", "content.xml", "Thumbnails/thumbnail.png"),
}


def test_media_are_refused_by_what_they_are_and_papers_are_kept(page: Page) -> None:
    script = """const kinds = Object.entries(given).map(([name, data]) => [name, M.kindOf(fromBase64(data))]);
    return Object.fromEntries(kinds);"""

    def kinds(files: dict[str, bytes]) -> set[str]:
        found: dict[str, str] = ask(page, script, {name: encoded(data) for name, data in files.items()})
        return set(found.values())

    assert kinds(MEDIA) == {"media"}
    assert kinds(PAPERS) == {"paper"}
    with_pictures = office("[Content_Types].xml", "word/document.xml", "word/media/image1.PNG")
    assert kinds({"docx": with_pictures, "odt": office("mimetype", "content.xml", "Pictures/1.jpg")}) == {
        "pictures"
    }
    others = {
        "zip": office("holiday.jpg"),
        "rar": b"Rar!\x1a\x07\0",
        "svg": b"<svg xmlns='x'/>",
        "noise": bytes(range(256)),
    }
    assert kinds(others) == {"unknown"}
