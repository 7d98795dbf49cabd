"""A missed deadline is written into the thread once, after the lapse, by whoever opens the case first."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from amanat.errors import Conflict
from amanat.receipt.promise import open_promise
from amanat.server.ledger.queries import promise_verifier
from amanat.server.referrals.actions.clocks import look_at
from amanat.server.referrals.actions.missed import tell_missed
from amanat.server.referrals.queries.clocks import preview
from amanat.tlog.hashing import leaf_hash
from server.makers import FRESH, NOW, b64, found, make_person, received, report_of
from server.referrals.doors import client_of
from server.referrals.places import give_clock, make_institution
from server.referrals.sending import refer, referral_row, step_of

pytestmark = pytest.mark.django_db(transaction=True)


class Place:
    """A referral with a running clock."""

    def __init__(self) -> None:
        found()
        self.bilal, self.chain, police = make_person(), received(), make_institution()
        give_clock(police)
        due = preview(police, "investigation", now=NOW).due
        assert due is not None
        self.due = due
        self.referring = refer(self.bilal, self.chain, police, due=due)

    def lapse(self) -> None:
        clock = referral_row(self.referring).clock
        clock.look = clock.due
        clock.save()
        look_at(now=clock.due, clock_id=clock.pk)

    def event(self) -> dict[str, Any]:
        before = self.chain.seq, self.chain.previous
        made = self.chain.event("deadline_missed", "No answer.", by_reporter=False, now=NOW, fresh=FRESH)
        self.chain.seq, self.chain.previous = before
        return {"seq": made.seq, "leaf": made.leaf, "sealed": made.record}

    def tell(self, event: dict[str, Any], now: Any = None) -> bytes:
        referral = referral_row(self.referring)
        return tell_missed(by=self.bilal.member, now=now or self.due, referral=referral, **event)

    def is_untold(self, client: Client) -> bool:
        address = f"/staff/reports/{report_of(self.chain).pk}/referrals.json"
        return bool(client.get(address).json()["referrals"][0]["is_lapse_untold"])


@pytest.fixture
def place(data_folder: Path) -> Place:
    return Place()


def test_nothing_is_written_before_the_clock_has_lapsed(place: Place) -> None:
    assert not place.is_untold(client_of(place.bilal))
    with pytest.raises(Conflict):
        place.tell(place.event(), now=NOW)
    assert report_of(place.chain).events.count() == 2


def test_it_is_written_once_with_its_leaf_and_the_same_bytes_give_the_same_promise(place: Place) -> None:
    place.lapse()
    event, other = place.event(), place.event()
    promise = place.tell(event)
    assert open_promise(promise, promise_verifier()).leaf_hash == leaf_hash(event["leaf"])
    assert place.tell(event) == promise
    with pytest.raises(Conflict):
        place.tell(other)
    with pytest.raises(Conflict):
        place.tell(other | {"seq": 3})
    assert report_of(place.chain).events.count() == 3
    row = referral_row(place.referring)
    told = row.clock.events.get(kind="lapsed")
    assert told.entry == report_of(place.chain).events.get(seq=2).entry
    assert row.clock.state == "lapsed"


def test_a_late_answer_does_not_hide_the_lapse_and_waits_for_nobody(place: Place) -> None:
    from amanat.server.referrals.actions.referrals import take_step

    place.lapse()
    step = step_of(place.referring, "answered")
    late = place.due + timedelta(days=1)
    take_step(by=None, now=late, referral=referral_row(place.referring), step=step)
    waiting = report_of(place.chain).waiting
    place.tell(place.event(), now=late)
    assert report_of(place.chain).waiting == waiting
    assert referral_row(place.referring).clock.state == "stopped"


def test_a_browser_is_told_what_is_untold_and_only_a_reader_writes_it(place: Place) -> None:
    client, admin = client_of(place.bilal), client_of(make_person("erum", "administrator"))
    place.lapse()
    assert place.is_untold(client)
    report = f"/staff/reports/{report_of(place.chain).pk}"
    address = f"{report}/referrals/{place.referring.referral_id}/missed"
    value = {name: b64(part) if isinstance(part, bytes) else part for name, part in place.event().items()}

    def post(sender: Client, where: str = address, **changed: Any) -> int:
        return sender.post(where, value | changed, content_type="application/json").status_code

    assert post(admin) == 403
    assert post(Client()) == 403
    assert post(client, f"{report}/referrals/{'0' * 32}/missed") == 404
    assert post(client, sealed=b64(b"plain words")) == 400
    assert post(client, seq=5) == 409
    assert place.is_untold(client)
    assert post(client) == 201
    assert post(client) == 201
    assert not place.is_untold(client)
