from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from amanat import clock as door
from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.receipt.promise import open_promise
from amanat.server.intake.models import Event
from amanat.server.ledger.models import Entry
from amanat.server.ledger.queries import promise_verifier
from amanat.server.referrals.actions.doings import Doing, do
from amanat.server.referrals.models import Referral
from amanat.server.referrals.queries.clocks import preview, preview_event
from amanat.strict import encode_base64, format_time, parse_time
from amanat.tlog.hashing import leaf_hash
from server.makers import FRESH, NOW, found, make_person, received, report_of
from server.referrals.doors import client_of
from server.referrals.places import give_clock, make_institution
from server.referrals.sending import refer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Place:
    """A referral with a running clock, and the chain of its report."""

    def __init__(self) -> None:
        found()
        self.bilal = make_person()
        police = make_institution()
        give_clock(police)
        self.chain = received(self.bilal.recipient)
        due = preview(police, "investigation", now=NOW).due
        self.referring = refer(self.bilal, self.chain, police, due=due)

    @property
    def referral(self) -> Referral:
        return Referral.objects.select_related("clock", "report").get(pk=self.referring.referral_id)

    def event(self, kind: str) -> dict[str, Any]:
        made = self.chain.event(kind, "Invented words.", by_reporter=False, now=NOW, fresh=FRESH)
        return {"seq": made.seq, "leaf": made.leaf, "sealed": made.record}

    def do(self, doing: Doing, event: dict[str, Any], *, now: Any = NOW) -> bytes:
        return do(by=self.bilal.member, now=now, referral=self.referral, doing=doing, **event)


@pytest.fixture
def place(data_folder: Path) -> Place:
    return Place()


def after(place: Place, kind: str, **given: Any) -> Any:
    return preview_event(place.referral.clock, kind, **{"now": NOW} | given).due


def test_a_pause_and_an_extension_stand_in_the_log_with_their_leaf(place: Place) -> None:
    event = place.event("information_requested")
    promise = place.do(Doing("paused", None, "information_requested"), event)
    assert open_promise(promise, promise_verifier()).leaf_hash == leaf_hash(event["leaf"])
    assert place.referral.clock.state == "paused"
    later = NOW + 2 * DAY
    place.do(Doing("resumed", after(place, "resumed", now=later)), place.event("extended"), now=later)
    due = after(place, "extended", now=later, days=3)
    place.do(Doing("extended", due, "law", 3), place.event("extended"), now=later)
    assert place.referral.clock.due == due
    rows = place.referral.clock.events.order_by("seq")
    assert [(row.kind, row.entry is not None, row.author) for row in rows[1:]] == [
        (kind, True, place.bilal.member) for kind in ("paused", "resumed", "extended")
    ]
    assert [row.entry for row in rows] == [event.entry for event in Event.objects.order_by("seq")[1:]]


def test_the_same_bytes_again_do_nothing_twice(place: Place) -> None:
    event, due = place.event("extended"), after(place, "extended", days=2)
    promise = place.do(Doing("extended", due, "law", 2), event)
    assert place.do(Doing("extended", due, "law", 2), event) == promise
    assert place.referral.clock.events.filter(kind="extended").count() == 1


def test_neither_is_kept_without_the_other(place: Place) -> None:
    before = Entry.objects.count()
    wrong = [
        (Doing("extended", NOW, "law", 2), Conflict),
        (Doing("extended", None, "law", 0), Malformed),
        (Doing("extended", None, "because", 2), Malformed),
        (Doing("resumed", None), Conflict),
    ]
    event = place.event("extended")
    for doing, error in wrong:
        with pytest.raises(error):
            place.do(doing, event)
    with pytest.raises(Conflict):
        place.do(Doing("extended", after(place, "extended", days=2), "law", 2), {**event, "seq": 9})
    assert Entry.objects.count() == before
    assert place.referral.clock.events.count() == 1


def test_a_clock_whose_time_is_over_is_left_alone(place: Place) -> None:
    due = place.referral.clock.due
    with pytest.raises(Conflict):
        place.do(Doing("extended", due + DAY, "law", 1), place.event("extended"), now=due)
    with pytest.raises(Conflict):
        preview_event(place.referral.clock, "extended", now=due, days=1)


def test_nothing_else_is_done_and_not_by_an_administrator(place: Place) -> None:
    with pytest.raises(Malformed):
        Doing("stopped", None)
    erum = make_person("erum", "administrator").member
    with pytest.raises(NotAllowed):
        do(
            by=erum,
            now=NOW,
            referral=place.referral,
            doing=Doing("paused", None, "law"),
            **place.event("extended"),
        )


def test_a_browser_asks_for_the_date_and_sends_it_with_its_leaf(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "now", lambda: NOW)
    client = client_of(place.bilal)
    address = f"/staff/reports/{report_of(place.chain).pk}/referrals/{place.referring.referral_id}/clock"
    shown = client.get(f"{address}.json?what=extended&days=4&reason=law").json()
    assert "added 4 days: the law says so" in shown["words"][2]
    event = place.event("extended")
    value = {name: encode_base64(part) if isinstance(part, bytes) else part for name, part in event.items()}
    value |= {"what": "extended", "reason": "law", "days": 4, "due": shown["due"]}
    assert client.post(address, value, content_type="application/json").status_code == 201
    assert format_time(place.referral.clock.due) == shown["due"]
    assert parse_time(shown["due"]) > NOW
    for query in ("", "?what=stopped", "?what=extended&days=401", "?what=extended&days=x"):
        assert client.get(f"{address}.json{query}").status_code == 400
    assert client.get(f"{address}.json?what=resumed").status_code == 409
