"""The public log over HTTP: what is served, how it is cached, and that nothing else can be reached."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from amanat.server.ledger import queries
from amanat.server.ledger.jobs import sequence
from amanat.tlog.note import parse_verifier
from amanat.tlog.policy import parse_policy
from amanat.tlog.tile import parse_bundle
from amanat.tlog.trust import verify_checkpoint

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
JSON = {"Accept": "application/json"}


@pytest.fixture
def log_of_300(data_folder: Path, settings) -> None:
    settings.AMANAT_EPOCH_LEAVES = 100
    for epoch in range(3):
        sequence(now=START + timedelta(minutes=10 * epoch))


def test_the_checkpoint_is_always_asked_for_anew_and_may_be_read_from_anywhere(client: Client, log_of_300):
    response = client.get("/log/checkpoint")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert verify_checkpoint(response.content, queries.policy()).checkpoint.size == 300


def test_a_full_tile_is_for_ever_and_a_partial_one_for_minutes(client: Client, log_of_300):
    full, partial = client.get("/log/tile/0/000"), client.get("/log/tile/0/001.p/44")
    assert (len(full.content), full["Cache-Control"]) == (8192, "public, max-age=31536000, immutable")
    assert (len(partial.content), partial["Cache-Control"]) == (44 * 32, "public, max-age=300")
    assert full["Content-Type"] == partial["Content-Type"] == "application/octet-stream"


def test_bundles_hold_the_leaves(client: Client, log_of_300):
    bundles = [client.get(f"/log/tile/entries/{name}").content for name in ("000", "001.p/44")]
    assert [leaf for bundle in bundles for leaf in parse_bundle(bundle)] == queries.leaves(0, 300)


@pytest.mark.parametrize("kind", ["0", "entries"])
def test_a_partial_tile_is_cut_from_the_full_one_when_only_that_is_left(
    client: Client, log_of_300, kind: str
):
    full, partial = (
        client.get(f"/log/tile/{kind}/000").content,
        client.get(f"/log/tile/{kind}/000.p/77").content,
    )
    assert full.startswith(partial)
    assert len(partial) == 77 * (32 if kind == "0" else 66)


@pytest.mark.parametrize(
    "name",
    [
        "0/002",
        "0/001",
        "0/0",
        "0/000.p/0",
        "0/000.p/256",
        "00/000",
        "64/000",
        "0/x000/000",
        "data/000",
        "../checkpoint",
        "../../keys/log.skey",
        "0/000/../../../keys/log.skey",
        "0/000%0A",
        "%2e%2e/%2e%2e/keys/log.skey",
        "0//000",
        "",
    ],
)
def test_what_is_no_tile_is_not_found(client: Client, log_of_300, name: str):
    assert client.get(f"/log/tile/{name}", headers=JSON).status_code == 404


@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None
)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_name_reaches_anything_but_a_tile(client: Client, log_of_300, name: str):
    response = client.get(f"/log/tile/{name}", headers=JSON)
    assert response.status_code == 404 or b"PRIVATE" not in response.content


def test_a_log_without_a_tree_has_no_checkpoint_yet(client: Client, data_folder: Path):
    assert client.get("/log/checkpoint", headers=JSON).status_code == 404


def test_policy_and_promise_key_can_be_used_as_they_are(client: Client, data_folder: Path):
    assert parse_policy(client.get("/log/policy.txt").content.decode()) == queries.policy()
    assert (
        parse_verifier(client.get("/log/promise-key.txt").content.decode().strip())
        == queries.promise_verifier()
    )


def test_nothing_public_can_be_written(client: Client, data_folder: Path):
    for address in ("/log/checkpoint", "/log/tile/0/000", "/log/policy.txt", "/healthz"):
        assert client.post(address).status_code == 405


def test_a_public_file_sets_no_cookie_and_does_not_depend_on_one(client: Client, log_of_300):
    for address in (
        "/log/checkpoint",
        "/log/tile/0/000",
        "/log/policy.txt",
        "/log/promise-key.txt",
        "/healthz",
    ):
        response = client.get(address)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_the_sign_of_life_needs_the_database(client: Client):
    assert client.get("/healthz").content == b"ok\n"


def test_the_page_for_people_names_the_log_its_size_and_its_witnesses(client: Client, log_of_300):
    response = client.get("/log/")
    text = response.content.decode()
    assert "amanat.example/log" in text
    assert "300" in text
    assert not response.cookies


def test_the_page_for_people_works_before_the_first_tree(client: Client, data_folder: Path):
    assert client.get("/log/").status_code == 200


def test_reading_the_log_takes_few_queries(client: Client, log_of_300, django_assert_max_num_queries):
    with django_assert_max_num_queries(0):
        client.get("/log/tile/0/000")
        client.get("/log/checkpoint")
    with django_assert_max_num_queries(2):
        client.get("/log/")
