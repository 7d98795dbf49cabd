import base64
import json
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat.server.accounts.models import MemberKey
from server.makers import found, make_person

pytestmark = pytest.mark.django_db


def signed_in(name: str = "bilal", role: str = "worker", *, with_key: bool = False) -> Client:
    """A client of somebody who signed in with password and code."""
    person = make_person(name, role, with_key=with_key)
    device = TOTPDevice.objects.create(user=person.member, name="code", confirmed=True)
    client = Client()
    client.force_login(person.member)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def a_key() -> dict[str, str]:
    identity = pyrage.x25519.Identity.generate()
    wrapped = pyrage.passphrase.encrypt(str(identity).encode(), "quiet lantern")
    return {"recipient": str(identity.to_public()), "wrapped": base64.b64encode(wrapped).decode()}


def send(client: Client, value: Any) -> Any:
    return client.post("/staff/key/", json.dumps(value), content_type="application/json")


@pytest.mark.slow
def test_a_key_is_kept_once_and_given_back_to_its_member_only() -> None:
    bilal, farah, key = signed_in(), signed_in("farah"), a_key()
    assert send(bilal, key).status_code == 201
    assert bilal.get("/staff/key/wrapped.json").json() == key
    assert send(bilal, a_key()).status_code == 409
    assert farah.get("/staff/key/wrapped.json").status_code == 404
    assert bilal.get("/staff/key/")["Location"] == "/staff/"


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "age1nonsense"},
        {"recipient": "AGE-SECRET-KEY-1QQQQQQ"},
        {"wrapped": ""},
        {"wrapped": base64.b64encode(b"AGE-SECRET-KEY-1QQQQQQ").decode()},
        {"wrapped": base64.b64encode(b"age-encryption.org/v1\n-> scrypt " + bytes(5000)).decode()},
        {"wrapped": base64.b64encode(b"age-encryption.org/v1\n-> X25519 abc").decode()},
        {"passphrase": "quiet lantern"},
    ],
)
def test_what_is_not_a_wrapped_key_is_refused_and_not_repeated(change: dict[str, str]) -> None:
    client = signed_in()
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    wrapped = base64.b64encode(b"age-encryption.org/v1\n-> scrypt x 16\n").decode()
    answer = send(client, {"recipient": recipient, "wrapped": wrapped} | change)
    assert answer.status_code == 400
    assert "SECRET" not in answer.content.decode()
    assert "lantern" not in answer.content.decode()
    assert not MemberKey.objects.exists()


def test_an_administrator_keeps_no_key() -> None:
    erum = signed_in("erum", "administrator")
    assert send(erum, {"recipient": "age1", "wrapped": ""}).status_code == 403
    assert erum.get("/staff/key/wrapped.json").status_code == 403
