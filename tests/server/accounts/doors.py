"""How the people of these tests come in: by the pages, as a browser does."""

import re
import time
from typing import Any

from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from amanat import clock
from server.makers import PASSWORD, Person, make_person

FIELDS = {"sign_in_name": "bilal", "pseudonym": "Bilal", "password": PASSWORD, "password_again": PASSWORD}


def invitation(role: str = "worker") -> str:
    """The address of a new invitation, good at the real time, which the pages use."""
    from amanat.server.accounts.actions import invite

    return f"/staff/invitation/{invite(by=None, now=clock.now(), role=role)}/"


def code_of(name: str) -> str:
    """The member's code of this moment."""
    totp = TOTP(TOTPDevice.objects.get(user__sign_in_name=name).bin_key)
    totp.time = time.time()
    return f"{totp.token():06d}"


def join(client: Client, role: str = "worker") -> None:
    """Give the password; the second factor waits for its first code."""
    assert client.post(invitation(role), FIELDS)["Location"] == "/staff/code/"
    assert client.get("/staff/code/").status_code == 200


def with_code(name: str = "bilal", role: str = "worker") -> Person:
    """Somebody who has everything to sign in with."""
    person = make_person(name, role)
    TOTPDevice.objects.create(user=person.member, name="code", confirmed=True)
    return person


def sign_in(client: Client, name: str = "bilal", **fields: str) -> Any:
    """The answer to the form, right in all that `fields` does not change."""
    sent = {"sign_in_name": name, "password": PASSWORD, "code": code_of(name)} | fields
    return client.post("/staff/login/", sent)


def without_values(page: bytes) -> str:
    """What a page says, without what was typed into it and the token that is new in each one."""
    return re.sub(r'value="[^"]*"', "", page.decode())
