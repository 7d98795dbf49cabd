import importlib.util
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from amanat import clock as door
from amanat.receipt.promise import open_promise
from amanat.server.ledger.queries import promise_verifier
from amanat.server.referrals.actions.tokens import make_token
from amanat.server.referrals.jobs import watch_clocks
from amanat.server.referrals.models import Institution, Referral
from amanat.server.referrals.rules.explanation import explanation_from_object
from amanat.server.wsgi import application
from amanat.strict import encode_base64, format_time, parse_time
from amanat.tlog.hashing import leaf_hash
from server.makers import NOW, Person, found, make_person, received
from server.referrals.places import give_clock, make_institution
from server.referrals.sending import onward_of, refer, step_of

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


@pytest.fixture(autouse=True)
def at_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "now", lambda: NOW)


@pytest.fixture
def bilal() -> Person:
    return make_person()


@pytest.fixture
def police() -> Institution:
    institution = make_institution()
    give_clock(institution, starts_on="delivered")
    return institution


def system_of(institution: Institution, name: str = "chandni") -> Client:
    """The institution's own system, with its token."""
    by = make_person(name, "supervisor").member
    token = make_token(by=by, now=NOW, institution=institution, label="Their system")
    return Client(headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})


def sent(step: Any) -> dict[str, Any]:
    value = {"seq": step.seq, "kind": step.kind}
    value |= {name: encode_base64(getattr(step, name)) for name in ("leaf", "head", "body")}
    return value | ({"due": format_time(step.due)} if step.due else {})


def post(client: Client, address: str, value: Any) -> Any:
    return client.post(f"/api/v1/{address}", json.dumps(value), content_type="application/json")


def test_an_institution_sees_what_was_handed_to_it_and_nothing_else(bilal: Person, police) -> None:
    court = make_institution("Court", kind="court")
    ours = refer(bilal, received(bilal.recipient), police)
    theirs = refer(bilal, received(bilal.recipient), court)
    system = system_of(police)
    listed = system.get("/api/v1/referrals").json()
    assert (listed["total"], [row["id"] for row in listed["referrals"]]) == (1, [ours.referral_id])
    whole = system.get(f"/api/v1/referrals/{ours.referral_id}").json()
    assert (whole["state"], whole["due"], whole["steps"]) == ("sent", None, [])
    for address in ("", "/clock"):
        answer = system.get(f"/api/v1/referrals/{theirs.referral_id}{address}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    step = sent(step_of(theirs, "delivered"))
    assert post(system, f"referrals/{theirs.referral_id}/steps", step).status_code == 404
    assert Referral.objects.get(pk=theirs.referral_id).steps.count() == 0


def test_a_step_starts_the_clock_and_gives_a_promise_that_anyone_can_check(bilal: Person, police) -> None:
    ours, system = refer(bilal, received(bilal.recipient), police), system_of(police)
    shown = system.get("/api/v1/due?kind=investigation").json()
    assert shown["words"][0].startswith("It was delivered on")
    due = explanation_from_object({k: v for k, v in shown.items() if k != "words"}).due
    address = f"referrals/{ours.referral_id}/steps"
    step = step_of(ours, "delivered", due=due)
    answer = post(system, address, sent(step))
    assert answer.status_code == 201
    promise = open_promise(answer.json()["promise"].encode(), promise_verifier())
    assert promise.leaf_hash == leaf_hash(step.leaf)
    assert post(system, address, sent(step)).json() == answer.json()
    assert post(system, address, {**sent(step), "kind": "acknowledged"}).status_code in {201, 409}
    clock = system.get(f"/api/v1/referrals/{ours.referral_id}/clock").json()
    assert (clock["state"], clock["due"]) == ("running", shown["due"])
    assert [event["kind"] for event in clock["events"]] == ["started"]


def test_another_date_than_the_one_that_holds_starts_nothing(bilal: Person, police) -> None:
    ours, system = refer(bilal, received(bilal.recipient), police), system_of(police)
    for due in (None, NOW + timedelta(days=300)):
        step = sent(step_of(ours, "delivered")) | ({"due": format_time(due)} if due else {})
        assert post(system, f"referrals/{ours.referral_id}/steps", step).status_code == 409
    assert Referral.objects.get(pk=ours.referral_id).clock is None


def test_a_lapse_is_shown_to_whom_it_befell_and_a_late_answer_counts(
    bilal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = make_institution("Ministry", kind="ministry")
    police = make_institution(overseen_by=above)
    give_clock(police)
    system = system_of(police)
    due = system.get("/api/v1/due?kind=investigation").json()["due"]
    ours = refer(bilal, received(bilal.recipient), police, due=parse_time(due))
    later = parse_time(due) + timedelta(hours=1)
    watch_clocks(now=later)
    monkeypatch.setattr(door, "now", lambda: later)
    assert system.get("/api/v1/referrals").json()["referrals"][0]["state"] == "lapsed"
    clock = system.get(f"/api/v1/referrals/{ours.referral_id}/clock").json()
    assert [(event["kind"], event["told"]) for event in clock["events"]][-1] == ("escalated", "Ministry")
    answer = post(system, f"referrals/{ours.referral_id}/steps", sent(step_of(ours, "answered")))
    assert answer.status_code == 201
    assert system.get("/api/v1/referrals?state=closed").json()["referrals"][0]["state"] == "answered"


def test_a_referral_is_handed_onward_and_the_next_institution_has_it(bilal: Person, police) -> None:
    court = make_institution("Court", kind="court")
    ours, system = refer(bilal, received(bilal.recipient), police), system_of(police)
    known = {row["name"]: row["id"] for row in system.get("/api/v1/institutions").json()}
    following, made = onward_of(ours, court)
    step = step_of(ours, "transferred")
    value = {
        "referral_id": made.referral_id,
        "number": made.number,
        "institution": known["Court"],
        "request": made.request,
        "locator_hash": encode_base64(made.locator_hash),
        "package": encode_base64(made.package),
    }
    address = f"referrals/{ours.referral_id}/onward"
    assert post(system, address, {"step": sent(step), "referral": value}).status_code == 201
    assert Referral.objects.get(pk=following.referral_id).parent_id == ours.referral_id
    next_one = system_of(court, "farah").get("/api/v1/referrals").json()
    assert [row["id"] for row in next_one["referrals"]] == [following.referral_id]


def test_without_a_token_that_holds_nothing_is_said(police) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        answer = Client(headers=headers).get("/api/v1/referrals")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer["Content-Type"] == "application/problem+json"
        assert not answer.cookies


def test_a_database_that_is_away_is_a_problem_that_says_when_to_try_again(
    police, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: Any, **_named: Any) -> None:
        raise OperationalError

    system = system_of(police)
    monkeypatch.setattr("amanat.server.referrals.api.door.holder", away)
    answer = system.get("/api/v1/referrals", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"]
    assert answer.json()["hint"]


def test_what_is_outside_the_description_is_a_problem_too(police) -> None:
    answer = Client(headers={"Accept": "*/*"}).get("/api/v1/nothing")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "offset=-1", "state=lost", "offset=99999999999"])
def test_a_question_that_is_none_is_a_problem_that_says_where(query: str, police) -> None:
    answer = system_of(police).get(f"/api/v1/referrals?{query}")
    assert answer.status_code == 400
    assert query.split("=")[0] in answer.json()["where"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b'{"seq": 0}', b"\xff", b"[" * 5000])
def test_a_body_that_is_none_is_refused(body: bytes, bilal: Person, police) -> None:
    ours = refer(bilal, received(bilal.recipient), police)
    address = f"/api/v1/referrals/{ours.referral_id}/steps"
    assert system_of(police).post(address, body, content_type="application/json").status_code == 400


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    bilal: Person, police, django_assert_max_num_queries
) -> None:
    system = system_of(police)
    system.get("/api/v1/referrals")
    for _ in range(12):
        refer(bilal, received(bilal.recipient), police)
    with django_assert_max_num_queries(4):
        assert system.get("/api/v1/referrals").json()["total"] == 12


def test_the_description_in_the_documents_is_the_one_of_this_api() -> None:
    tool = importlib.util.spec_from_file_location("openapi", ROOT / "tools" / "openapi.py")
    module = importlib.util.module_from_spec(tool)
    tool.loader.exec_module(module)
    assert module.FILE.read_text(encoding="utf-8") == module.text(), "run tools/openapi.py"


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """The test's connection outlives a request that comes by another client than Django's own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def test_whatever_is_sent_is_answered_as_described(bilal: Person, police, kept_connection) -> None:
    """Schemathesis makes requests, right and wrong, from the description; a long run is done by hand."""
    ours = refer(bilal, received(bilal.recipient), police)
    by = make_person("gul", "supervisor").member
    token = make_token(by=by, now=NOW, institution=police, label="fuzz")
    import schemathesis  # here, for it is large and only this test needs it

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    for operation in schema.get_all_operations():
        attempt(operation.ok(), token, ours.referral_id)


def attempt(operation: Any, token: str, referral_id: str) -> None:
    @settings(max_examples=2, phases=[Phase.generate], database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def tried(case: Any) -> None:
        if "referral_id" in case.path_parameters and len(str(case.query)) % 2:
            case.path_parameters["referral_id"] = referral_id
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"})

    tried()
