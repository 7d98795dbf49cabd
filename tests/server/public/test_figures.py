"""Figures from the database to the page: counted, previewed, released, stated, corrected, checked."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from amanat.errors import Conflict, Malformed, NotFound, Unverified
from amanat.server.cases.models import Case, Link
from amanat.server.intake.models import Report
from amanat.server.ledger import queries as ledger
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.proofs import proof_of
from amanat.server.public import actions, queries
from amanat.server.public.models import Release
from amanat.server.public.rules.release import check_release, parse_release, to_csv
from amanat.server.public.rules.tally import OUTCOMES, PARTS, Tally, check
from amanat.server.referrals.actions import referrals
from amanat.server.referrals.models import Referral
from amanat.server.referrals.queries.clocks import preview
from amanat.tlog.fingerprint import fingerprint
from amanat.tlog.window import parse_dated_policy
from server.cases.casework import opened
from server.cases.test_opening import copy, joined
from server.makers import NOW, found, make_person, received
from server.referrals.doors import client_of
from server.referrals.places import give_clock, make_institution
from server.referrals.sending import refer, step_of

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def release(**given) -> Release:
    _lines, digest = queries.preview(now=given.get("now", NOW))
    return actions.release(**{"by": None, "now": NOW, "digest": digest, **given})


def value(figure: str, kind: str = "", district: str = "") -> int | None:
    lines, _digest = queries.preview(now=LATER)
    found = {(line.figure, line.kind, line.district): line.value for line in lines}
    return found.get((figure, kind, district))


def test_every_report_is_counted_in_one_state() -> None:
    bilal = make_person()
    merged, outside, plain = (opened(bilal, reports=number) for number in (2, 3, 4))
    copy(merged, plain)
    joined(merged, plain)
    received()
    closed = [chain.report_id for work in (outside, plain) for chain in work.chains[:2]]
    Report.objects.filter(pk__in=closed).update(state="closed")
    Case.objects.filter(pk=outside.case_id).update(category="out_of_scope")
    Case.objects.filter(pk=plain.case_id).update(district="kohsar")
    tally = queries.tally(now=NOW)
    check(tally)
    assert (tally.received, tally.waiting) == (10, 1)
    assert tally.reports == {"open": 4, "closed": 2, "merged": 2, "out_of_scope": 2}
    assert tally.districts == {"kohsar": 6}
    assert list(tally.acknowledge_days) == [0] * 9


def test_a_report_split_off_after_a_merge_is_not_merged_any_more() -> None:
    bilal = make_person()
    merged, other = opened(bilal), opened(bilal)
    copy(merged, other)
    joined(merged, other)
    elsewhere = opened(bilal)
    Link.objects.filter(report_id=merged.chains[0].report_id, active=True).update(active=False)
    Link.objects.create(case=elsewhere.case, report_id=merged.chains[0].report_id, sealed=b"x")
    assert queries.tally(now=NOW).reports == {"open": 3, "closed": 0, "merged": 0, "out_of_scope": 0}


def test_referrals_are_counted_by_kind_and_outcome_and_lapse_by_themselves() -> None:
    bilal = make_person()
    work = opened(bilal, reports=3)
    Case.objects.filter(pk=work.case_id).update(district="kohsar")
    police, court = make_institution(), make_institution("Court", kind="court")
    give_clock(police)
    made = [refer(bilal, chain, court) for chain in work.chains]
    due = preview(police, "investigation", now=NOW).due
    refer(bilal, work.chains[0], police, number=1, due=due)
    row = Referral.objects.get(pk=made[0].referral_id)
    referrals.take_step(by=None, now=LATER, referral=row, step=step_of(made[0], "answered"))
    tally = queries.tally(now=LATER)
    check(tally)
    assert (tally.sent, tally.sent_to) == (4, {"court": 3, "police": 1})
    assert (tally.kinds["police"]["lapsed"], tally.kinds["police"]["waiting"]) == (1, 0)
    assert queries.tally(now=NOW).kinds["police"]["waiting"] == 1
    assert (tally.kinds["court"]["answered"], tally.kinds["court"]["waiting"]) == (1, 2)
    assert tally.answer_days == {"court": [30]}
    assert tally.sent_districts == {"kohsar": 4}


def test_counts_that_do_not_add_up_are_not_released(monkeypatch) -> None:
    received()
    monkeypatch.setattr(queries, "RECEIVED", "acknowledged")
    with pytest.raises(Conflict, match="received 1 is not open 0 \\+ closed 0 \\+ merged 0"):
        queries.preview(now=NOW)


def test_a_release_shows_no_small_number_and_is_stated_in_the_log(client: Client) -> None:
    for _ in range(7):
        received()
    row = release(note="The first.")
    data = bytes(row.body)
    assert (value("reports.received"), value("reports.closed")) == (5, 0)
    with pytest.raises(NotFound):
        proof_of(row.entry)
    sequence(now=NOW + timedelta(minutes=20))
    proof = client.get("/figures/1.tlog-proof").content
    made, signed = check_release(data, proof, ledger.policy())
    assert (made.number, made.note, signed.checkpoint.size) == (
        1,
        "The first.",
        ledger.published_checkpoint().size,
    )
    assert client.get("/figures/1.json").content == data
    rows = list(csv.DictReader(io.StringIO(client.get("/figures/1.csv").content.decode())))
    assert {line["figure"]: line["value"] for line in rows}["reports.received"] == "5"
    with pytest.raises(Unverified):
        check_release(data.replace(b"The first.", b"The worst."), proof, ledger.policy())


def test_a_correction_is_a_new_release_and_the_old_one_stays(client: Client) -> None:
    first = release()
    with pytest.raises(Malformed):
        release(corrects=1)
    with pytest.raises(Malformed):
        release(corrects=9, note="x")
    release(corrects=1, note="A report was left out.")
    assert bytes(Release.objects.get(number=1).body) == bytes(first.body)
    assert "/figures/2/" in client.get("/en/figures/1/").content.decode()
    assert "A report was left out." in client.get("/en/figures/").content.decode()
    assert client.get("/figures/3/").status_code == 404


def test_what_changed_since_the_preview_is_not_released() -> None:
    _lines, digest = queries.preview(now=NOW)
    for _ in range(5):
        received()
    with pytest.raises(Conflict):
        actions.release(by=None, now=NOW, digest=digest)
    assert not Release.objects.exists()


def test_a_supervisor_looks_and_then_releases_just_that() -> None:
    chandni = client_of(make_person("chandni", "supervisor"))
    page = chandni.get("/staff/figures/").content.decode()
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]
    for _ in range(5):
        received()
    stale = chandni.post("/staff/figures/", {"digest": digest})
    assert stale.status_code == 400
    fresh = re.search(r'name="digest" value="([0-9a-f]{64})"', stale.content.decode())[1]
    assert fresh != digest
    assert chandni.post("/staff/figures/", {"digest": fresh, "note": "Spring"}).status_code == 302
    assert Release.objects.get().author.pseudonym == "Chandni"


@pytest.mark.parametrize("role", ["worker", "administrator"])
def test_nobody_else_releases(role: str) -> None:
    assert client_of(make_person("bilal", role)).get("/staff/figures/").status_code == 403


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_page_holds_the_numbers_also_as_a_table_and_keeps_to_the_policy(
    client: Client, language: str
) -> None:
    assert client.get(f"/{language}/figures/").status_code == 200
    for _ in range(12):
        received()
    row = release()
    page = client.get(f"/{language}/figures/")
    text = page.content.decode()
    assert text.count("<bdi>10</bdi>") >= 3
    assert "<svg" in text
    assert "style=" not in text
    assert to_csv(parse_release(bytes(row.body))).count("reports.") == 7
    assert not page.cookies


def test_the_page_says_how_the_log_stands_and_which_policy_to_compare(client: Client) -> None:
    release()
    sequence(now=NOW + timedelta(minutes=20))
    page = client.get("/en/figures/").content.decode()
    known = fingerprint(parse_dated_policy(ledger.policy_text())).hex()
    assert page.count(known) == 1
    assert known in client.get("/en/log/").content.decode()
    assert f"{ledger.published_checkpoint().size}" in page.split("How the log stands now")[1]
    assert "amanat figures verify" in page


def test_a_correction_without_a_note_is_refused_on_the_page_in_its_words() -> None:
    release()
    chandni = client_of(make_person("chandni", "supervisor"))
    _lines, digest = queries.preview(now=NOW)
    answer = chandni.post("/staff/figures/", {"digest": digest, "corrects": 1, "note": " "})
    assert answer.status_code == 400
    assert "A correction says in its note what was wrong." in answer.content.decode()
    assert Release.objects.count() == 1


def test_a_preview_holds_back_what_the_release_before_it_did_not_show(monkeypatch) -> None:
    def sent_to(police: int, court: int, other: int) -> Tally:
        counts = {"police": police, "court": court, "other": other}
        kinds = {kind: {**dict.fromkeys(OUTCOMES, 0), "waiting": count} for kind, count in counts.items()}
        parts = {**dict.fromkeys(PARTS, 0), "open": 9}
        return Tally(9, 0, parts, sent=sum(counts.values()), sent_to=counts, kinds=kinds)

    monkeypatch.setattr(queries, "tally", lambda **_now: sent_to(4, 4, 2))
    release()
    monkeypatch.setattr(queries, "tally", lambda **_now: sent_to(5, 5, 2))
    assert (value("referrals.sent"), value("referrals.sent", "police")) == (10, None)
    monkeypatch.setattr(queries, "tally", lambda **_now: sent_to(5, 5, 12))
    assert (value("referrals.sent"), value("referrals.sent", "police")) == (20, 5)
