import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amanat.fingerprint.likeness import compare_films
from amanat.fingerprint.value import MATCH_DISTANCE, Fingerprint, Kind, distance
from amanat.fingerprint.vpdq import frames_of
from amanat.server.hashbank import actions, index
from amanat.server.hashbank.models import Bank, Content
from server.hashbank.lists import film, make_bank, pdq
from server.makers import NOW

pytestmark = pytest.mark.django_db
FILMS = st.lists(st.integers(1, 6), min_size=1, max_size=5, unique=True).flatmap(
    lambda seeds: st.sampled_from([0, 20, 40]).map(lambda flipped: film(*seeds, flipped=flipped))
)


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


def test_a_film_is_found_when_four_of_five_of_its_prints_are_near() -> None:
    make_bank("DESK", film(1, 2, 3, 4, 5, 6, 7, 8), film(1, 9), pdq(1))
    found = Content.objects.order_by("pk").first()
    assert index.near(film(1, 2, 3, 4, 20, flipped=31)) == {found.pk: 31}
    assert index.near(film(1, 2, 3, 20, 21)) == {}
    assert index.near(film(1, 2, flipped=32)) == {}


@pytest.mark.parametrize("pending", [0, 4096])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FILMS, max_size=4), FILMS)
def test_films_are_compared_as_the_definition_does(pending, monkeypatch, held, wanted) -> None:
    monkeypatch.setattr(index, "MOST_PENDING", pending)
    Bank.objects.all().delete()
    make_bank("DESK", *held)
    alike = [compare_films(frames_of(wanted), frames_of(one)).is_match() for one in held]
    contents = Content.objects.order_by("pk").values_list("pk", flat=True)
    assert sorted(index.near(wanted)) == [pk for pk, match in zip(contents, alike, strict=True) if match]


def test_what_says_nothing_in_a_film_is_not_compared() -> None:
    dark = Fingerprint(Kind.VPDQ, bytes(32) + b"\xf0" * 32 + pdq(1).data)
    make_bank("DESK", dark)
    (content,) = index.near(film(1))
    assert index.near(Fingerprint(Kind.VPDQ, bytes(32) + pdq(1).data)) == {content: 0}
    assert index.near(Fingerprint(Kind.VPDQ, bytes(32))) == {}
    assert index.size() == 1
