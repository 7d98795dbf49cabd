import pytest

from amanat.errors import Conflict
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.carrying import carry_over, let_go
from amanat.server.statements.models import Carry, Item
from server.makers import NOW
from server.statements.shelf import MINISTRY, asking, children, declining, make_record, make_source

pytestmark = pytest.mark.django_db
NEWER = "A correction.\n\n" + MINISTRY.replace("280 children", "281 children")


def test_a_newer_version_finds_each_item_exactly_once_or_leaves_it_for_a_person(bilal: Member) -> None:
    record = make_record(bilal)
    source = make_source(bilal, record)
    counted, asked = children(bilal, source), asking(bilal, source)
    declined = declining(bilal, source, asked)
    newer = make_source(bilal, record, text=NEWER, replaces=source)
    found = {carry.item_id: carry for carry in Carry.objects.all()}
    assert {pk: carry.state for pk, carry in found.items()} == {
        counted.pk: "lost",
        asked.pk: "found",
        declined.pk: "found",
    }
    # Nothing has moved by itself.
    assert set(Item.objects.values_list("source_id", flat=True)) == {source.pk}
    moved = carry_over(by=bilal, now=NOW, carry=found[asked.pk])
    assert (moved.source_id, moved.state, moved.start) == (newer.pk, "confirmed", asked.start + 15)
    with pytest.raises(Conflict):
        carry_over(by=bilal, now=NOW, carry=found[asked.pk])
    with pytest.raises(Conflict):
        carry_over(by=bilal, now=NOW, carry=found[counted.pk])
    let_go(by=bilal, now=NOW, carry=found[counted.pk])
    assert Item.objects.get(pk=counted.pk).state == "obsolete"
    assert [deed.kind for deed in record.deeds.order_by("-seq")[:2]] == ["let go", "carried"]
