"""Cover leaves look like real ones, and the place of a real one within its epoch says nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amanat.receipt.leaf import cover_leaf
from amanat.server.ledger import jobs
from amanat.server.ledger.actions import enter
from amanat.server.ledger.models import Entry
from server.makers import message, received, sealed_report

START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
EPOCH = timedelta(minutes=10)
HEAD = 16


def chi_square(counts: Counter[int], categories: int) -> float:
    expected = counts.total() / categories
    return sum((counts[category] - expected) ** 2 / expected for category in range(categories))


def bytes_of(leaves: list[bytes]) -> Counter[int]:
    return Counter(byte for leaf in leaves for byte in leaf[HEAD:])


def test_the_bytes_of_real_and_of_cover_leaves_are_spread_alike() -> None:
    real = [sealed_report()[1]["leaf"] for _ in range(300)]
    cover = [cover_leaf() for _ in range(300)]
    for leaves in (real, cover):
        assert {leaf[:HEAD] for leaf in leaves} == {cover[0][:HEAD]}
        assert {len(leaf) for leaf in leaves} == {64}
        # 255 degrees of freedom: beyond 400 lies one in many millions.
        assert chi_square(bytes_of(leaves), 256) < 400
    assert chi_square(bytes_of([b"\0" * HEAD + b"a report" * 6] * 300), 256) > 400


@pytest.mark.django_db
def test_a_chain_of_events_shows_no_likeness_between_its_leaves(data_folder: Path) -> None:
    chain = received()
    leaves = [message(chain).leaf for _ in range(200)]
    assert len({leaf[HEAD : HEAD + 4] for leaf in leaves}) == 200
    assert chi_square(bytes_of(leaves), 256) < 400


@pytest.mark.django_db
def test_the_place_of_a_real_leaf_in_its_epoch_is_spread_evenly(data_folder: Path) -> None:
    places: Counter[int] = Counter()
    for number in range(240):
        entry = enter(now=START + number * EPOCH, leaf=cover_leaf())
        jobs.sequence(now=START + (number + 1) * EPOCH)
        index = Entry.objects.get(pk=entry.pk).index
        assert index is not None
        places[index % 8] += 1
    # 7 degrees of freedom: beyond 45 lies one in many millions.
    assert chi_square(places, 8) < 45
