"""Signed-in clients for the tests of the referrals' pages."""

from typing import Any

from django.test import Client


def client_of(person: Any, **options: Any) -> Client:
    """A client of somebody who signed in with password and code."""
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.create(user=person.member, name="code", confirmed=True)
    client = Client(**options)
    client.force_login(person.member)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client
