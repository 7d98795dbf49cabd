import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from amanat.receipt.promise import open_promise
from amanat.sealing.unseal import open_report
from amanat.server.intake.models import Event, Report
from amanat.server.ledger.queries import promise_verifier
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import parse_verifier
from amanat.tlog.policy import parse_policy
from server.makers import as_json, b64, found, make_person, message, received, sealed_report

pytestmark = pytest.mark.django_db


def post(client: Client, address: str, value: Any) -> Any:
    return client.post(address, json.dumps(value), content_type="application/json")


def test_a_page_learns_what_it_needs_to_seal(client: Client, data_folder: Path) -> None:
    found()
    bilal = make_person()
    answer = client.get("/report/intake.json")
    value = answer.json()
    assert bilal.recipient in value["recipients"]
    assert parse_verifier(value["promise_key"]) == promise_verifier()
    assert parse_policy(value["policy"]).log(value["origin"])
    assert (value["checkpoint"], value["max_delay_seconds"]) == ("", 86400)
    assert answer["Cache-Control"] == "no-store"


def test_without_a_reader_the_intake_is_closed(client: Client, data_folder: Path) -> None:
    found()
    answer = client.get("/report/intake.json", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (503, "Unavailable")


def test_a_sealed_report_is_answered_with_a_promise_and_can_be_read_by_its_reader(
    client: Client, data_folder: Path
) -> None:
    found()
    bilal = make_person()
    chain, sent = sealed_report(bilal.recipient)
    answer = post(client, "/report/sealed", as_json(sent))
    assert answer.status_code == 201
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert open_promise(answer.content, promise_verifier()).leaf_hash == leaf_hash(sent["leaf"])
    body = open_report(bytes(Report.objects.get().sealed), str(bilal.identity))
    assert body["report_id"] == chain.report_id
    assert post(client, "/report/sealed", as_json(sent)).content == answer.content
    assert not answer.cookies


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"leaf": "not base64"}, 400),
        ({"leaf": b64(b"short")}, 400),
        ({"sealed": b64(b"my name is".ljust(5000))}, 400),
        ({"record": 7}, 400),
        ({"report_id": "../../etc/passwd"}, 400),
        ({"locator_hash": b64(bytes(31))}, 400),
        ({"extra": "key"}, 400),
        ({"text": "my name is Amna"}, 400),
    ],
)
def test_a_body_that_is_not_one_is_refused_and_nothing_is_stored(
    client: Client, data_folder: Path, change: dict[str, Any], status: int
) -> None:
    _, sent = sealed_report()
    answer = post(client, "/report/sealed", as_json(sent) | change)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json().keys() == {"title", "detail", "where", "hint", "status"}
    assert "Amna" not in answer.content.decode()
    assert Report.objects.count() == 0


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(
    data=st.binary(min_size=1, max_size=300)
    | st.text(max_size=100).map(lambda text: json.dumps(text).encode())
)
@pytest.mark.parametrize("address", ["/report/sealed", "/return/thread", "/return/event"])
def test_any_bytes_are_answered_with_a_problem(
    client: Client, data_folder: Path, address: str, data: bytes
) -> None:
    answer = client.post(address, data, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_thread_is_given_to_whoever_holds_the_locator(client: Client, data_folder: Path) -> None:
    chain = received()
    answer = post(client, "/return/thread", {"locator": b64(chain.keys.locator)})
    assert (answer.status_code, answer.json()["report_id"]) == (200, chain.report_id)
    assert not answer.cookies


def test_answers_about_unknown_and_known_locators_differ_in_nothing_but_random_bytes(
    client: Client, data_folder: Path
) -> None:
    chain = received()
    known = post(client, "/return/thread", {"locator": b64(chain.keys.locator)})
    unknown = post(client, "/return/thread", {"locator": b64(bytes(16))})
    assert (known.status_code, len(known.content)) == (unknown.status_code, len(unknown.content))
    assert dict(known.headers) == dict(unknown.headers)


def test_the_database_is_asked_the_same_about_unknown_and_known_locators(
    client: Client, data_folder: Path
) -> None:
    chain = received()
    event = message(chain)
    asked = []
    for locator in (chain.keys.locator, bytes(16)):
        wrong = {"locator": locator, "seq": 7, "leaf": event.leaf, "sealed": event.record}
        with CaptureQueriesContext(connection) as questions:
            post(client, "/return/thread", {"locator": b64(locator)})
            post(client, "/return/event", as_json(wrong))
        asked.append([re.sub(r"'[^']*'|X'\w*'|\d+|%s", "?", one["sql"]) for one in questions])
    assert asked[0] == asked[1]
    assert len(asked[0]) >= 5


def test_the_reporter_adds_an_event(client: Client, data_folder: Path) -> None:
    chain = received()
    event = message(chain)
    sent = {"locator": chain.keys.locator, "seq": 1, "leaf": event.leaf, "sealed": event.record}
    answer = post(client, "/return/event", as_json(sent))
    assert answer.status_code == 201
    assert open_promise(answer.content, promise_verifier()).leaf_hash == leaf_hash(event.leaf)
    assert Event.objects.count() == 2


def test_a_wrong_number_and_an_unknown_locator_are_told_the_same(client: Client, data_folder: Path) -> None:
    chain = received()
    event = message(chain)
    sent = {"locator": chain.keys.locator, "seq": 5, "leaf": event.leaf, "sealed": event.record}
    wrong = post(client, "/return/event", as_json(sent))
    unknown = post(client, "/return/event", as_json(sent | {"locator": bytes(16), "seq": 1}))
    assert wrong.status_code == unknown.status_code == 409
    assert wrong.content == unknown.content
    assert dict(wrong.headers) == dict(unknown.headers)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("seq", [-1, 2**31, 2**63, 2**64, 10**30])
def test_a_number_beyond_any_column_is_a_conflict_too(client: Client, data_folder: Path, seq: int) -> None:
    chain = received()
    event = message(chain)
    sent = {"locator": chain.keys.locator, "seq": seq, "leaf": event.leaf, "sealed": event.record}
    assert post(client, "/return/event", as_json(sent)).status_code == 409


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite can be told to be full")
def test_when_the_disk_is_full_the_reporter_is_told_that_nothing_was_received(
    client: Client, data_folder: Path
) -> None:
    _, sent = sealed_report()
    with connection.cursor() as cursor:
        # Pages that other tests have freed would make room.
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    try:
        answer = post(client, "/report/sealed", as_json(sent))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert answer.status_code == 507
    assert "NOT received" in answer.json()["detail"]
    assert Report.objects.count() == 0
    assert post(client, "/report/sealed", as_json(sent)).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite is locked as a whole")
def test_while_the_database_is_locked_the_reporter_is_told_to_try_again_and_nothing_is_lost(
    client: Client, data_folder: Path
) -> None:
    _, sent = sealed_report()
    with closing(sqlite3.connect(connection.settings_dict["NAME"], uri=True)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE intake_report SET epoch = epoch")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        answer = post(client, "/report/sealed", as_json(sent))
        other.rollback()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert "NOT received" in answer.json()["detail"]
    assert "sending twice does no harm" in answer.json()["hint"]
    assert Report.objects.count() == 0
    assert post(client, "/report/sealed", as_json(sent)).status_code == 201


@pytest.mark.parametrize("address", ["/report/sealed", "/return/thread", "/return/event"])
def test_what_is_sent_is_never_taken_from_an_address(client: Client, data_folder: Path, address: str) -> None:
    assert client.get(address).status_code == 405
