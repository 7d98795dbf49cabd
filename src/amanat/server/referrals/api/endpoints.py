"""The endpoints of the API: what was handed to an institution, its clocks, and the steps it takes.

Shown right by `tests/server/referrals/test_api.py`; `docs/reference/openapi.json` is made from it.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Status

from amanat import clock
from amanat.errors import NotFound
from amanat.receipt.leaf import LEAF_BYTES
from amanat.server.referrals.actions import referrals as actions
from amanat.server.referrals.actions.referrals import NewReferral, NewStep
from amanat.server.referrals.api.door import door
from amanat.server.referrals.api.schemas import (
    Asked,
    ClockShape,
    HandedPage,
    InstitutionShape,
    NewOnward,
    NewReferralShape,
    NewStepShape,
    Part,
    PreviewShape,
    Problem,
    Promise,
    ReferralId,
    ReferralShape,
)
from amanat.server.referrals.models import Institution
from amanat.server.referrals.queries import handed as queries
from amanat.server.referrals.queries.clocks import preview
from amanat.server.referrals.queries.referrals import institution as find_institution
from amanat.server.referrals.queries.referrals import institutions as all_institutions
from amanat.strict import decode_base64, parse_time

__all__ = ["api"]

api = door()
BUSY: dict[Any, Any] = {401: Problem, 503: Problem}
WRONG: dict[Any, Any] = {**BUSY, 400: Problem, 404: Problem}
WRITING: dict[Any, Any] = {**WRONG, 201: Promise, 409: Problem}


@api.get("/referrals", response={**BUSY, 200: HandedPage, 400: Problem}, summary="What was handed to us")
def referrals(request: HttpRequest, part: Query[Part]) -> dict[str, Any]:
    """The referrals to this institution, the newest first."""
    rows = queries.handed(_institution(request), state=part.state)
    shown = [queries.summary(row) for row in rows[part.offset : part.offset + part.limit]]
    return {"total": rows.count(), "referrals": shown}


@api.get("/referrals/{referral_id}", response={200: ReferralShape, **WRONG}, summary="One referral")
def referral(request: HttpRequest, referral_id: ReferralId) -> dict[str, Any]:
    """One referral with its sealed package and the steps of its chain."""
    return queries.whole(queries.one(_institution(request), referral_id))


@api.get("/referrals/{referral_id}/clock", response={200: ClockShape, **WRONG}, summary="Its clock")
def referral_clock(request: HttpRequest, referral_id: ReferralId) -> dict[str, Any]:
    """The due date, how it came to be step by step, and what happened to the clock; 404 where none runs."""
    found = queries.one(_institution(request), referral_id).clock
    if found is None:
        raise NotFound("no clock runs for this referral", where="referral_id")
    return queries.clock_object(found)


@api.post("/referrals/{referral_id}/steps", response=WRITING, summary="Take a step")
def take_step(request: HttpRequest, referral_id: ReferralId, given: NewStepShape) -> Status[dict[str, str]]:
    """Add a signed step to the chain. The same bytes again give the same promise; 409 when `seq` is taken."""
    row = queries.one(_institution(request), referral_id)
    promise = actions.take_step(by=None, now=clock.now(), referral=row, step=_step(given))
    return Status(201, {"promise": promise.decode()})


@api.post("/referrals/{referral_id}/onward", response=WRITING, summary="Hand it onward")
def hand_onward(request: HttpRequest, referral_id: ReferralId, given: NewOnward) -> Status[dict[str, str]]:
    """Transfer a referral: a signed step, and the sealed referral that it makes for another institution."""
    row = queries.one(_institution(request), referral_id)
    promise = actions.hand_onward(
        by=None,
        now=clock.now(),
        referral=row,
        step=_step(given.step),
        made=_referral(given.referral, sees=row.sees),
    )
    return Status(201, {"promise": promise.decode()})


@api.get("/due", response={200: PreviewShape, **WRONG}, summary="A due date from now")
def due(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The due date that a clock started now would have, for its leaf: ours, or another institution's."""
    other = asked.institution
    where = _institution(request) if other is None else find_institution(other)
    return queries.explained(preview(where, asked.kind, now=clock.now()))


@api.get("/institutions", response={**BUSY, 200: list[InstitutionShape]}, summary="Who else there is")
def institutions(request: HttpRequest) -> list[dict[str, Any]]:
    """The institutions that a request can be handed on to, with what the law gives them time for."""
    del request
    names = ("id", "name", "kind", "requests")
    return [{name: row[name] for name in names} for row in all_institutions() if row["is_active"]]


def _institution(request: HttpRequest) -> Institution:
    found: Institution = request.auth  # type: ignore[attr-defined]
    return found


def _step(given: NewStepShape) -> NewStep:
    return NewStep(
        seq=given.seq,
        kind=given.kind,
        leaf=decode_base64(given.leaf, length=LEAF_BYTES, where="leaf"),
        head=decode_base64(given.head, where="head"),
        body=decode_base64(given.body, where="body"),
        due=_moment(given.due),
    )


def _referral(given: NewReferralShape, *, sees: str) -> NewReferral:
    return NewReferral(
        referral_id=given.referral_id,
        number=given.number,
        institution=find_institution(given.institution),
        request=given.request,
        sees=sees,
        locator_hash=decode_base64(given.locator_hash, length=32, where="locator_hash"),
        package=decode_base64(given.package, where="package"),
        due=_moment(given.due),
    )


def _moment(text: str | None) -> datetime | None:
    return parse_time(text, where="due") if text else None
