"""The public figures and their preview as they are drawn: axe finds nothing, nothing is wider than a phone,
in both languages and both themes. The pages are the server's; the counts are invented.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from amanat.server.ledger.jobs import sequence
from amanat.server.public import actions, queries
from amanat.server.public.rules.tally import Tally
from browser.pages import STATIC, chromium, served
from server.makers import NOW, found, make_person
from server.referrals.doors import client_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
POLICE = {"answered": 21, "refused": 6, "passed_on": 5, "returned": 2, "lapsed": 17, "waiting": 9}
SCHOOLS = {"answered": 12, "refused": 0, "passed_on": 0, "returned": 0, "lapsed": 3, "waiting": 1}
BUSY = Tally(
    received=142,
    waiting=13,
    reports={"open": 61, "closed": 58, "merged": 9, "out_of_scope": 14},
    districts={"kohsar": 44, "wadi": 3},
    sent=76,
    sent_to={"police": 60, "school": 16},
    kinds={"police": POLICE, "school": SCHOOLS},
    sent_districts={"kohsar": 31},
    acknowledge_days=[1] * 90 + [4] * 39,
    answer_days={"police": [9] * 14 + [40] * 13, "school": [3] * 12},
)


@pytest.fixture
def pages(data_folder: Path, tmp_path: Path, client: Client, monkeypatch) -> Path:
    """A folder with the pages after a release and its correction, and before any."""
    found()
    names = {"kohsar": {"en": "Kohsar", "ur": "کوہسار"}}
    monkeypatch.setattr(queries, "districts", lambda: names)
    folder = tmp_path / "pages"
    folder.mkdir()

    def keep(name: str, page: bytes) -> None:
        (folder / name).write_bytes(page)

    keep("none-en.html", client.get("/en/figures/").content)
    monkeypatch.setattr(queries, "tally", lambda **_now: BUSY)
    _lines, digest = queries.preview(now=NOW)
    actions.release(by=None, now=NOW, digest=digest)
    _lines, digest = queries.preview(now=NOW)
    actions.release(by=None, now=NOW, digest=digest, corrects=1, note="Some reports were left out.")
    sequence(now=NOW + timedelta(minutes=20))
    keep("corrected-en.html", client.get("/en/figures/1/").content)
    chandni = client_of(make_person("chandni", "supervisor"))
    for language in ("en", "ur"):
        keep(f"figures-{language}.html", client.get(f"/{language}/figures/").content)
        keep(f"log-{language}.html", client.get(f"/{language}/log/").content)
        keep(
            f"preview-{language}.html",
            chandni.get("/staff/figures/", headers={"accept-language": language}).content,
        )
    return folder


def test_the_pages_of_the_figures_pass_axe_and_fit_a_phone(pages: Path) -> None:
    found: list[str] = []
    # The browser only now: in its thread Django opens no database.
    with served(static=STATIC, pages=pages) as url, chromium() as browser:
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
            page = context.new_page()
            for file in sorted(pages.iterdir()):
                page.goto(f"{url}/pages/{file.name}")
                found += [f"{file.name} {scheme} {wrong}" for wrong in faults(page)]
                if kept := os.environ.get("SCREENSHOTS"):
                    page.screenshot(path=f"{kept}/{file.stem}-{scheme}.png", full_page=True)
            context.close()
    assert found == []
    for file in pages.glob("figures-*.html"):
        assert file.read_text().count("<svg") == 3


def faults(page: Page) -> list[str]:
    wrong = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in wrong]
    return [*found, "too wide"] if wide > 0 else found
