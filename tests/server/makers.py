"""People, sealed reports and events for the tests of the server, made as real ones are."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyrage

from amanat.receipt.chain import Chain, Fresh, Made
from amanat.sealing.keys import locator_hash
from amanat.tlog.hashing import EMPTY_ROOT

NOW = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
FRESH = Fresh(0, EMPTY_ROOT)
ANSWERS = {
    "text": "An invented report.",
    "where": "",
    "when": "",
    "relation": "",
    "known_by": "",
    "come_back": "",
}
PASSWORD = "long-enough-for-tests-42"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Person:
    """A member as their browser holds them: the identity never reaches the server."""

    member: Any
    identity: pyrage.x25519.Identity = field(repr=False)

    @property
    def recipient(self) -> str:
        return str(self.identity.to_public())


def make_person(name: str = "bilal", role: str = "worker", *, with_key: bool = True) -> Person:
    """A member who accepted an invitation, with a key of their own."""
    from amanat.server.accounts import actions

    token = actions.invite(by=None, now=NOW, role=role)
    member = actions.accept_invitation(
        now=NOW, token=token, sign_in_name=name, pseudonym=name.capitalize(), password=PASSWORD
    )
    person = Person(member, pyrage.x25519.Identity.generate())
    if with_key and role != "administrator":
        actions.keep_key(by=member, now=NOW, recipient=person.recipient, wrapped="")
    return person


def found() -> pyrage.x25519.Identity:
    """The organisation; returns its recovery identity."""
    from amanat.server.accounts import actions

    recovery = pyrage.x25519.Identity.generate()
    actions.found_organisation(
        now=NOW, name="Desk", origin="amanat.example/log", recovery_recipient=str(recovery.to_public())
    )
    return recovery


def sealed_report(*recipients: str) -> tuple[Chain, dict[str, Any]]:
    """A chain, and what its browser sends: the arguments of `receive_report` but for by and now."""
    chain = Chain()
    to = recipients or (str(pyrage.x25519.Identity.generate().to_public()),)
    sealed, event = chain.report(ANSWERS, to, now=NOW, fresh=FRESH)
    return chain, {
        "report_id": chain.report_id,
        "locator_hash": locator_hash(chain.keys.locator),
        "sealed": sealed,
        "leaf": event.leaf,
        "record": event.record,
    }


def received(*recipients: str) -> Chain:
    """The chain of a report that the server has."""
    from amanat.server.intake.actions import receive_report

    chain, sent = sealed_report(*recipients)
    receive_report(by=None, now=NOW, **sent)
    return chain


def report_of(chain: Chain) -> Any:
    from amanat.server.intake.models import Report

    return Report.objects.get(pk=chain.report_id)


def message(chain: Chain, *, kind: str = "message", by_reporter: bool = True) -> Made:
    """The next event of a chain."""
    return chain.event(kind, "An invented message.", by_reporter=by_reporter, now=NOW, fresh=FRESH)


def as_json(sent: dict[str, Any]) -> dict[str, Any]:
    """What is sent, with its bytes in base64."""
    return {name: b64(value) if isinstance(value, bytes) else value for name, value in sent.items()}
