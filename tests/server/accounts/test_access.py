import json
from pathlib import Path

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from amanat import clock
from amanat.server.accounts.models import Member
from server.accounts.doors import FIELDS, code_of, invitation, join, sign_in, with_code, without_values
from server.makers import found, make_person

pytestmark = pytest.mark.django_db
PAGES = ("/staff/", "/staff/key/", "/staff/key/wrapped.json", "/staff/people/")
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_a_script_is_told(client: Client) -> None:
    for address in PAGES:
        assert client.get(address)["Location"] == "/staff/login/", address
        assert json.loads(client.get(address, headers=JSON).content)["status"] == 403, address
    answer = client.post("/staff/key/", {"recipient": "", "wrapped": ""}, content_type="application/json")
    assert answer.status_code == 403


def test_whoever_left_before_the_first_code_is_led_back_to_it(client: Client) -> None:
    client.post(invitation(), FIELDS)
    assert client.get("/staff/login/")["Location"] == "/staff/code/"
    assert client.get("/staff/")["Location"] == "/staff/code/"


def test_whoever_is_signed_in_is_led_on_from_the_doors(client: Client) -> None:
    join(client)
    code = {"code": code_of("bilal")}
    assert client.post("/staff/code/", code)["Location"] == "/staff/key/"
    assert client.post("/staff/code/", code)["Location"] == "/staff/key/"
    assert client.get("/staff/login/")["Location"] == "/staff/key/"


def test_the_session_changes_with_the_first_code_too(client: Client) -> None:
    join(client)
    before = client.session.session_key
    client.post("/staff/code/", {"code": code_of("bilal")})
    assert client.session.session_key != before


def test_a_first_code_cannot_sign_in_again(client: Client) -> None:
    join(client)
    code = code_of("bilal")
    client.post("/staff/code/", {"code": code})
    assert sign_in(Client(), code=code).status_code == 400


def test_a_removed_member_without_a_code_is_out_too(client: Client) -> None:
    join(client)
    Member.objects.update(is_active=False)
    for address in ("/staff/code/", "/staff/code/picture.svg", "/staff/"):
        assert client.get(address)["Location"] == "/staff/login/", address


def test_an_administrator_who_opens_an_invitation_gives_their_session_away_to_nobody(client: Client) -> None:
    with_code("erum", "administrator")
    sign_in(client, "erum")
    before = client.session.session_key
    client.post(invitation(), FIELDS)
    assert client.session.session_key != before
    assert client.get("/staff/people/")["Location"] == "/staff/code/"


@pytest.mark.parametrize("name", ["bilal", "nobody"])
@pytest.mark.parametrize("wrong", [{"password": "wrong-but-long-enough"}, {"code": "000000"}])
def test_known_and_unknown_names_wait_alike(client: Client, name: str, wrong: dict[str, str]) -> None:
    with_code()
    for _ in range(5):
        assert sign_in(client, sign_in_name=name, **wrong).status_code == 400
    answer = sign_in(client, sign_in_name=name)
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "15 minutes" in answer.content.decode()


def test_the_answer_to_a_wrong_name_password_or_code_is_one_page() -> None:
    with_code(), make_person("farah")
    tries = (
        {"password": "wrong-but-long-enough"},
        {"code": "000000"},
        {"sign_in_name": "nobody"},
        {"sign_in_name": "farah"},
    )
    assert len({without_values(sign_in(Client(), **wrong).content) for wrong in tries}) == 1


def test_an_unknown_name_costs_the_same_work(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with_code()
    hashed: list[str] = []
    for verb in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, verb)
        counted = lambda *given, real=real: (hashed.append("once"), real(*given))[1]  # noqa: E731
        monkeypatch.setattr(Argon2PasswordHasher, verb, counted)
    for name in ("bilal", "nobody"):
        hashed.clear()
        sign_in(client, sign_in_name=name, password="wrong-but-long-enough")
        assert hashed == ["once"], name


def test_an_expired_session_lets_nobody_in(client: Client) -> None:
    with_code()
    sign_in(client)
    session = client.session
    session.set_expiry(clock.now())
    session.save()
    assert client.get("/staff/")["Location"] == "/staff/login/"


def test_no_page_below_staff_may_be_kept_by_a_browser(client: Client) -> None:
    with_code()
    sign_in(client)
    for address in (*PAGES, "/staff/login/", "/staff/code/picture.svg"):
        assert client.get(address)["Cache-Control"] == "no-store", address
