"""The institution's page and what the reporter asks for: no account, no cookie, nothing unsealed."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from server.makers import b64, found, make_person, received
from server.referrals.places import make_institution
from server.referrals.sending import onward_of, refer, referral_row, step_of

pytestmark = pytest.mark.django_db(transaction=True)
SEALED = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Place:
    """A referral to a court, and a browser that has never been here and has no cookie."""

    def __init__(self) -> None:
        found()
        self.chain, self.court = received(), make_institution("Court of Kohsar", kind="court")
        self.bilal = make_person()
        self.referring = refer(self.bilal, self.chain, self.court, sees="steps")
        self.client = Client(enforce_csrf_checks=True)

    def post(self, path: str, locator: bytes | None = None, **value: Any) -> Any:
        sent = {"locator": b64(self.referring.locator if locator is None else locator), **value}
        answer = self.client.post(f"/referral/{path}", sent, content_type="application/json")
        assert not answer.cookies, path
        return answer

    def step(self, kind: str, **more: Any) -> dict[str, Any]:
        return sent_step(step_of(self.referring, kind, **more))


def sent_step(step: Any) -> dict[str, Any]:
    sealed = {name: b64(getattr(step, name)) for name in ("leaf", "head", "body")}
    return {"seq": step.seq, "kind": step.kind, "due": "", **sealed}


def sent_onward(made: Any) -> dict[str, Any]:
    sealed = {name: b64(getattr(made, name)) for name in ("locator_hash", "package", "kept")}
    plain = {name: getattr(made, name) for name in ("referral_id", "number", "request", "sees")}
    return {**plain, **sealed, "institution": made.institution.pk, "due": ""}


@pytest.fixture
def place(data_folder: Path) -> Place:
    return Place()


def test_the_page_sets_no_cookie_and_asks_nobody_else(place: Place) -> None:
    for language in ("en", "ur"):
        page = place.client.get(f"/{language}/referral/")
        assert page.status_code == 200
        assert not page.cookies
        assert "default-src 'none'" in page["Content-Security-Policy"]
        assert not re.search(r"""(src|href|action)=["']?(https?:)?//(?!testserver)""", page.content.decode())


def test_a_letter_opens_sealed_bytes_and_no_word_of_the_case(place: Place) -> None:
    place.post("step", **place.step("delivered", text="canary-heron saw it"))
    answer = place.post("open")
    shown = answer.json()
    assert shown["institution_name"] == "Court of Kohsar"
    assert SEALED.fullmatch(shown["package"])
    (step,) = shown["steps"]
    assert SEALED.fullmatch(step["head"])
    assert SEALED.fullmatch(step["body"])
    assert "kept" not in shown
    for word in (b"canary-heron", place.chain.report_id.encode(), place.bilal.member.pseudonym.encode()):
        assert word not in answer.content
    assert all("recipient" not in body for body in shown["institutions"])


def test_an_unknown_letter_opens_nothing_and_takes_no_step(place: Place) -> None:
    unknown = bytes(16)
    assert place.post("open", unknown).status_code == 404
    assert place.post("step", unknown, **place.step("delivered")).status_code == 404
    assert place.post("due", unknown, institution=place.court.pk, kind="inquiry").status_code == 404
    assert referral_row(place.referring).steps.count() == 0


def test_the_second_of_two_that_act_at_once_is_told_to_open_it_again(place: Place) -> None:
    first = place.step("delivered")
    place.referring.seq, place.referring.previous = 0, None
    second = place.step("acknowledged")
    promise = place.post("step", **first)
    assert promise.status_code == 201
    assert place.post("step", **first).content == promise.content
    assert place.post("step", **second).status_code == 409
    assert [row.kind for row in referral_row(place.referring).steps.all()] == ["delivered"]


def test_what_is_broken_unsealed_or_no_step_of_an_institution_is_refused(place: Place) -> None:
    step = place.step("delivered")
    for wrong in (
        {"body": b64(b"plain words")},
        {"leaf": "AAAA"},
        {"kind": "referred"},
        {"kind": "transferred"},
        {"seq": "0"},
        {"due": "soon"},
        {"more": 1},
    ):
        assert place.post("step", **step | wrong).status_code == 400, wrong
    assert place.post("step", bytes(15), **step).status_code == 400
    assert place.post("step", **{name: step[name] for name in ("seq", "kind")}).status_code == 400
    assert place.post("step", **step | {"due": "2026-05-11T00:00:00Z"}).status_code == 409
    assert referral_row(place.referring).steps.count() == 0


def test_a_transfer_comes_with_the_referral_that_it_makes_or_not_at_all(place: Place) -> None:
    police = make_institution()
    following, made = onward_of(place.referring, police)
    step = place.step("transferred", counterparty=police.name)
    assert place.post("onward", **step, onward={}).status_code == 400
    assert place.post("onward", **step, onward=sent_onward(made) | {"institution": 0}).status_code == 404
    police.is_active = False
    police.save()
    assert place.post("onward", **step, onward=sent_onward(made)).status_code == 404
    police.is_active = True
    police.save()
    assert place.post("onward", **step, onward=sent_onward(made)).status_code == 201
    assert referral_row(following).parent_id == place.referring.referral_id
    assert place.post("open", following.locator).json()["id"] == following.referral_id


def test_the_reporter_gets_steps_without_words_and_an_unknown_locator_the_same_shape(place: Place) -> None:
    place.post("step", **place.step("delivered"))
    known, unknown = (place.post("reporter", locator) for locator in (place.chain.keys.locator, bytes(16)))
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert known.json().keys() == unknown.json().keys()
    assert known.json()["institutions"] == unknown.json()["institutions"]
    assert known["Content-Type"] == unknown["Content-Type"]
    ((row,), none) = known.json()["referrals"], unknown.json()["referrals"]
    assert none == []
    assert [step["body"] for step in row["steps"]] == [None]
    assert "package" not in row
    assert "kept" not in row
    # The letter of an institution is not the reporter's locator.
    assert place.post("reporter", place.referring.locator).json() == unknown.json()
