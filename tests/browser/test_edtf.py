"""Uncertain dates in the page: what is one, what is none, and how each is said."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from browser.pages import STATIC, chromium, in_page, served

pytestmark = pytest.mark.browser
READ = """
const { parseEdtf, sayEdtf } = await import("/static/amanat/edtf.js");
return given.texts.map((text) => (parseEdtf(text) === null ? null : sayEdtf(text, given.words, "en")));
"""
WORDS = {
    "perhaps": "perhaps {date}", "about": "about {date}", "perhaps-about": "perhaps about {date}",
    "century": "the century from {year}", "decade": "the decade from {year}", "some-day": "a day in {month}",
    "some-month": "a month of {year}", "some-day-of-year": "a day of {year}",
    "spring": "spring {year}", "summer": "summer {year}", "autumn": "autumn {year}",
    "winter": "winter {year}",
    "until": "open until {to}", "until-unknown": "until {to}", "since": "since {from}",
    "since-unknown": "from {from}", "between": "{from} to {to}",
}  # fmt: skip
SAID = {
    "2019": "2019",
    "2019-05": "May 2019",
    "2019-05-03": "May 3, 2019",
    "2019-05~": "about May 2019",
    "2019?": "perhaps 2019",
    "2019-05-03%": "perhaps about May 3, 2019",
    "201X": "the decade from 2010",
    "20XX": "the century from 2000",
    "2019-XX": "a month of 2019",
    "2019-05-XX": "a day in May 2019",
    "2019-XX-XX": "a day of 2019",
    "2019-22": "summer 2019",
    "2000-02-29": "February 29, 2000",
    "2019/2020": "2019 to 2020",
    "../2020": "open until 2020",
    "/2020": "until 2020",
    "2019/..": "since 2019",
    "2019-05/": "from May 2019",
    " 2019 ": "2019",
}
NONE = [
    "", "19", "2019-13", "2019-00", "2019-02-29", "1900-02-29", "2019-04-31", "2019-05-00", "2019-22-01",
    "201X-05", "2019-XX-03", "2020/2019", "../..", "/", "2019/2020/2021", "2019~?", "May 2019", "2019-5",
    "2019-05-03T10:00", "٢٠١٩",
]  # fmt: skip


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser, served(static=STATIC) as address:
        page = browser.new_page()
        page.goto(address)
        yield page


def test_a_date_that_is_not_certain_is_said_in_words(page: Page) -> None:
    said = in_page(page, READ, {"texts": list(SAID), "words": WORDS})
    assert dict(zip(SAID, said, strict=True)) == SAID


def test_what_is_no_date_is_none(page: Page) -> None:
    said = in_page(page, READ, {"texts": NONE, "words": WORDS})
    assert [text for text, words in zip(NONE, said, strict=True) if words is not None] == []
