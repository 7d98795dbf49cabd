"""While very many reports arrive, each costs its sender some work; none costs anything otherwise."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from amanat.receipt.work import find, is_done
from amanat.server.intake import rules
from amanat.server.intake.models import Report
from server.makers import as_json, found, make_person, sealed_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(settings: Any, data_folder: Path) -> None:
    """A server on which every report costs work."""
    settings.AMANAT_WORK_AFTER = 0
    found()
    make_person()


def send(client: Client, sent: dict[str, Any], work: str = "") -> Any:
    headers = {"Amanat-Work": work} if work else {}
    body = json.dumps(as_json(sent))
    return client.post("/report/sealed", body, content_type="application/json", headers=headers)


def worked(client: Client, leaf: bytes) -> str:
    asked = client.get("/report/intake.json").json()["work"]
    return f"{asked['challenge']} {find(asked['challenge'], leaf, bits=asked['bits'])}"


def test_a_quiet_server_asks_for_no_work(client: Client, data_folder: Path) -> None:
    found()
    make_person()
    assert client.get("/report/intake.json").json()["work"]["bits"] == 0
    assert send(client, sealed_report()[1]).status_code == 201


def test_without_work_a_busy_server_takes_nothing_and_with_it_the_same_bytes(
    client: Client, busy: None
) -> None:
    _, sent = sealed_report()
    refused = send(client, sent)
    assert (refused.status_code, refused.json()["title"]) == (429, "WorkNeeded")
    assert Report.objects.count() == 0
    proof = worked(client, sent["leaf"])
    assert send(client, sent, proof).status_code == 201
    assert send(client, sent, proof).status_code == 201
    assert Report.objects.count() == 1


def test_work_is_for_one_report_only(client: Client, busy: None) -> None:
    (_, first), (_, second) = sealed_report(), sealed_report()
    proof = worked(client, first["leaf"])
    challenge, number = proof.split(" ")
    assert send(client, first, proof).status_code == 201
    # One number in 4096 would do for both.
    by_chance = is_done(challenge, second["leaf"], int(number), bits=rules.LEAST_BITS)
    assert send(client, second, proof).status_code == (201 if by_chance else 429)


@pytest.mark.parametrize(
    "work", ["nonsense", "1.12.00112233445566778899aabbccddeeff 7", "1.0.ab 0", "a b c", "7"]
)
def test_what_is_no_challenge_of_ours_counts_for_nothing(client: Client, busy: None, work: str) -> None:
    assert send(client, sealed_report()[1], work).status_code == 429
    assert Report.objects.count() == 0


def test_a_number_that_is_none_is_malformed(client: Client, busy: None) -> None:
    _, sent = sealed_report()
    challenge = worked(client, sent["leaf"]).split(" ")[0]
    for number in ("x", "-1", "+1", "99999999999", "1 1"):
        assert send(client, sent, f"{challenge} {number}").status_code == 400


def test_an_old_challenge_and_an_easy_one_count_for_nothing(
    client: Client, busy: None, settings: Any
) -> None:
    _, sent = sealed_report()
    secret = settings.SECRET_KEY.encode()
    now_epoch = int(client.get("/report/intake.json").json()["work"]["challenge"].split(".")[0])
    for epoch, bits in ((now_epoch - 50, 12), (now_epoch + 5, 12), (now_epoch, 0), (now_epoch, 3)):
        challenge = rules.work_challenge(secret, epoch, bits)
        assert (
            send(client, sent, f"{challenge} {find(challenge, sent['leaf'], bits=bits)}").status_code == 429
        )


def test_the_work_grows_with_the_flood_and_not_without_end() -> None:
    assert [rules.work_bits(n, 100) for n in (0, 99, 100, 199, 200, 400, 10**9)] == [0, 0, 12, 12, 13, 14, 18]
    assert rules.work_bits(0, 0) == rules.LEAST_BITS


def test_without_scripts_a_flood_is_answered_that_nothing_was_received(
    client: Client, busy: None, settings: Any
) -> None:
    settings.AMANAT_WORK_AFTER = 1
    form = {"text": "An invented report.", "report_id": "ab" * 16}
    assert client.post("/report/", form).status_code == 201
    again = client.post("/report/", form | {"report_id": "cd" * 16})
    assert again.status_code == 503
    assert "NOT received" in again.content.decode()
    assert Report.objects.count() == 1
