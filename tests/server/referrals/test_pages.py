from pathlib import Path

import pytest
from django.test import Client

import amanat.server.referrals as app
from amanat.server.referrals.models import Calendar, DayChange, Institution
from server.makers import found, make_person
from server.referrals.doors import client_of
from server.referrals.places import give_clock, make_calendar, make_institution

pytestmark = pytest.mark.django_db
EXAMPLE = (Path(app.__file__).parent / "directories" / "example.yaml").read_text(encoding="utf-8")
URDU = {"HTTP_ACCEPT_LANGUAGE": "ur"}


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


@pytest.fixture
def supervisor() -> Client:
    return client_of(make_person("chandni", "supervisor"))


def institution_form(**given: object) -> dict[str, object]:
    usual = {"name": "Court of Kohsar", "kind": "court", "jurisdiction": "Kohsar", "is_active": "on"}
    return {**usual, "contacts": "1 Road\n2 Town", "recipient": "", "overseen_by": "", **given}


CLOCK = {
    "request": "inquiry",
    "days": "30",
    "counting": "calendar",
    "rolls": "on",
    "starts_on": "delivered",
    "law": "Invented Act, section 21",
    "remind_days": "3",
    "escalate_days": "5",
}


def test_a_supervisor_enters_a_calendar_an_institution_and_what_the_law_gives(supervisor: Client) -> None:
    place = {"name": "Kohsar", "country": "PK", "timezone": "Asia/Karachi", "weekend": ["4", "5"]}
    answer = supervisor.post("/staff/calendars/new/", place, follow=True)
    assert "Friday, Saturday" in answer.content.decode()
    calendar = Calendar.objects.get()
    answer = supervisor.post("/staff/institutions/new/", institution_form(calendar=calendar.pk), follow=True)
    assert answer.status_code == 200
    court = Institution.objects.get()
    answer = supervisor.post(f"/staff/institutions/{court.pk}/clocks/new/", CLOCK, follow=True)
    page = answer.content.decode()
    for shown in ("Court of Kohsar", "Inquiry: 30 calendar days", "Invented Act, section 21", "2 Town"):
        assert shown in page
    clock = court.clocks.get()
    answer = supervisor.post(f"/staff/institutions/{court.pk}/clocks/{clock.pk}/end/", follow=True)
    assert "has no due date" in answer.content.decode()


def test_a_change_is_kept_with_its_author_and_a_mistake_is_shown_at_its_field(supervisor: Client) -> None:
    police = make_institution(kind="police")
    address = f"/staff/institutions/{police.pk}/edit/"
    assert police.name in supervisor.get(address).content.decode()
    wrong = supervisor.post(address, institution_form(calendar=police.calendar_id, recipient="age1x"))
    assert wrong.status_code == 400
    assert "not a public key of age" in wrong.content.decode()
    own = supervisor.post(address, institution_form(calendar=police.calendar_id, overseen_by=police.pk))
    assert "it would oversee itself" in own.content.decode()
    page = supervisor.post(
        address, institution_form(calendar=police.calendar_id), follow=True
    ).content.decode()
    assert "Chandni" in page
    assert "Police of Kohsar" in page


def test_a_changed_day_says_how_many_due_dates_moved(supervisor: Client) -> None:
    calendar = make_calendar()
    address = f"/staff/calendars/{calendar.pk}/"
    given = {"day": "2090-05-04", "effect": "holiday", "reason": "Flood"}
    assert "Kept. 0 due dates moved." in supervisor.post(address, given).content.decode()
    page = supervisor.get(f"{address}?year=2090").content.decode()
    assert "Flood" in page
    assert "Chandni" in page
    past = {"day": "2020-05-02", "effect": "working", "reason": "Saturday worked"}
    answer = supervisor.post(address, past)
    assert answer.status_code == 400
    assert "this day has begun" in answer.content.decode()
    assert DayChange.objects.count() == 1


def test_a_directory_goes_out_as_a_file_and_comes_in_as_text(supervisor: Client) -> None:
    answer = supervisor.post("/staff/institutions/take-over/", {"text": EXAMPLE})
    assert "Added: calendars 2, institutions 7." in answer.content.decode()
    file = supervisor.get("/staff/institutions/directory.yaml")
    assert file["Content-Type"].startswith("application/yaml")
    again = supervisor.post("/staff/institutions/take-over/", {"text": file.content.decode()})
    assert "Added: calendars 0, institutions 0." in again.content.decode()
    wrong = supervisor.post(
        "/staff/institutions/take-over/", {"text": EXAMPLE.replace("kind: court", "kind: x")}
    )
    assert wrong.status_code == 400
    assert "institutions 4 kind: not one of" in wrong.content.decode()


def test_a_worker_looks_and_does_not_enter_and_an_outsider_sees_nothing() -> None:
    police = make_institution()
    clock = give_clock(police)
    calendar = police.calendar
    looks = ["institutions/", f"institutions/{police.pk}/", "calendars/", f"calendars/{calendar.pk}/"]
    enters = [
        "institutions/new/",
        "institutions/take-over/",
        f"institutions/{police.pk}/edit/",
        f"institutions/{police.pk}/clocks/new/",
        f"institutions/{police.pk}/clocks/{clock.pk}/end/",
        "calendars/new/",
    ]
    worker, outsider = client_of(make_person()), Client()
    for page in looks:
        assert worker.get(f"/staff/{page}").status_code == 200
        assert "<button" not in worker.get(f"/staff/{page}").content.decode().split("<main")[1]
    for page in [*enters, f"calendars/{calendar.pk}/"]:
        assert worker.post(f"/staff/{page}").status_code == 403
    administrator = client_of(make_person("erum", "administrator"))
    for page in [*looks, *enters]:
        assert outsider.post(f"/staff/{page}").status_code in {302, 405}
        assert administrator.get(f"/staff/{page}").status_code == 403


def test_every_page_is_there_in_urdu(supervisor: Client) -> None:
    police = make_institution()
    give_clock(police)
    pages = ["institutions/", f"institutions/{police.pk}/", f"institutions/{police.pk}/edit/", "calendars/"]
    pages += [f"institutions/{police.pk}/clocks/new/", f"calendars/{police.calendar_id}/", "calendars/new/"]
    for page in [*pages, "institutions/take-over/", "institutions/new/"]:
        answer = supervisor.get(f"/staff/{page}", **URDU)
        assert answer.status_code == 200
        assert 'dir="rtl"' in answer.content.decode()


def test_what_is_not_there_is_said_so(supervisor: Client) -> None:
    police = make_institution()
    for page in ("institutions/999/", "calendars/999/", "institutions/999/edit/"):
        assert supervisor.get(f"/staff/{page}").status_code == 404
    assert supervisor.post(f"/staff/institutions/{police.pk}/clocks/999/end/").status_code == 404
