from dataclasses import replace
from pathlib import Path

import pytest

from amanat.errors import Conflict, Malformed
from amanat.receipt.promise import open_promise
from amanat.server.intake.actions import append_event, receive_report
from amanat.server.intake.models import Event, Report
from amanat.server.ledger.models import Entry
from amanat.server.ledger.queries import promise_verifier
from amanat.tlog.hashing import leaf_hash
from server.makers import NOW, make_person, message, received, report_of, sealed_report

pytestmark = pytest.mark.django_db


def test_a_report_is_stored_with_its_leaf_and_promised(data_folder: Path) -> None:
    chain, sent = sealed_report()
    promise = open_promise(receive_report(by=None, now=NOW, **sent), promise_verifier())
    assert promise.leaf_hash == leaf_hash(sent["leaf"])
    report = report_of(chain)
    assert (bytes(report.sealed), report.state, report.waiting) == (sent["sealed"], "received", True)
    event = Event.objects.get(report=report)
    assert (event.seq, bytes(event.sealed), bytes(event.entry.leaf)) == (0, sent["record"], sent["leaf"])
    assert report.epoch == event.entry.epoch == int(NOW.timestamp()) // 600


def test_sending_the_same_report_again_gives_the_same_promise_and_stores_nothing(data_folder: Path) -> None:
    _, sent = sealed_report()
    first = receive_report(by=None, now=NOW, **sent)
    assert receive_report(by=None, now=NOW, **sent) == first
    assert (Report.objects.count(), Event.objects.count(), Entry.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("name", ["report_id", "locator_hash", "sealed", "leaf", "record"])
def test_anything_of_a_known_report_with_another_content_is_a_conflict(data_folder: Path, name: str) -> None:
    _, sent = sealed_report()
    _, other = sealed_report()
    receive_report(by=None, now=NOW, **sent)
    with pytest.raises(Conflict):
        receive_report(by=None, now=NOW, **(sent | {name: other[name]}))
    if name in ("report_id", "locator_hash", "leaf"):
        with pytest.raises(Conflict):
            receive_report(by=None, now=NOW, **(other | {name: sent[name]}))
    assert (Report.objects.count(), Event.objects.count(), Entry.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"report_id": "A" * 32},
        {"report_id": "ab"},
        {"sealed": b"plain text".ljust(5000)},
        {"record": b"plain text"},
        {"leaf": b"plain text"},
        {"leaf": b"amanat-leaf/v1\n\x01a public statement".ljust(64)},
    ],
)
def test_what_nobody_could_open_or_log_is_refused_whole(data_folder: Path, change: dict[str, object]) -> None:
    _, sent = sealed_report()
    with pytest.raises(Malformed):
        receive_report(by=None, now=NOW, **(sent | change))
    assert (Report.objects.count(), Entry.objects.count()) == (0, 0)


def test_the_next_event_is_appended_and_promised(data_folder: Path) -> None:
    chain = received()
    event = message(chain)
    note = append_event(
        by=None, now=NOW, report=report_of(chain), seq=1, leaf=event.leaf, sealed=event.record
    )
    assert open_promise(note, promise_verifier()).leaf_hash == leaf_hash(event.leaf)
    assert bytes(Event.objects.get(seq=1).sealed) == event.record


def test_the_server_keeps_which_step_came_with_the_words_and_which_from_a_member(data_folder: Path) -> None:
    chain, bilal = received(), make_person().member
    for seq, by in enumerate((None, bilal), start=1):
        event = message(chain, by_reporter=by is None)
        append_event(by=by, now=NOW, report=report_of(chain), seq=seq, leaf=event.leaf, sealed=event.record)
    kept = Event.objects.order_by("seq").values_list("by_reporter", flat=True)
    assert list(kept) == [True, True, False]


def test_sending_the_same_event_again_gives_the_same_promise(data_folder: Path) -> None:
    chain = received()
    event, sent = message(chain), {"by": None, "now": NOW, "report": report_of(chain), "seq": 1}
    first = append_event(**sent, leaf=event.leaf, sealed=event.record)
    assert append_event(**sent, leaf=event.leaf, sealed=event.record) == first
    assert Event.objects.count() == 2


@pytest.mark.parametrize("seq", [0, 2, 3, 2**31 - 1, -1])
def test_an_event_with_any_number_but_the_next_is_a_conflict(data_folder: Path, seq: int) -> None:
    chain = received()
    event = message(chain)
    with pytest.raises(Conflict):
        append_event(by=None, now=NOW, report=report_of(chain), seq=seq, leaf=event.leaf, sealed=event.record)
    assert (Event.objects.count(), Entry.objects.count()) == (1, 1)


def test_the_second_of_two_at_once_is_a_conflict_and_leaves_nothing(data_folder: Path) -> None:
    chain = received()
    branch = replace(chain)
    first, second = message(chain), message(branch)
    assert first.leaf != second.leaf
    append_event(by=None, now=NOW, report=report_of(chain), seq=1, leaf=first.leaf, sealed=first.record)
    with pytest.raises(Conflict):
        append_event(by=None, now=NOW, report=report_of(chain), seq=1, leaf=second.leaf, sealed=second.record)
    assert Entry.objects.count() == 2


def test_states_move_with_the_events_and_what_cannot_follow_is_refused(data_folder: Path) -> None:
    from server.makers import make_person

    bilal, chain = make_person().member, received()
    for kind, state in (("acknowledged", "acknowledged"), ("message", "acknowledged"), ("closed", "closed")):
        event = message(chain, kind=kind, by_reporter=False)
        sent = {"seq": event.seq, "leaf": event.leaf, "sealed": event.record, "kind": kind}
        append_event(by=bilal, now=NOW, report=report_of(chain), **sent)
        assert (report_of(chain).state, report_of(chain).waiting) == (state, False)
    event = message(chain, kind="acknowledged", by_reporter=False)
    with pytest.raises(Conflict):
        append_event(
            by=bilal,
            now=NOW,
            report=report_of(chain),
            seq=4,
            leaf=event.leaf,
            sealed=event.record,
            kind="acknowledged",
        )
    assert Event.objects.count() == 4


def test_a_word_of_the_reporter_makes_the_report_wait_for_an_answer(data_folder: Path) -> None:
    from server.makers import make_person

    bilal, chain = make_person().member, received()
    for by, waiting in ((bilal, False), (None, True), (bilal, False)):
        event = message(chain, by_reporter=by is None)
        append_event(
            by=by, now=NOW, report=report_of(chain), seq=event.seq, leaf=event.leaf, sealed=event.record
        )
        assert report_of(chain).waiting is waiting
