import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat.receipt.promise import open_promise
from amanat.sealing.grant import Grant, seal_grant
from amanat.sealing.unseal import open_report
from amanat.server.intake.models import Event
from amanat.server.ledger.jobs import sequence
from amanat.server.ledger.queries import promise_verifier
from amanat.strict import decode_base64
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import COSIGNATURE, generate_signer
from server.makers import NOW, Person, as_json, b64, found, make_person, message, received, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def client_of(person: Person, **options: Any) -> Client:
    """A client of somebody who signed in with password and code."""
    device = TOTPDevice.objects.create(user=person.member, name="code", confirmed=True)
    client = Client(**options)
    client.force_login(person.member)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def post(client: Client, address: str, value: Any) -> Any:
    return client.post(address, json.dumps(value), content_type="application/json")


def test_the_inbox_shows_who_waits_first_and_nothing_of_what_was_written() -> None:
    bilal = make_person()
    client, chains = client_of(bilal), [received(bilal.recipient) for _ in range(3)]
    event = message(chains[0], kind="acknowledged", by_reporter=False)
    address = f"/staff/reports/{chains[0].report_id}/events"
    sent = {"seq": 1, "kind": "acknowledged", "leaf": event.leaf, "sealed": event.record}
    assert post(client, address, as_json(sent)).status_code == 201
    page = client.get("/staff/").content.decode()
    shown = re.findall(r"/staff/reports/([0-9a-f]{32})/", page)
    assert shown[-1] == chains[0].report_id
    assert sorted(shown) == sorted(chain.report_id for chain in chains)
    assert page.count("waits for you") == 2
    assert "All (3)" in page
    assert "Not yet read (2)" in page
    assert re.findall(r"/staff/reports/", client.get("/staff/?state=acknowledged").content.decode()) != []
    assert chains[1].report_id not in client.get("/staff/?state=acknowledged").content.decode()
    assert client.get("/staff/?state=nonsense&page=nonsense").status_code == 200


def test_an_inbox_of_sixty_is_drawn_with_as_many_questions_as_one_of_three(
    django_assert_max_num_queries,
) -> None:
    bilal = make_person()
    client = client_of(bilal)
    for _ in range(60):
        received(bilal.recipient)
    with django_assert_max_num_queries(12):
        page = client.get("/staff/").content.decode()
    assert len(re.findall(r"/staff/reports/", page)) == 50
    assert len(re.findall(r"/staff/reports/", client.get("/staff/?page=2").content.decode())) == 10


def test_a_reader_gets_everything_sealed_and_opens_it_themselves() -> None:
    bilal = make_person()
    chain = received(bilal.recipient)
    client = client_of(bilal)
    page = client.get(f"/staff/reports/{chain.report_id}/").content.decode()
    assert "An invented report" not in page
    shown = client.get(f"/staff/reports/{chain.report_id}/thread.json").json()
    body = open_report(decode_base64(shown["sealed"]), str(bilal.identity))
    assert body["payload"]["text"] == "An invented report."
    assert (shown["grant"], shown["state"], shown["recovery_has_grant"]) == (None, "received", False)
    assert shown["origin"] == "amanat.example/log"
    assert shown["readers"] == [{"member": bilal.member.pk, "recipient": bilal.recipient, "has_grant": False}]
    assert [event["seq"] for event in shown["events"]] == [0]


def test_grants_are_kept_over_http_and_shown_to_their_holder_only() -> None:
    bilal, farah = make_person(), make_person("farah")
    chain = received(bilal.recipient, farah.recipient)
    sealed = {
        person.member.pk: seal_grant(
            Grant(chain.report_id, bytes(32), chain.keys.thread_key), person.recipient
        )
        for person in (bilal, farah)
    }
    rows = [{"member": member, "sealed": b64(grant)} for member, grant in sealed.items()]
    rows.append({"member": "recovery", "sealed": b64(sealed[bilal.member.pk])})
    address = f"/staff/reports/{chain.report_id}/"
    client = client_of(bilal)
    assert post(client, address + "grants", {"grants": rows}).status_code == 201
    assert post(client, address + "grants", {"grants": rows}).status_code == 409
    assert client.get(address + "thread.json").json()["grant"] == b64(sealed[bilal.member.pk])
    assert client_of(farah).get(address + "thread.json").json()["grant"] == b64(sealed[farah.member.pk])
    assert "You have not opened it yet" not in client.get("/staff/").content.decode()


@pytest.mark.parametrize(
    "grants",
    [
        [],
        ["x"],
        [{"member": 1}],
        [{"member": True, "sealed": ""}],
        [{"member": "everybody", "sealed": ""}],
        [{"member": "recovery", "sealed": 7}],
        [{"member": "recovery", "sealed": "!"}],
        [{"member": "recovery", "sealed": ""}] * 2,
    ],
)
def test_what_are_no_grants_is_refused(grants: list[Any]) -> None:
    bilal = make_person()
    chain = received(bilal.recipient)
    answer = post(client_of(bilal), f"/staff/reports/{chain.report_id}/grants", {"grants": grants})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_workers_event_is_promised_and_the_second_of_two_is_told_to_look_again() -> None:
    bilal = make_person()
    chain = received(bilal.recipient)
    client, address = client_of(bilal), f"/staff/reports/{chain.report_id}/events"
    event = message(chain, by_reporter=False)
    sent = {"seq": 1, "kind": "message", "leaf": event.leaf, "sealed": event.record}
    answer = post(client, address, as_json(sent))
    assert answer.status_code == 201
    assert open_promise(answer.content, promise_verifier()).leaf_hash == leaf_hash(event.leaf)
    late = message(chain, by_reporter=False)
    again = post(client, address, as_json(sent | {"leaf": late.leaf, "sealed": late.record}))
    assert (again.status_code, again.json()["where"]) == (409, "seq")
    assert Event.objects.count() == 2
    assert report_of(chain).state == "received"


def test_an_administrator_and_a_stranger_reach_nothing_of_a_report() -> None:
    bilal, erum = make_person(), make_person("erum", "administrator")
    chain = received(bilal.recipient)
    address, administrator = f"/staff/reports/{chain.report_id}/", client_of(erum)
    for path in (address, address + "thread.json"):
        assert administrator.get(path).status_code == 403
        assert Client().get(path).status_code == 302
    for path in (address + "grants", address + "events"):
        assert post(administrator, path, {}).status_code == 403
        assert post(Client(), path, {}).status_code == 403
    assert administrator.get("/staff/")["Location"] == "/staff/people/"


@pytest.mark.parametrize("report_id", ["0" * 32, "x", "..%2f..%2fetc"])
def test_an_unknown_report_is_not_found(report_id: str) -> None:
    client = client_of(make_person())
    for path in ("", "thread.json"):
        assert client.get(f"/staff/reports/{report_id}/{path}").status_code == 404


def test_whoever_has_no_key_yet_is_led_to_make_one() -> None:
    assert client_of(make_person(with_key=False)).get("/staff/")["Location"] == "/staff/key/"


def test_what_a_page_sends_needs_its_token() -> None:
    bilal = make_person()
    chain = received(bilal.recipient)
    client = client_of(bilal, enforce_csrf_checks=True)
    address = f"/staff/reports/{chain.report_id}/"
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(address).content.decode())
    assert token
    assert post(client, address + "grants", {"grants": []}).status_code == 403
    answer = client.post(
        address + "grants", '{"grants": []}', "application/json", headers={"X-CSRFToken": token[1]}
    )
    assert answer.status_code == 400


def test_the_inbox_says_whether_witnesses_have_seen_the_log(data_folder: Path) -> None:
    client = client_of(make_person())
    assert "independent witnesses" not in client.get("/staff/").content.decode()
    sequence(now=NOW)
    assert "This log has no independent witnesses" in client.get("/staff/").content.decode()
    key = generate_signer("witness.example", COSIGNATURE).verifier
    policy = data_folder / "policy.txt"
    policy.write_text(policy.read_text().replace("quorum none", f"witness w {key}\nquorum w"))
    page = client.get("/staff/").content.decode()
    assert "Not yet witnessed" in page
    assert 'class="error"' in page
