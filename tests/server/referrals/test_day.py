import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from amanat import clock as door
from amanat.server.cases.models import Grant
from amanat.server.intake.models import Report
from amanat.server.ledger.actions import enter
from amanat.server.referrals.actions import clocks
from amanat.server.referrals.jobs import watch_clocks
from amanat.server.referrals.models import Referral
from amanat.server.referrals.queries.day import GROUPS, day
from server.makers import found, make_person, received, report_of
from server.referrals.doors import client_of
from server.referrals.places import MONDAY, give_clock, make_institution

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COUNT = iter(range(10_000))


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


@pytest.fixture(autouse=True)
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MONDAY)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(door, "now", lambda: moment)


def handed(person, institution=None, *, state: str = "sent", started: datetime | None = MONDAY) -> Referral:
    """A referral of a report that this person holds a grant for, with its clock."""
    number = next(COUNT)
    name = f"{number:032x}"
    report = Report.objects.create(
        id=name, locator_hash=name.encode(), sealed=b"sealed", epoch=1, state="acknowledged", waiting=False
    )
    Grant.objects.create(report=report, member=person.member, sealed=b"sealed")
    institution = institution or make_institution(f"Police {number}")
    clock = None
    if started:
        if not institution.clocks.exists():
            give_clock(institution)
        clock = clocks.start(by=None, now=started, institution=institution, request="investigation")
    leaf = b"amanat-leaf/v1\n\x00" + number.to_bytes(48, "big")
    return Referral.objects.create(
        id=name,
        report=report,
        number=0,
        institution=institution,
        request="investigation",
        sees="words",
        state=state,
        locator_hash=name.encode(),
        package=b"sealed",
        clock=clock,
        closed_epoch=int(MONDAY.timestamp()) // 600 if state == "answered" else None,
        entry=enter(now=MONDAY, leaf=leaf),
    )


def groups(person, *, now: datetime = MONDAY) -> dict[str, list]:
    return {group.name: group.rows for group in day(person.member, now=now) if group.total}


def test_everything_that_waits_is_in_its_group_and_in_no_other() -> None:
    bilal = make_person()
    due = handed(bilal)
    overdue = handed(bilal, started=MONDAY - 30 * DAY)
    standing = handed(bilal)
    clocks.pause(by=bilal.member, now=MONDAY, clock=standing.clock, reason="safety")
    slow = make_institution("Court", kind="court")
    give_clock(slow, days=30)
    others, without, answered = (
        handed(bilal, slow),
        handed(bilal, started=None),
        handed(bilal, state="answered"),
    )
    new, reply = report_of(received()), report_of(received())
    Report.objects.filter(pk=reply.pk).update(state="acknowledged", waiting=True)
    Grant.objects.create(report=reply, member=bilal.member, sealed=b"sealed")
    assert groups(bilal) == {
        "overdue": [overdue],
        "due": [due],
        "new": [new],
        "reply": [reply],
        "standing": [standing],
        "answered": [answered],
        "others": [without, others],
    }


def test_an_overdue_request_is_there_before_and_after_the_clock_has_marked_it() -> None:
    bilal = make_person()
    ministry = make_institution("Ministry", kind="ministry")
    police = make_institution("Police", overseen_by=ministry)
    referral = handed(bilal, police)
    later = referral.clock.due
    assert groups(bilal, now=later) == {"overdue": [referral]}
    watch_clocks(now=later)
    shown = groups(bilal, now=later)
    assert shown == {"overdue": [referral]}
    assert shown["overdue"][0].told == "Ministry"


def test_an_answer_takes_a_request_off_the_list() -> None:
    bilal = make_person()
    referral = handed(bilal)
    Referral.objects.filter(pk=referral.pk).update(state="answered", closed_epoch=1)
    clocks.stop(by=None, now=MONDAY, clock=referral.clock)
    assert groups(bilal) == {}


def test_a_colleagues_cases_are_not_in_my_day_but_new_reports_are_everybodys() -> None:
    bilal, farah = make_person(), make_person("farah")
    handed(bilal)
    new = report_of(received())
    assert groups(farah) == {"new": [new]}


def test_the_page_says_what_is_due_and_leads_to_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    bilal = make_person()
    referral = handed(bilal, make_institution("Police & Co"))
    page = client_of(bilal).get("/staff/day/").content.decode()
    assert "Police &amp; Co" in page
    assert "in 7 days" in page
    assert f"/staff/reports/{referral.report_id}/" in page
    at(monkeypatch, referral.clock.due + DAY)
    page = client_of_again(bilal).get("/staff/day/").content.decode()
    assert "Overdue" in page
    assert "2 days ago" in page


def client_of_again(person):
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.filter(user=person.member).delete()
    return client_of(person)


def test_a_day_without_anything_to_do_says_so() -> None:
    assert "Nothing waits for you." in client_of(make_person()).get("/staff/day/").content.decode()


def test_a_long_group_shows_its_number_and_has_pages_of_its_own() -> None:
    bilal, police = make_person(), make_institution()
    for _ in range(52):
        handed(bilal, police)
    client = client_of(bilal)
    page = client.get("/staff/day/").content.decode()
    assert page.count("/staff/reports/") == 20
    assert "All 52" in page
    first, second = (client.get(f"/staff/day/due/?page={n}").content.decode() for n in (1, 2))
    shown = [set(re.findall(r"reports/([0-9a-f]{32})/\"", text)) for text in (first, second)]
    assert [len(one) for one in shown] == [50, 2]
    assert not shown[0] & shown[1]
    assert client.get("/staff/day/nonsense/").status_code == 404


def test_many_cases_ask_the_database_no_more_often_than_few(django_assert_max_num_queries) -> None:
    bilal, police = make_person(), make_institution()
    for _ in range(3):
        handed(bilal, police)
    with django_assert_max_num_queries(len(GROUPS)):
        day(bilal.member, now=MONDAY)
    for _ in range(30):
        handed(bilal, police)
        received()
    with django_assert_max_num_queries(len(GROUPS) + 2):
        assert sum(group.total for group in day(bilal.member, now=MONDAY)) == 63
    client = client_of(bilal)
    with django_assert_max_num_queries(len(GROUPS) + 10):
        client.get("/staff/day/")


def test_the_day_needs_a_key_and_nobody_else_sees_it() -> None:
    keyless = client_of(make_person("gul", with_key=False)).get("/staff/day/")
    assert keyless["Location"] == "/staff/key/"
    assert client_of(make_person("erum", "administrator")).get("/staff/day/").status_code == 403


def test_a_due_date_is_explained_step_by_step_in_both_languages() -> None:
    bilal = make_person()
    referral = handed(bilal)
    clocks.extend(by=bilal.member, now=MONDAY, clock=referral.clock, days=2, reason="court_order")
    client, address = client_of(bilal), f"/staff/reports/{referral.report_id}/referrals/{referral.pk}/due/"
    page = client.get(address).content.decode()
    for shown in (
        "The law gives 5 working days.",
        "Bilal added 2 days",
        "It is due by the end of",
        "section 7",
    ):
        assert shown in page
    assert "قانون کام کے 5 دن دیتا ہے" in client.get(address, HTTP_ACCEPT_LANGUAGE="ur").content.decode()
    assert client.get(address.replace("/due/", "x/due/")).status_code == 404
