"""A case goes from the ministry to a court, which refuses because the police, named in the case, investigate.

The bounce and the conflict are shown, an oversight body answers, and the reporter sees all of it and proves
it without the server. No word of it reaches the server, its disk or its logs."""

import subprocess
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from stories.canary import hits, hits_below
from stories.living import AMANAT, Living, living
from stories.people import chromium, come_back, join, make_key, open_newest, report, unlock_if_asked

pytestmark = pytest.mark.browser

TEXT = "canary-cormorant keeps the telephones of children by the old mill."
ASKED = "canary-sandpiper: please look into it"
REFUSAL = "canary-kingfisher: the police are investigating"
PAPER = "canary-lapwing: an answer on paper"
REASON = "canary-wren: no other body can seize the telephones."
WAIT = "canary-dunlin: they wait for the telephone company"
ANSWER = "canary-nightjar: we have opened an inquiry"
INSTITUTIONS = ("Ministry of Kohsar", "Court of Kohsar", "Police of Kohsar", "Commission of Kohsar")
DOINGS = {
    "paused": "The clock was stopped for a while",
    "resumed": "The clock runs on",
    "extended": "Days were added to the clock",
}
VERIFIER = Path("src/amanat/server/static/verify.html").absolute()
MAKE = """
from datetime import datetime, UTC
from amanat.cli.apps import prepare
prepare()
from amanat.server.referrals.models import Calendar, Institution, StatutoryClock
calendar = Calendar.objects.create(name="Kohsar", timezone="Asia/Karachi", weekend="5,6")
kinds = ("ministry", "court", "police", "commission")
for name, kind in zip({names!r}, kinds):
    made = Institution.objects.create(name=name, kind=kind, jurisdiction="Kohsar", calendar=calendar)
    StatutoryClock.objects.create(institution=made, request="inquiry", days=10, counting="working",
        starts_on="sent", law="Invented Act, section 7", added=datetime.now(UTC))
"""


def test_from_a_report_to_a_bounce_a_conflict_and_an_answer_that_the_reporter_proves(tmp_path: Path) -> None:
    with chromium() as browser, living(tmp_path) as server:
        make_institutions(server)
        sent: list[bytes] = []
        amna, bilal = browser.new_context(accept_downloads=True), browser.new_context()
        for context in (amna, bilal):
            context.on("request", lambda request: sent.append(request.post_data_buffer or b""))
        staff = bilal.new_page()
        join(staff, server.invitation("worker"), "bilal")
        make_key(staff)
        reporter = amna.new_page()
        words = report(reporter, server.url, text=TEXT)

        open_newest(staff, server.url)
        letter = refer(staff, "Ministry of Kohsar", ASKED)
        ministry = open_letter(browser, server, letter, sent)
        expect(ministry.locator("#package")).to_contain_text(ASKED)
        take(ministry, "acknowledged", "")
        onward = pass_on(ministry, "Court of Kohsar", "It is for the court.")
        court = open_by_code(browser, server, onward, sent)
        expect(court.locator("#package")).to_contain_text(ASKED)
        take(court, "refused", REFUSAL, basis="Invented Rules, order 3", cites="Police of Kohsar")
        # The same letter on another machine shows the same chain, and goes on with it.
        again = open_letter(browser, server, onward, sent)
        expect(again.locator("#steps > li")).to_have_count(2)
        take(again, "message", "You may ask again later.")

        name_body(staff, "Police of Kohsar")
        expect(staff.locator("[data-finding=hollow]")).to_contain_text("Police of Kohsar")
        staff.click("#referring > summary")
        staff.select_option("#refer-institution", label="Police of Kohsar")
        staff.select_option("#refer-request", "inquiry")
        expect(staff.locator("#refer-conflict")).to_be_visible()
        expect(staff.locator("#refer-due time")).to_be_visible(timeout=20_000)
        staff.locator("#refer-better button", has_text="Commission of Kohsar").click()
        expect(staff.locator("#refer-conflict")).to_be_hidden()
        letter = refer(staff, "Commission of Kohsar", ASKED)
        commission = open_letter(browser, server, letter, sent)
        take(commission, "answered", ANSWER)

        # Referring to the named body all the same needs a reason; its answer comes on paper.
        refer(staff, "Police of Kohsar", ASKED, reason=REASON)
        decision = staff.locator("#referral-list > li", has_text="Police of Kohsar").last
        expect(decision).to_contain_text(REASON)
        expect(decision.locator(".decision")).to_contain_text("Bilal")
        change_clock(staff, "Police of Kohsar", "paused")
        expect(staff.locator("#referral-list")).to_contain_text("The clock stands.")
        change_clock(staff, "Police of Kohsar", "resumed")
        change_clock(staff, "Police of Kohsar", "extended", days="3")
        on_paper(staff, "Police of Kohsar", PAPER, tmp_path)
        expect(staff.locator("[data-finding=conflict]")).to_contain_text("Police of Kohsar")

        wait_for_epochs(reporter)
        come_back(reporter, server.url, words)
        see_all(reporter)
        expect(reporter.locator("[data-receipt='2']")).to_have_count(9, timeout=20_000)
        receipts = save_receipts(reporter, tmp_path)
        policy = tmp_path / "policy.txt"
        policy.write_bytes(server.policy.read_bytes())
        planted = [
            TEXT,
            ASKED,
            REFUSAL,
            REASON,
            WAIT,
            PAPER,
            ANSWER,
            " ".join(words),
            " ".join(letter),
            " ".join(onward),
        ]
        assert [text for body in sent for text in hits(body, planted)] == []
        assert hits_below(server.data, planted) == []
        server.stop()
        for receipt, words_shown in receipts:
            check_offline(browser, receipt, policy, words_shown)


def make_institutions(server: Living) -> None:
    import sys

    script = MAKE.format(names=INSTITUTIONS)
    subprocess.run([sys.executable, "-c", script], env=server.environment(), check=True)


def refer(page: Page, institution: str, asked: str, reason: str = "") -> list[str]:
    """Refer the open report, and read the letter that is to be printed."""
    if not page.locator("#refer-form").is_visible():
        page.click("#referring > summary")
    page.select_option("#refer-institution", label=institution)
    page.select_option("#refer-request", "inquiry")
    page.fill("#refer-ask", asked)
    if reason:
        page.fill("#refer-conflict-reason", reason)
    expect(page.locator("#refer-preview")).to_contain_text(asked)
    assert TEXT not in page.locator("#refer-preview").inner_text()
    page.click("#refer-send")
    return letter_of(page)


def letter_of(page: Page) -> list[str]:
    """The words on the letter, which is the same in both languages."""
    expect(page.locator("#letter-out [data-print=en]")).to_be_visible(timeout=20_000)
    page.evaluate("window.print = () => {}")
    found = printed(page, "ur")
    assert printed(page, "en") == found
    return found


def printed(page: Page, language: str) -> list[str]:
    """The words on a letter, which the PDF that a browser makes of it has as well, on two pages at most."""
    page.click(f"#letter-out [data-print={language}]")
    sheet = page.locator("main > .sheet.letter")
    expect(sheet).to_have_attribute("lang", language)
    found = sheet.locator(".words li").all_text_contents()
    paper = PdfReader(BytesIO(page.pdf(format="A4")))
    text = normalize("NFKC", " ".join(part.extract_text() for part in paper.pages))
    assert len(paper.pages) <= 2
    assert [word for word in found if word not in text] == []
    assert len(found) == 12
    return found


def open_letter(browser: Browser, server: Living, words: list[str], sent: list[bytes]) -> Page:
    """Open a letter by its words, in a browser that has never been here."""
    context = browser.new_context()
    context.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    page = context.new_page()
    page.goto(f"{server.url}/en/referral/")
    page.fill("#letter-words", " ".join(words))
    page.click("#letter-open")
    expect(page.locator("#package dl")).to_be_visible(timeout=20_000)
    assert context.cookies() == []
    return page


def open_by_code(browser: Browser, server: Living, words: list[str], sent: list[bytes]) -> Page:
    """Open a letter by the code on it; the secret is gone from the address at once."""
    import base64

    from amanat.sealing.words import from_words

    secret = base64.urlsafe_b64encode(from_words(" ".join(words))).decode().rstrip("=")
    context = browser.new_context()
    context.on("request", lambda request: sent.append(request.post_data_buffer or b""))
    page = context.new_page()
    page.goto(f"{server.url}/en/referral/#v1.{secret}")
    expect(page.locator("#letter-open")).to_be_enabled(timeout=20_000)
    assert "#" not in page.url
    page.click("#letter-open")
    expect(page.locator("#package dl")).to_be_visible(timeout=20_000)
    return page


def take(page: Page, kind: str, text: str, *, basis: str = "", cites: str = "") -> None:
    steps = page.locator("#steps > li").count()
    page.select_option("#step-kind", kind)
    page.fill("#step-text", text)
    if basis:
        page.fill("#step-basis", basis)
    if cites:
        page.select_option("#step-cites", label=cites)
    page.click("#step-send")
    expect(page.locator("#steps > li")).to_have_count(steps + 1, timeout=20_000)


def pass_on(page: Page, institution: str, text: str) -> list[str]:
    page.select_option("#step-kind", "transferred")
    page.fill("#step-text", text)
    page.select_option("#step-to", label=institution)
    page.click("#step-send")
    return letter_of(page)


def name_body(page: Page, institution: str) -> None:
    page.reload()
    unlock_if_asked(page)
    expect(page.locator("#referral-list > li")).to_have_count(2, timeout=20_000)
    page.click("#naming > summary")
    page.locator("#naming-list label", has_text=institution).locator("input").check()
    page.click("#naming-send")
    expect(page.locator("#thread")).to_contain_text(institution, timeout=20_000)


def on_paper(page: Page, institution: str, text: str, folder: Path) -> None:
    scan = folder / "scan.bin"
    scan.write_bytes(b"an invented scan")
    expect(page.locator("#referral-list > li")).to_have_count(4, timeout=20_000)
    if not page.locator("#paper-kind").is_visible():
        page.click("#paper > summary")
    value = page.locator("#paper-referral option", has_text=institution).get_attribute("value")
    page.select_option("#paper-referral", value)
    page.select_option("#paper-kind", "answered")
    page.fill("#paper-text", text)
    page.set_input_files("#paper-scan", scan)
    page.click("#paper-send")
    expect(page.locator("#referral-list")).to_contain_text(text, timeout=20_000)


def change_clock(page: Page, institution: str, what: str, days: str = "") -> None:
    """Stop a clock, let it run on, or add days; the page shows what follows before it is sealed."""
    doings = page.locator("#referral-list .steps h4", has_text=DOINGS[what])
    before = doings.count()
    expect(page.locator("#clocking")).to_be_visible(timeout=20_000)
    if not page.locator("#clock-what").is_visible():
        page.click("#clocking > summary")
    value = page.locator("#clock-referral option", has_text=institution).get_attribute("value")
    page.select_option("#clock-referral", value)
    page.select_option("#clock-what", what)
    if days:
        page.fill("#clock-days", days)
        page.locator("#clock-days").blur()
    shown = page.locator("#clock-due .notice" if what == "paused" else "#clock-due time")
    expect(shown).to_be_visible(timeout=20_000)
    page.fill("#clock-text", WAIT)
    page.click("#clock-send")
    expect(doings).to_have_count(before + 1, timeout=20_000)


def wait_for_epochs(page: Page) -> None:
    """Until what was sent last is in a tree that the witness has seen."""
    page.wait_for_timeout(5000)


def see_all(page: Page) -> None:
    """The reporter's page has every institution, step and finding in its words, each in the public log."""
    rows = page.locator("#referral-list > li")
    expect(rows).to_have_count(4, timeout=20_000)
    for text in (*INSTITUTIONS, REFUSAL, PAPER, ANSWER, REASON, WAIT):
        expect(page.locator("#referral-list")).to_contain_text(text)
    expect(page.locator("#referral-list .wrong:not(.finding)")).to_have_count(0)
    assert sorted(
        finding.get_attribute("data-finding") or "" for finding in page.locator("[data-finding]").all()
    ) == ["conflict", "hollow"]
    assert [row.get_attribute("data-state") for row in rows.all()] == [
        "transferred",
        "refused",
        "answered",
        "answered",
    ]
    expect(page.locator(".chain-map circle")).to_have_count(4)


def save_receipts(page: Page, folder: Path) -> list[tuple[Path, str]]:
    """A receipt of the refusal with its words, and one of the answer without."""
    found = []
    for text, level, shown in ((REFUSAL, 3, REFUSAL), (ANSWER, 2, "answered")):
        step = page.locator("#referral-list .steps > li", has_text=text)
        button = step.locator(f"[data-receipt='{level}']")
        with page.expect_download(timeout=20_000) as download:
            button.click()
        target = folder / download.value.suggested_filename
        download.value.save_as(target)
        found.append((target, shown))
    return found


def check_offline(browser: Browser, receipt: Path, policy: Path, words_shown: str) -> None:
    command = [*AMANAT, "verify", str(receipt), "--policy", str(policy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert words_shown in done.stdout
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(VERIFIER.as_uri())
    script = "([r, p]) => amanatVerify(new Uint8Array(r), p, null)"
    found = page.evaluate(script, [list(receipt.read_bytes()), policy.read_text()])
    assert found["ok"], found
    context.close()
