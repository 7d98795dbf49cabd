"""The page that fingerprints on the holder's own device: what its policies let it do, and nothing more."""

import gzip

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db
STATIC = settings.SERVER_FOLDER / "static"


def policy_of(response: HttpResponse) -> set[str]:
    return {part.strip() for part in response["Content-Security-Policy"].split(";")}


@pytest.mark.parametrize(("address", "words"), [("/en/", "on your own device"), ("/ur/", "اپنے ہی آلے پر")])
def test_the_page_sets_no_cookie_can_be_left_and_may_not_connect(client: Client, address: str, words: str):
    response = client.get(f"{address}fingerprint/")
    assert words in response.content.decode()
    assert 'id="leave"' in response.content.decode()
    assert not response.cookies
    policy = policy_of(response)
    assert policy >= {"default-src 'none'", "connect-src 'none'", "script-src 'self'", "worker-src 'self'"}
    assert "wasm" not in " ".join(policy)


def test_the_worker_may_run_its_own_webassembly_and_connect_nowhere(client: Client):
    response = client.get("/fingerprint/worker.js", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert gzip.decompress(response.content) == (STATIC / "vendor" / "fingerprint-worker.js").read_bytes()
    assert policy_of(response) == {"default-src 'none'", "script-src 'wasm-unsafe-eval'"}


def test_the_page_to_take_away_is_a_download(client: Client):
    response = client.get("/fingerprint.html")
    assert response["Content-Disposition"] == 'attachment; filename="fingerprint.html"'
    assert response.content == (STATIC / "fingerprint.html").read_bytes()
    assert client.post("/fingerprint.html").status_code == 405
