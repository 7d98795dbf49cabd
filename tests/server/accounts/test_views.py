import logging
import re
from pathlib import Path

import pytest
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat.server.accounts.actions import deactivate, invite
from amanat.server.accounts.models import Member
from server.accounts.doors import FIELDS, code_of, invitation, join, sign_in, with_code
from server.makers import NOW, PASSWORD, found, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def test_an_invited_person_joins_with_password_code_and_then_makes_a_key(client: Client) -> None:
    address = invitation()
    assert "Worker" in client.get(address).content.decode()
    assert client.post(address, FIELDS)["Location"] == "/staff/code/"
    page = client.get("/staff/code/").content.decode()
    shown = re.search(r'id="totp-secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert shown
    assert client.get("/staff/code/picture.svg")["Content-Type"] == "image/svg+xml"
    answer = client.post("/staff/code/", {"code": code_of("bilal")})
    assert answer["Location"] == "/staff/key/"
    assert client.get("/staff/key/").status_code == 200


def test_an_administrator_is_led_to_the_people_and_never_to_a_key(client: Client) -> None:
    join(client, "administrator")
    assert client.post("/staff/code/", {"code": code_of("bilal")})["Location"] == "/staff/people/"
    assert client.get("/staff/key/").status_code == 403


def test_unknown_used_and_expired_invitations_are_told_the_same(client: Client) -> None:
    used = invitation()
    client.post(used, FIELDS)
    old = f"/staff/invitation/{invite(by=None, now=NOW, role='worker')}/"
    pages = {Client().get(address).content for address in (used, old, "/staff/invitation/unknown/")}
    assert len(pages) == 1
    assert Client().get(used).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password_again": "other"}, "differ"),
        ({"password": "short", "password_again": "short"}, "at least 12"),
        ({"password": "123456789012", "password_again": "123456789012"}, "numeric|common"),
        ({"password": "my-name-is-Bilal", "password_again": "my-name-is-Bilal"}, "contain your name"),
        ({"sign_in_name": "B I L A L"}, "small letters"),
        ({"sign_in_name": ""}, "required"),
    ],
)
def test_a_form_with_a_mistake_says_which_and_makes_nobody(
    client: Client, fields: dict[str, str], said: str
) -> None:
    answer = client.post(invitation(), FIELDS | fields)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert re.search(said, page)
    wrong = re.search(r"<input[^>]*aria-invalid[^>]*>", page)
    assert wrong
    described = re.search(r'aria-describedby="([^"]+)"', wrong[0])
    assert described
    assert all(f'id="{part}"' in page for part in described[1].split())
    assert not Member.objects.exists()


def test_a_taken_name_is_said_beside_the_field(client: Client) -> None:
    make_person("bilal")
    answer = client.post(invitation(), FIELDS)
    assert answer.status_code == 400
    assert "taken" in answer.content.decode()


def test_with_a_password_alone_nothing_is_open(client: Client) -> None:
    client.post(invitation(), FIELDS)
    for address in ("/staff/", "/staff/key/", "/staff/key/wrapped.json", "/staff/people/"):
        assert client.get(address)["Location"] == "/staff/code/", address
    scripted = client.get("/staff/key/wrapped.json", headers={"Accept": "application/json"})
    assert scripted.status_code == 403


def test_a_confirmed_second_factor_is_never_shown_again(client: Client) -> None:
    join(client)
    client.post("/staff/code/", {"code": code_of("bilal")})
    for address in ("/staff/code/", "/staff/code/picture.svg"):
        assert client.get(address).status_code == 302
    assert Client().get("/staff/code/")["Location"] == "/staff/login/"


def test_a_wrong_first_code_confirms_nothing(client: Client) -> None:
    join(client)
    wrong = f"{(int(code_of('bilal')) + 1) % 10**6:06d}"
    assert client.post("/staff/code/", {"code": wrong}).status_code == 400
    assert TOTPDevice.objects.get().confirmed is False


def test_signing_in_takes_name_password_and_code(client: Client) -> None:
    with_code()
    assert sign_in(client)["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong-but-long-enough"}, {"code": "000000"}, {"sign_in_name": "x"}]
)
def test_a_wrong_name_password_or_code_is_answered_alike(client: Client, wrong: dict[str, str]) -> None:
    with_code()
    answer = sign_in(client, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "The name, the password or the code is not right." in page
    assert PASSWORD not in page
    assert client.get("/staff/").status_code == 302


def test_a_code_is_good_once(client: Client) -> None:
    with_code()
    code = code_of("bilal")
    assert sign_in(client, code=code).status_code == 302
    assert sign_in(Client(), code=code).status_code == 400


def test_after_five_failures_even_the_right_password_waits_and_another_name_does_not(client: Client) -> None:
    with_code(), with_code("farah")
    for _ in range(5):
        assert sign_in(client, password="wrong-but-long-enough").status_code == 400
    assert sign_in(client).status_code == 429
    assert sign_in(client, "farah").status_code == 302


def test_the_session_changes_when_somebody_signs_in(client: Client) -> None:
    with_code()
    client.get("/staff/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["session"] = before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_signing_out_ends_the_session_and_clears_what_the_browser_kept(client: Client) -> None:
    with_code()
    sign_in(client)
    assert client.get("/staff/logout/").status_code == 405
    answer = client.post("/staff/logout/")
    assert '"storage"' in answer["Clear-Site-Data"]
    assert client.get("/staff/")["Location"] == "/staff/login/"


def test_a_removed_member_is_out_at_the_next_request(client: Client) -> None:
    bilal, erum = with_code(), make_person("erum", "administrator")
    make_person("chandni", "supervisor")
    sign_in(client)
    deactivate(by=erum.member, now=NOW, member=bilal.member)
    assert client.get("/staff/")["Location"] == "/staff/login/"
    assert sign_in(client).status_code == 400


def test_forms_need_their_token_and_cookies_stay_below_staff() -> None:
    with_code()
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403
    page = client.get("/staff/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    assert sign_in(client, csrfmiddlewaretoken=token[1]).status_code == 302
    for cookie in client.cookies.values():
        assert (cookie["path"], bool(cookie["httponly"]), cookie["samesite"]) == ("/staff/", True, "Strict")


def test_no_name_password_or_code_is_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with_code("unusual-name")
    with caplog.at_level(logging.DEBUG):
        sign_in(client, "unusual-name", password="wrong-and-unusual")
        sign_in(client, "unusual-name")
    assert not re.search("unusual", caplog.text)


def test_the_administrator_invites_and_removes_and_reads_nothing(client: Client) -> None:
    with_code("erum", "administrator")
    farah = make_person("farah")
    make_person("chandni", "supervisor")
    sign_in(client, "erum")
    assert client.get("/staff/")["Location"] == "/staff/people/"
    page = client.post("/staff/people/", {"role": "supervisor"}).content.decode()
    link = re.search(r"/staff/invitation/[\w-]+/", page)
    assert link
    assert Client().get(link[0]).status_code == 200
    assert link[0] not in client.get("/staff/people/").content.decode()
    assert client.post(f"/staff/people/{farah.member.pk}/deactivate/").status_code == 302
    assert Member.objects.get(sign_in_name="farah").is_active is False
    assert client.post("/staff/people/99999/deactivate/").status_code == 404


def test_a_worker_manages_nobody(client: Client) -> None:
    bilal = with_code()
    sign_in(client)
    assert client.get("/staff/people/").status_code == 403
    assert client.post(f"/staff/people/{bilal.member.pk}/deactivate/").status_code == 403


def test_the_page_of_people_asks_as_often_for_thirty_as_for_three(
    client: Client, django_assert_max_num_queries
) -> None:
    with_code("erum", "administrator")
    sign_in(client, "erum")
    for number in range(30):
        make_person(f"worker-{number}")
    with django_assert_max_num_queries(10):
        client.get("/staff/people/")
