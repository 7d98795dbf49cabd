"""What browsers send about referrals, read strictly: JSON with sealed bytes in base64.

Shared by the worker's page and the page of the institution.
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from amanat.errors import Malformed
from amanat.receipt.leaf import LEAF_BYTES
from amanat.sealing.keys import LOCATOR_BYTES
from amanat.server.referrals.actions.referrals import NewReferral, NewStep
from amanat.server.referrals.queries import referrals as queries
from amanat.strict import decode_base64, parse_time

__all__ = [
    "LETTER",
    "REFERRAL",
    "STEP",
    "leaf_of",
    "letter_address",
    "locator_of",
    "new_referral",
    "new_step",
]

LETTER = {"locator": str}
STEP = {"seq": int, "kind": str, "leaf": str, "head": str, "body": str, "due": str}
REFERRAL = {
    "referral_id": str,
    "number": int,
    "institution": int,
    "request": str,
    "sees": str,
    "locator_hash": str,
    "package": str,
    "kept": str,
    "due": str,
}


def letter_address() -> str:
    """Where an institution opens its letter, as it is printed: without a language, which the letter adds."""
    return f"{settings.AMANAT_URL.rstrip('/')}/referral/"


def locator_of(value: dict[str, Any]) -> bytes:
    """The locator of a letter, or of a reporter."""
    return decode_base64(value["locator"], length=LOCATOR_BYTES, where="locator")


def leaf_of(value: dict[str, Any]) -> bytes:
    """The leaf."""
    return decode_base64(value["leaf"], length=LEAF_BYTES, where="leaf")


def new_step(value: dict[str, Any]) -> NewStep:
    """The step in a body that has the keys of `STEP`."""
    return NewStep(
        seq=value["seq"],
        kind=value["kind"],
        leaf=leaf_of(value),
        head=decode_base64(value["head"], where="head"),
        body=decode_base64(value["body"], where="body"),
        due=_due(value),
    )


def new_referral(value: dict[str, Any]) -> NewReferral:
    """The referral in an object that has the keys of `REFERRAL`; raises `Malformed`, `NotFound`."""
    if value.keys() != REFERRAL.keys() or any(type(value[key]) is not kind for key, kind in REFERRAL.items()):
        raise Malformed(
            f"not an object with exactly the keys {', '.join(sorted(REFERRAL))}", where="referral"
        )
    return NewReferral(
        referral_id=value["referral_id"],
        number=value["number"],
        institution=queries.institution(value["institution"]),
        request=value["request"],
        sees=value["sees"],
        locator_hash=decode_base64(value["locator_hash"], length=32, where="locator_hash"),
        package=decode_base64(value["package"], where="package"),
        due=_due(value),
        kept=decode_base64(value["kept"], where="kept"),
    )


def _due(value: dict[str, Any]) -> datetime | None:
    """The date that the page showed; empty where no clock starts."""
    return parse_time(value["due"], where="due") if value["due"] else None
