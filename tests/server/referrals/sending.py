"""Referrals and their steps for the tests, made as browsers make them."""

from datetime import datetime
from typing import Any

from amanat.receipt.chain import Chain
from amanat.receipt.referring import Referring
from server.makers import FRESH, NOW, report_of


def refer_arguments(chain: Chain, referring: Referring, institution: Any, **given: Any) -> dict[str, Any]:
    """The arguments of `refer` but for by and now."""
    from amanat.server.referrals.actions.referrals import NewReferral

    due: datetime | None = given.pop("due", None)
    name = institution.name
    event = chain.event(
        "referred", "An invented referral.", by_reporter=False, now=NOW, fresh=FRESH, counterparty=name
    )
    made: dict[str, Any] = {
        "referral_id": referring.referral_id,
        "number": referring.number,
        "institution": institution,
        "request": "investigation",
        "sees": "words",
        "locator_hash": referring.locator_hash,
        "package": referring.package(due=due, institution=name),
        "due": due,
    }
    sent = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record}
    return {"report": report_of(chain), **sent, "made": NewReferral(**made | given)}


def refer(by: Any, chain: Chain, institution: Any, **given: Any) -> Referring:
    """A referral that the server has."""
    from amanat.server.referrals.actions import referrals

    referring = Referring(chain.keys.thread_key, number=given.pop("number", 0))
    now = given.pop("now", NOW)
    referrals.refer(by=by.member, now=now, **refer_arguments(chain, referring, institution, **given))
    return referring


def step_of(referring: Referring, kind: str, text: str = "Invented words.", **given: Any) -> Any:
    """The institution's next step, as the server takes it."""
    from amanat.server.referrals.actions.referrals import NewStep

    due = given.pop("due", None)
    made = referring.step(kind, text, now=NOW, fresh=FRESH, **given)
    return NewStep(made.seq, kind, made.leaf, made.head, made.body, due)


def onward_of(referring: Referring, institution: Any, **given: Any) -> tuple[Referring, Any]:
    """The referral that an institution makes for another, number 0 below its own."""
    from amanat.server.referrals.actions.referrals import NewReferral

    following = Referring(referring.keys.key, number=given.pop("number", 0))
    made: dict[str, Any] = {
        "referral_id": following.referral_id,
        "number": following.number,
        "institution": institution,
        "request": "investigation",
        "sees": "words",
        "locator_hash": following.locator_hash,
        "package": following.package(institution=institution.name),
        "due": None,
    }
    return following, NewReferral(**made | given)


def referral_row(referring: Referring) -> Any:
    from amanat.server.referrals.models import Referral

    return Referral.objects.get(pk=referring.referral_id)
