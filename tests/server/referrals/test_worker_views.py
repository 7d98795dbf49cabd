"""What a worker's browser asks and sends about referrals: who may, what is refused, nothing unsealed."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from amanat.receipt.referring import Referring
from server.makers import b64, found, make_person, received, report_of
from server.referrals.doors import client_of
from server.referrals.places import make_institution
from server.referrals.sending import onward_of, refer, refer_arguments, referral_row, step_of
from server.referrals.test_letters import sent_onward, sent_step

pytestmark = pytest.mark.django_db(transaction=True)


class Place:
    """A report, a court, and a worker who is signed in."""

    def __init__(self) -> None:
        found()
        self.bilal, self.chain = make_person(), received()
        self.court = make_institution("Court of Kohsar", kind="court")
        self.client = client_of(self.bilal)
        self.report = f"/staff/reports/{report_of(self.chain).pk}"

    def post(self, path: str, value: Any, client: Client | None = None) -> Any:
        sender = client or self.client
        return sender.post(f"{self.report}/referrals/{path}", value, content_type="application/json")

    def new(self, referring: Referring) -> dict[str, Any]:
        made = refer_arguments(self.chain, referring, self.court)
        sealed = {"leaf": b64(made["leaf"]), "sealed": b64(made["sealed"])}
        return {"seq": made["seq"], **sealed, "referral": sent_onward(made["made"])}


@pytest.fixture
def place(data_folder: Path) -> Place:
    return Place()


def test_only_who_reads_reports_asks_for_referrals(place: Place) -> None:
    address = f"{place.report}/referrals.json"
    assert place.client.get(address).status_code == 200
    assert client_of(make_person("erum", "administrator")).get(address).status_code == 403
    outsider = Client().get(address)
    assert outsider.status_code == 302
    assert outsider["Location"].startswith("/staff/login/")
    sent = place.new(Referring(place.chain.keys.thread_key))
    assert place.post("new", sent, client_of(make_person("farah", "administrator"))).status_code == 403
    assert place.post("new", sent, Client()).status_code == 403
    assert report_of(place.chain).referrals.count() == 0


def test_another_site_cannot_send_with_the_cookies_of_a_worker(place: Place) -> None:
    checked = client_of(make_person("hina"), enforce_csrf_checks=True)
    sent = place.new(Referring(place.chain.keys.thread_key))
    assert place.post("new", sent, checked).status_code == 403
    assert place.post("draft", {"sealed": ""}, checked).status_code == 403
    assert report_of(place.chain).referrals.count() == 0


def test_a_referral_is_sent_once_and_the_second_of_two_is_told(place: Place) -> None:
    sent = place.new(Referring(place.chain.keys.thread_key))
    place.chain.seq -= 1
    second = place.new(Referring(place.chain.keys.thread_key))
    promise = place.post("new", sent)
    assert (promise.status_code, promise["Content-Type"]) == (201, "text/plain; charset=utf-8")
    assert place.post("new", sent).content == promise.content
    assert place.post("new", second).status_code == 409
    assert report_of(place.chain).referrals.count() == 1


def test_what_is_broken_or_unsealed_is_refused_and_nothing_is_kept(place: Place) -> None:
    sent = place.new(Referring(place.chain.keys.thread_key))
    for wrong in (
        {"sealed": b64(b"plain words")},
        {"leaf": "AAAA"},
        {"referral": {}},
        {"referral": sent["referral"] | {"package": b64(b"plain words")}},
        {"referral": sent["referral"] | {"sees": "all"}},
        {"more": 1},
    ):
        assert place.post("new", sent | wrong).status_code == 400, wrong
    gone = sent["referral"] | {"institution": 0}
    assert place.post("new", sent | {"referral": gone}).status_code == 404
    assert report_of(place.chain).referrals.count() == 0
    assert report_of(place.chain).events.count() == 1


def test_a_step_from_paper_is_for_a_referral_of_this_report_alone(place: Place) -> None:
    referring = refer(place.bilal, place.chain, place.court)
    other = refer(place.bilal, received(), place.court)
    path = f"{referring.referral_id}/step"
    assert place.post(f"{other.referral_id}/step", sent_step(step_of(other, "answered"))).status_code == 404
    sent = sent_step(step_of(referring, "answered"))
    assert place.post(path, sent).status_code == 201
    assert place.post(path, sent).status_code == 201
    assert place.post(path, sent_step(step_of(referring, "refused"))).status_code == 409
    row = referral_row(referring)
    assert [(step.kind, step.author) for step in row.steps.all()] == [("answered", place.bilal.member)]


def test_passing_on_from_paper_makes_the_next_referral_and_the_list_has_both_sealed(place: Place) -> None:
    referring, police = refer(place.bilal, place.chain, place.court), make_institution()
    following, made = onward_of(referring, police)
    step = sent_step(step_of(referring, "transferred", "canary-ibis", counterparty=police.name))
    assert place.post(f"{referring.referral_id}/step", step).status_code == 400
    sent = step | {"onward": sent_onward(made)}
    assert place.post(f"{referring.referral_id}/onward", sent).status_code == 201
    answer = place.client.get(f"{place.report}/referrals.json")
    shown = [(row["id"], row["parent"]) for row in answer.json()["referrals"]]
    assert shown == [(referring.referral_id, None), (following.referral_id, referring.referral_id)]
    assert b"canary-ibis" not in answer.content
    assert b"An invented referral." not in answer.content


def test_a_draft_is_sealed_or_refused_and_an_empty_one_forgets(place: Place) -> None:
    thread = f"{place.report}/referrals.json"
    sealed = place.new(Referring(place.chain.keys.thread_key))["sealed"]
    assert place.post("draft", {"sealed": b64(b"plain words")}).status_code == 400
    assert place.client.get(thread).json()["draft"] is None
    assert place.post("draft", {"sealed": sealed}).status_code == 204
    assert place.client.get(thread).json()["draft"] == sealed
    assert place.post("draft", {"sealed": ""}).status_code == 204
    assert place.client.get(thread).json()["draft"] is None


def test_a_date_is_asked_for_a_number_and_a_known_request(place: Place) -> None:
    address = f"{place.report}/referrals/due.json"
    for query, status in (
        (f"institution={place.court.pk}&request=inquiry", 200),
        ("institution=x&request=inquiry", 400),
        ("institution=0&request=inquiry", 404),
        (f"institution={place.court.pk}&request=x", 404),
    ):
        assert place.client.get(f"{address}?{query}").status_code == status, query
