"""A server to which very many report, as it looks from one telephone."""

from pathlib import Path

import pytest
from playwright.sync_api import Request, Route, expect

from stories.living import living
from stories.people import PHONE, chromium, join, make_key, report

pytestmark = pytest.mark.browser


def test_in_a_flood_the_page_works_first_and_the_report_arrives(tmp_path: Path) -> None:
    with living(tmp_path, AMANAT_WORK_AFTER="0") as server, chromium() as browser:
        staff = browser.new_context().new_page()
        join(staff, server.invitation("worker"), "bilal")
        make_key(staff)
        page = browser.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
        proofs: list[str] = []

        def note(request: Request) -> None:
            if request.url.endswith("/report/sealed"):
                proofs.append(request.headers.get("amanat-work", ""))

        page.on("request", note)
        assert len(report(page, server.url, text="An invented report.")) == 12
        assert len(proofs) == 1
        assert proofs[0].split(".")[1] == "12"

        # What the page was told holds no more: it asks anew, works, and sends the same bytes.
        proofs.clear()
        page.goto(f"{server.url}/report/")
        page.fill("#text", "Another invented report.")
        expect(page.locator("#send-sealed")).to_be_enabled(timeout=20_000)
        page.route("**/report/sealed", _with_a_strange_proof, times=1)
        page.click("#send-sealed")
        expect(page.locator("#words li")).to_have_count(12, timeout=20_000)
        assert len(proofs) == 2


def _with_a_strange_proof(route: Route) -> None:
    strange = "1.12.00112233445566778899aabbccddeeff 7"
    route.continue_(headers={**route.request.headers, "amanat-work": strange})
