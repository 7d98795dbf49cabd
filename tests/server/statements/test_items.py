import json

import pytest

from amanat.errors import Conflict, Error, Malformed
from amanat.record.gate import Item as Passed
from amanat.record.propose import RuleProposer
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.items import confirm, confirm_filtered, correct, reject
from amanat.server.statements.actions.sources import begin_trying, keep_proposals
from amanat.server.statements.models import Item, Record, Source
from amanat.server.statements.queries.items import items, next_waiting
from amanat.server.statements.queries.sources import gate_of
from amanat.server.statements.rules.packing import unpack_item
from server.makers import NOW
from server.statements.shelf import (
    MINISTRY,
    asking,
    declining,
    made,
    make_item,
    make_record,
    make_source,
)

pytestmark = pytest.mark.django_db


def proposed(source: Source) -> list[Item]:
    """What the rules alone propose, without the parser, as the job keeps it."""
    gate = gate_of(source)
    checked = [gate.check(one) for one in RuleProposer(model=False).propose(gate.doc)]
    assert begin_trying(source=source)
    keep_proposals(
        now=NOW, source=source, passed=[one for one in checked if isinstance(one, Passed)], dropped=0
    )
    return list(items(source.record))


@pytest.fixture
def record(bilal: Member) -> Record:
    return make_record(bilal)


@pytest.fixture
def source(bilal: Member, record: Record) -> Source:
    return make_source(bilal, record)


def test_one_item_is_confirmed_with_its_leaf_and_only_once(bilal: Member, source: Source) -> None:
    item = proposed(source)[0]
    deed = confirm(by=bilal, now=NOW, item=item)
    item.refresh_from_db()
    assert (item.state, item.deed_id) == ("confirmed", deed.pk)
    assert item.key in deed.payload
    with pytest.raises(Conflict):
        confirm(by=bilal, now=NOW, item=item)
    reject(by=bilal, now=NOW, item=item)
    item.refresh_from_db()
    assert item.state == "rejected"
    confirm(by=bilal, now=NOW, item=item)


def test_a_page_that_is_old_decides_nothing(bilal: Member, source: Source) -> None:
    item = proposed(source)[0]
    old = Item.objects.get(pk=item.pk)
    reject(by=bilal, now=NOW, item=item)
    leaves = source.record.deeds.count()
    for decide in (confirm, reject):
        with pytest.raises(Conflict):
            decide(by=bilal, now=NOW, item=old)
    assert source.record.deeds.count() == leaves


def test_a_filter_confirms_what_its_page_showed_with_one_leaf_and_never_everything(
    bilal: Member, source: Source
) -> None:
    waiting = [item for item in proposed(source) if item.kind == "referral"]
    found = [item for item in waiting if item.rule == waiting[0].rule]
    rule, ids = found[0].rule, [item.pk for item in found]
    for given in ({"kind": "", "rule": rule}, {"kind": "referral", "rule": ""}):
        with pytest.raises(Malformed):
            confirm_filtered(by=bilal, now=NOW, record=source.record, ids=ids, **given)
    with pytest.raises(Malformed):
        confirm_filtered(
            by=bilal, now=NOW, record=source.record, kind="referral", rule=rule, ids=list(range(1, 22))
        )
    with pytest.raises(Conflict):
        confirm_filtered(by=bilal, now=NOW, record=source.record, kind="event", rule=rule, ids=ids)
    deed = confirm_filtered(by=bilal, now=NOW, record=source.record, kind="referral", rule=rule, ids=ids)
    assert {entry["id"] for entry in json.loads(deed.payload)["items"]} == {item.key for item in found}
    assert {item.state for item in Item.objects.filter(pk__in=ids)} == {"confirmed"}


def test_an_item_by_hand_goes_through_the_gate(bilal: Member, source: Source) -> None:
    asked = asking(bilal, source)
    answer = declining(bilal, source, asked)
    passed = unpack_item(answer.body)
    assert passed.answers is not None
    assert passed.answers.exact == unpack_item(asked.body).quote.exact
    assert passed.author.name == "person:Bilal"
    with pytest.raises(Conflict):
        asking(bilal, source)
    names = set(source.record.names.values_list("written", flat=True))
    assert names == {"the ministry", "the court", "The court"}


@pytest.mark.parametrize(
    "wrong",
    [
        made("figure", "380 children in Nurabad had been affected", number="380"),
        made("figure", "280 children in Nurabad had been affected", number="28"),
        made("figure", "280 children in Nurabad had been affected", number="children"),
        made("referral", "The court declined because the police", {"outcome": "liked"}, asked="The court"),
        made("event", MINISTRY[40:250], what="asked the court"),
        made("event", "the ministry asked the court to open an inquiry", what="no such words"),
        made("event", "On 4 May 2014 the ministry asked the court", what="asked", when="the court"),
        made("nothing", "the ministry asked the court to open an inquiry", what="asked"),
        made("event", "", what=""),
    ],
)
def test_words_that_the_source_does_not_have_never_enter(bilal: Member, source: Source, wrong) -> None:
    from amanat.server.statements.actions.items import add

    before = source.record.deeds.count()
    with pytest.raises(Error):
        add(by=bilal, now=NOW, source=source, made=wrong)
    assert not Item.objects.exists()
    assert source.record.deeds.count() == before


def test_a_correction_keeps_what_was_proposed(bilal: Member, source: Source) -> None:
    item = next(one for one in proposed(source) if one.kind == "figure" and "280" in str(one.body))
    was = item.body
    better = made(
        "figure", unpack_item(was).quote.exact, number="280", counted="children", scope="in Nurabad"
    )
    correct(by=bilal, now=NOW, item=item, made=better)
    again = Item.objects.get(pk=item.pk)
    assert (again.state, again.proposed) == ("edited", was)
    assert again.body["words"]["counted"]["exact"] == "children"
    assert again.body["author"]["name"] == was["author"]["name"]
    with pytest.raises(Conflict):
        correct(by=bilal, now=NOW, item=item, made=better)
    reject(by=bilal, now=NOW, item=again)
    confirm(by=bilal, now=NOW, item=Item.objects.get(pk=item.pk))
    assert Item.objects.get(pk=item.pk).state == "edited"


def test_the_next_one_that_waits_comes_in_the_order_of_the_text_and_round_again(
    bilal: Member, source: Source
) -> None:
    waiting = proposed(source)
    seen = []
    here = next_waiting(source.record)
    while here is not None and here.pk not in seen:
        seen.append(here.pk)
        here = next_waiting(source.record, here)
    assert seen == [item.pk for item in waiting]
    confirm(by=bilal, now=NOW, item=waiting[0])
    assert next_waiting(source.record) == waiting[1]


def test_words_that_stand_twice_are_told_apart_by_their_place(bilal: Member, record: Record) -> None:
    text = "The court asked the court of appeal, and the court of appeal asked the court to wait.\n"
    source = make_source(bilal, record, text=text)
    again = make_item(bilal, source, "event", text.strip(), what="asked the court to wait")
    assert again.state == "confirmed"
    with pytest.raises(Conflict):
        make_item(bilal, source, "event", text.strip(), what="the court of appeal")
