from datetime import timedelta
from pathlib import Path

import pytest

from amanat.errors import Conflict, NotAllowed
from amanat.server.referrals.actions.tokens import end_token, holder, make_token
from amanat.server.referrals.models import Institution, Token
from server.makers import found, make_person
from server.referrals.doors import client_of
from server.referrals.places import MONDAY, make_institution

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def made(institution: Institution, name: str = "chandni") -> str:
    by = make_person(name, "supervisor").member
    return make_token(by=by, now=MONDAY, institution=institution, label="Their system")


def test_a_token_stands_for_its_institution_until_it_expires() -> None:
    police = make_institution()
    token = made(police)
    assert holder(token, now=MONDAY) == police
    assert holder(token, now=MONDAY + YEAR - timedelta(seconds=1)) == police
    for wrong in (token[:-1], token + "x", "", "\ud800", token.upper()):
        assert holder(wrong, now=MONDAY) is None
    assert holder(token, now=MONDAY + YEAR) is None


def test_only_the_hash_is_kept_and_only_the_day_of_the_last_use() -> None:
    token = made(make_institution())
    row = Token.objects.get()
    assert token not in str(row.__dict__)
    assert row.used is None
    holder(token, now=MONDAY)
    row.refresh_from_db()
    assert row.used == MONDAY.date()


def test_a_token_that_was_ended_or_whose_institution_is_gone_stands_for_nobody() -> None:
    police, court = make_institution(), make_institution("Court", kind="court")
    first, second = made(police), made(court, "farah")
    by = Token.objects.first().author
    end_token(by=by, now=MONDAY, token=police.tokens.get())
    end_token(by=by, now=MONDAY + YEAR, token=police.tokens.get())
    assert police.tokens.get().ended == MONDAY
    Institution.objects.filter(pk=court.pk).update(is_active=False)
    assert (holder(first, now=MONDAY), holder(second, now=MONDAY)) == (None, None)


def test_only_a_supervisor_makes_and_ends_tokens_and_not_without_end() -> None:
    police, bilal = make_institution(), make_person().member
    made(police)
    token = police.tokens.get()
    with pytest.raises(NotAllowed):
        make_token(by=bilal, now=MONDAY, institution=police, label="x")
    with pytest.raises(NotAllowed):
        end_token(by=bilal, now=MONDAY, token=token)
    for _ in range(19):
        make_token(by=token.author, now=MONDAY, institution=police, label="x")
    with pytest.raises(Conflict):
        make_token(by=token.author, now=MONDAY, institution=police, label="x")


def test_the_page_shows_a_token_this_once_and_ends_it() -> None:
    police, client = make_institution(), client_of(make_person("chandni", "supervisor"))
    address = f"/staff/institutions/{police.pk}/tokens/"
    page = client.post(address, {"label": "Their system"}).content.decode()
    assert "amanat-institution-" in page
    assert "amanat-institution-" not in client.get(address).content.decode()
    ended = client.post(f"{address}{police.tokens.get().pk}/end/", follow=True).content.decode()
    assert "ended" in ended
    assert client.post(f"{address}999/end/").status_code == 404
    assert client_of(make_person()).get(address).status_code == 403
