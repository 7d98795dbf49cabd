"""Referrals in the page: which are ours, when an answer is due, the sealed letter, a lapse, the news."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from playwright.sync_api import Page

from amanat.receipt.chain import Chain, Fresh
from amanat.receipt.leaf import cover_leaf, tag
from amanat.receipt.promise import promise_key_name
from amanat.receipt.referring import Referring
from amanat.receipt.updates import sign_updates, updates_of
from amanat.sealing.words import to_words
from amanat.strict import decode_base64
from amanat.tlog.keys import ED25519, Signer
from browser.pages import STATIC, chromium, encoded, in_page, served
from server.makers import ANSWERS

pytestmark = pytest.mark.browser
NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=10)
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
FRESH = Fresh(0, b"\0" * 32)
ORIGIN = "amanat.example/log"
SIGNER = Signer(promise_key_name(ORIGIN), ED25519, b"\x20" * 32)
BODIES = [{"id": 1, "name": "Court", "overseen_by": None}, {"id": 2, "name": "Police", "overseen_by": 1}]
OPEN = """
const R = await import("/static/amanat/referrals.js");
const { openThread } = await import("/static/amanat/thread.js");
const threadKey = fromBase64(given.threadKey);
const thread = await openThread({ threadKey, reportId: given.reportId, events: given.events });
const opened = await R.openReferrals(threadKey, thread, given.referrals);
"""
READ = f"""{OPEN}
const found = R.survey({{ opened, institutions: given.bodies, threads: [thread], now: given.now }});
const findings = found.found.map(({{ kind, referral }}) => [kind, referral]);
return {{ problems: opened.map(({{ problem }}) => problem), holders: found.holders, findings,
  due: opened.map((one) => one.problem === null ? R.dueOf(one) : null) }};
"""
PROVE = f"""
for (const [kind, id] of [["div", "timeline"], ["div", "referrals"], ["template", "referral-texts"]]) {{
  document.body.append(Object.assign(document.createElement(kind), {{ id }}));
}}
const {{ proveLapse }} = await import("/static/amanat/reporter-referrals.js");
{OPEN}
const asked = [];
const findTags = async (tags, size, from) => {{
  asked.push([tags.map(toBase64), size, from]);
  return new Map(given.found ? [[toBase64(tags[0]), 7]] : []);
}};
const checkpoint = {{ inLogBy: given.inLogBy, size: 900, root: new Uint8Array(32) }};
const readLog = async () => ({{ checkpoint, reader: {{ findTags }} }});
const said = await proveLapse({{ readLog }}, opened[0]);
return {{ said, asked }};
"""
SEAL = """
const L = await import("/static/amanat/letter.js");
const secret = fromBase64(given.secret), base = "https://amanat.example/referral/";
const address = L.addressOf(base, secret);
const read = L.secretOf(new URL(address).hash);
const wrong = ["", "#", "#v1.", "#v1.AAAA", "#v2.AAAAAAAAAAAAAAAAAAAAAA", "#v1.!"].map(L.secretOf);
const sealed = toBase64(await L.sealLetter({ secret, base, recipient: given.recipient }));
return { sealed, address, read: toBase64(read), wrong };
"""
WATCH = f"""
const U = await import("/static/amanat/updates.js");
{OPEN}
let told = 0;
const settled = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const known = {{ threadKey, thread, keyAddress: "/files/key", every: 20 }};
const stop = U.watch("/files/updates", known, opened, () => {{ told += 1; }});
while (given.news && told === 0) await settled(20);
await settled(200);
stop();
return told;
"""


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


@pytest.fixture
def page(tab: Page, tmp_path: Path) -> Iterator[Page]:
    """An empty page of a server that also gives what is in the test's folder."""
    with served(static=STATIC, files=tmp_path) as address:
        tab.goto(address)
        yield tab
        tab.goto("about:blank")


class Handed:
    """A thread with one referral to the court, as the server shows it."""

    def __init__(self) -> None:
        self.chain = Chain()
        _sealed, received = self.chain.report(ANSWERS, [RECIPIENT], now=NOW, fresh=FRESH)
        self.court = Referring(self.chain.keys.thread_key)
        sent = self.chain.event(
            "referred",
            "Invented.",
            by_reporter=False,
            now=NOW,
            fresh=FRESH,
            counterparty="Court",
            due_time=DUE,
            payload={"referral": self.court.referral_id},
        )
        self.events = [
            {"seq": made.seq, "leaf": encoded(made.leaf), "sealed": encoded(made.record), "index": None}
            for made in (received, sent)
        ]
        self.rows = [row_of(self.court, 1)]

    def take(self, row: int, referring: Referring, kind: str, **more: Any) -> None:
        step = referring.step(kind, "Invented.", now=NOW + timedelta(days=1), fresh=FRESH, **more)
        shown = {"seq": step.seq, "head": encoded(step.head), "body": encoded(step.body), "index": None}
        self.rows[row]["steps"].append(shown)

    def given(self, **more: Any) -> dict[str, Any]:
        return {
            "threadKey": encoded(self.chain.keys.thread_key),
            "reportId": self.chain.report_id,
            "events": self.events,
            "referrals": self.rows,
            "bodies": BODIES,
            "now": milliseconds(NOW + timedelta(days=2)),
            **more,
        }


def row_of(referring: Referring, institution: int, parent: str | None = None) -> dict[str, Any]:
    named = {"id": referring.referral_id, "parent": parent, "number": referring.number}
    return {**named, "institution": institution, "due": None, "clock": "running", "steps": []}


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_a_referral_that_no_step_of_ours_sent_is_named_and_counts_for_nothing(page: Page) -> None:
    handed = Handed()
    invented = Referring(handed.chain.keys.thread_key, number=1)
    elsewhere = Referring(b"\x05" * 32)
    handed.rows += [row_of(invented, 2), row_of(elsewhere, 2)]
    found = in_page(page, READ, handed.given())
    assert found["problems"] == [None, "unknown", "unknown"]
    assert found["holders"] == [1]


def test_a_transfer_is_followed_below_its_own_key_and_the_first_date_is_kept(page: Page) -> None:
    handed = Handed()
    police = Referring(handed.court.keys.key)
    onward = {"payload": {"referral": police.referral_id}, "counterparty": "Police"}
    handed.take(0, handed.court, "transferred", **onward)
    handed.rows.append(row_of(police, 2, handed.court.referral_id))
    found = in_page(page, READ, handed.given())
    assert found["problems"] == [None, None]
    assert found["holders"] == [2]
    assert found["due"] == [milliseconds(DUE), None]
    handed.rows[1]["parent"] = None
    assert in_page(page, READ, handed.given())["problems"] == [None, "unknown"]


def test_a_lapse_is_found_from_the_chain_alone_and_an_answer_in_time_ends_it(page: Page) -> None:
    handed, later = Handed(), milliseconds(DUE + timedelta(days=1))
    lapse = ["lapse", handed.court.referral_id]
    assert in_page(page, READ, handed.given())["findings"] == []
    assert in_page(page, READ, handed.given(now=later))["findings"] == [lapse]
    handed.take(0, handed.court, "answered")
    assert in_page(page, READ, handed.given(now=later))["findings"] == []


def test_a_lapse_is_proven_by_the_next_tag_and_only_under_a_later_witnessed_tree(page: Page) -> None:
    handed, later = Handed(), milliseconds(DUE) + 1
    handed.take(0, handed.court, "delivered")
    wanted = encoded(tag(handed.court.keys.key, 1))
    proven = in_page(page, PROVE, handed.given(inLogBy=later))
    assert proven == {"said": "lapse-proven", "asked": [[[wanted], 900, 0]]}
    for early in (None, milliseconds(DUE) - 1):
        assert in_page(page, PROVE, handed.given(inLogBy=early)) == {"said": "prove-early", "asked": []}
    assert in_page(page, PROVE, handed.given(inLogBy=later, found=True))["said"] == "lapse-not-proven"


def test_a_letter_for_an_institution_with_a_key_opens_for_it_alone(page: Page) -> None:
    court, other = (pyrage.x25519.Identity.generate() for _ in range(2))
    secret = bytes(range(16))
    given = {"secret": encoded(secret), "recipient": str(court.to_public())}
    made = in_page(page, SEAL, given)
    sealed = decode_base64(made["sealed"])
    words, address, empty = pyrage.decrypt(sealed, [court]).decode().split("\n")
    assert words == " ".join(to_words(secret))
    assert (address, empty) == (made["address"], "")
    assert made["read"] == encoded(secret)
    assert set(made["wrong"]) == {None}
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [other])


def test_news_is_told_once_when_a_next_step_is_in_the_signed_file(page: Page, tmp_path: Path) -> None:
    handed = Handed()
    handed.take(0, handed.court, "delivered")
    given = handed.given()
    step = handed.court.step("answered", "Invented.", now=NOW, fresh=FRESH)
    (tmp_path / "key").write_text(f"{SIGNER.verifier}\n")
    for leaves, key, told in (
        ([step.leaf, cover_leaf()], SIGNER, 1),
        ([cover_leaf(), cover_leaf()], SIGNER, 0),
        ([step.leaf, cover_leaf()], Signer(SIGNER.name, ED25519, b"\x21" * 32), 0),
    ):
        note = sign_updates(updates_of(ORIGIN, size=1000, leaves=leaves), key)
        (tmp_path / "updates").write_bytes(note)
        assert in_page(page, WATCH, {**given, "news": bool(told)}) == told
