"""The requests that an existing client of HMA sends (coop's `hmaService`), in its order, against the service
as it runs apart in its compatible way: no token, addresses at the root, prints in the query."""

import io
import json

import pytest
from django.test import Client

from amanat.server.hashbank.models import Bank
from server.hashbank.lists import hexed, token

pytestmark = [pytest.mark.django_db, pytest.mark.urls("amanat.server.hashbank.alone")]
BANK = "COOP_ORG1_TEST_BANK"


@pytest.fixture
def client(settings) -> Client:
    settings.ROOT_URLCONF = "amanat.server.hashbank.alone"
    settings.AMANAT_HASHBANK_ALONE = settings.AMANAT_HASHBANK_GET = True
    settings.AMANAT_HASHBANK_AS = "coop"
    token("owner", name="coop", every_bank=False)
    return Client()


def post(client: Client, path: str, value: dict):
    return client.post(path, json.dumps(value), content_type="application/json")


def made(client: Client) -> None:
    # The ratio comes as text.
    answer = post(client, "/c/banks", {"name": BANK, "enabled_ratio": "1"})
    assert answer.status_code == 201
    assert answer.json() == {"name": BANK, "matching_enabled_ratio": 1.0}


def test_a_bank_is_made_listed_changed_and_deleted(client: Client) -> None:
    made(client)
    assert post(client, "/c/banks", {"name": BANK, "enabled_ratio": "1"}).status_code == 403
    assert client.get(f"/c/bank/{BANK}").status_code == 200
    changed = client.put(
        f"/c/bank/{BANK}", json.dumps({"enabled_ratio": 0.5}), content_type="application/json"
    )
    assert changed.json()["matching_enabled_ratio"] == 0.5
    assert client.delete(f"/c/bank/{BANK}").status_code == 200
    assert client.get(f"/c/bank/{BANK}").status_code == 404
    assert client.delete(f"/c/bank/{BANK}").status_code == 200


def test_a_file_is_listed_and_a_print_is_looked_up(client: Client) -> None:
    made(client)
    film = io.BytesIO(b"no real film")
    form = {"video": film, "content_id": "7", "metadata": json.dumps({"a": 1})}
    added = client.post(f"/c/bank/{BANK}/content", form)
    assert isinstance(added.json()["id"], int)
    md5 = added.json()["signals"]["video_md5"]
    found = client.get("/m/lookup", {"signal_type": "video_md5", "signal": md5}).json()
    assert found == {BANK: [{"bank_content_id": added.json()["id"], "distance": "0"}]}
    assert client.get("/m/lookup", {"signal_type": "pdq", "signal": hexed(1)}).json() == {}


def test_hashing_an_address_fails_as_any_failure_does(client: Client) -> None:
    assert client.get("/h/hash", {"url": "https://example.org/a.jpg"}).status_code == 403


def test_exchanges_are_offered_described_made_and_watched(client: Client) -> None:
    names = client.get("/c/exchanges/apis").json()
    assert {"fb_threatexchange", "ncmec", "stop_ncii"} <= set(names)
    for name in names:
        assert set(client.get(f"/c/exchanges/api/{name}").json()) == {
            "supports_authentification",
            "has_set_authentification",
        }
        schema = client.get(f"/c/exchanges/api/{name}/schema").json()
        assert isinstance(schema["config_schema"]["fields"], list)
        assert schema["credentials_schema"] is None
    value = {"bank": BANK, "api": "fb_threatexchange", "api_json": {"privacy_group": 123, "token": "secret"}}
    assert post(client, "/c/exchanges", value).status_code == 201
    assert client.get("/c/exchanges").json() == [BANK]
    shown = client.get(f"/c/exchange/{BANK}").json()
    assert (shown["api"], shown["enabled"], shown["privacy_group"]) == ("fb_threatexchange", True, 123)
    assert "secret" not in str(list(Bank.objects.values_list("subscription__config")))
    status = client.get(f"/c/exchange/{BANK}/status").json()
    assert status["last_fetch_succeeded"] is False
    assert status["last_fetch_complete_ts"] is None
    assert status["running_fetch_start_ts"] is None
    assert client.get("/c/exchange/NONE").status_code == 404
    assert client.delete(f"/c/exchange/{BANK}").status_code == 200


def test_a_partners_credentials_are_refused_plainly(client: Client) -> None:
    answer = post(client, "/c/exchanges/api/ncmec", {"credential_json": {"user": "a", "password": "b"}})
    assert answer.status_code == 403
    assert "amanat hashbank import" in answer.json()["details"]


def test_an_address_with_a_second_slash_is_taken_as_that_client_writes_it(client: Client) -> None:
    made(client)
    assert client.get("/", PATH_INFO=f"//c/bank/{BANK}").status_code == 200


def test_without_the_switch_nobody_acts_without_a_token(client: Client, settings) -> None:
    settings.AMANAT_HASHBANK_ALONE = False
    assert client.get("/c/banks").status_code == 401
