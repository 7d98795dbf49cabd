import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amanat.fingerprint.value import MATCH_DISTANCE, distance
from amanat.server.hashbank import actions, index
from amanat.server.hashbank.models import Bank, Content
from server.hashbank.lists import make_bank, pdq
from server.makers import NOW

pytestmark = pytest.mark.django_db


def test_what_is_near_is_found_up_to_31_bits_and_not_beyond() -> None:
    make_bank("DESK", pdq(1), pdq(2))
    first = Content.objects.order_by("pk").first()
    assert index.near(pdq(1, flipped=31)) == {first.pk: 31}
    assert index.near(pdq(1, flipped=32)) == {}


def test_what_is_added_and_withdrawn_counts_in_the_next_search() -> None:
    bank = make_bank("DESK", pdq(1))
    (content,) = index.near(pdq(1))
    actions.add_content(by=None, now=NOW, bank=bank, prints=[pdq(2)])
    assert len(index.near(pdq(2))) == 1
    actions.withdraw_content(by=None, now=NOW, bank=bank, content_id=content)
    assert index.near(pdq(1)) == {}
    assert index.size() == 1
    Bank.objects.all().delete()
    assert index.size() == 0


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 64)), max_size=6))
def test_the_index_answers_as_the_definition_does(held) -> None:
    Bank.objects.all().delete()
    prints = [pdq(seed, flipped=bits) for seed, bits in held]
    make_bank("DESK", *prints)
    wanted = pdq(1, flipped=16)
    near = sorted(apart for one in prints if (apart := distance(one.data, wanted.data)) <= MATCH_DISTANCE)
    assert sorted(index.near(wanted).values()) == near


def test_filed_prints_answer_as_those_compared_one_by_one(monkeypatch) -> None:
    monkeypatch.setattr(index, "MOST_PENDING", 2)
    bank = make_bank("DESK", *[pdq(seed) for seed in range(6)])
    assert index.size() == 6
    assert list(index.near(pdq(3, flipped=20)).values()) == [20]
    (content,) = index.near(pdq(3))
    actions.withdraw_content(by=None, now=NOW, bank=bank, content_id=content)
    assert index.near(pdq(3)) == {}
    assert index.size() == 5
    actions.add_content(by=None, now=NOW, bank=bank, prints=[pdq(3)])
    assert list(index.near(pdq(3)).values()) == [0]
