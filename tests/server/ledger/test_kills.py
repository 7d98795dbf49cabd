"""Real processes are killed without warning at every point of acceptance and sequencing, and then started
again.

Whatever the point: a promised leaf is in the log, no size has two checkpoints, the published tiles equal
those computed from the leaves alone, and the log goes on. SQLite always; PostgreSQL as well when
AMANAT_TEST_DATABASE is set.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from amanat.receipt.leaf import cover_leaf
from amanat.server.crashes import POINTS
from server.place import REHEARSAL, Place, check_everything

pytestmark = pytest.mark.slow

SEQUENCING = [point for point in POINTS if point.startswith("sequence:")]


@pytest.mark.parametrize("point", SEQUENCING)
def test_killing_the_worker_loses_nothing_and_makes_no_second_history(place: Place, point: str):
    first, second = cover_leaf(), cover_leaf()
    promises = place.accept(first)
    place.work()
    promises += place.accept(second)
    place.work(crash_at=point)
    place.work()
    place.work()
    check_everything(place, promises)


@pytest.mark.parametrize("point", SEQUENCING)
def test_killing_the_very_first_run_and_the_recovery_too(place: Place, point: str):
    promises = place.accept(cover_leaf())
    place.work(crash_at=point)
    place.work(crash_at=point)
    place.work()
    check_everything(place, promises)


def test_a_kill_before_the_commit_promises_nothing_and_the_report_can_be_sent_again(place: Place):
    leaf = cover_leaf()
    assert place.accept(leaf, crash_at="accept:before-commit") == []
    assert place.dump()["entries"] == []
    promises = place.accept(leaf)
    place.work()
    check_everything(place, promises)


def test_a_kill_after_the_commit_keeps_the_leaf_although_nobody_was_told(place: Place):
    leaf = cover_leaf()
    assert place.accept(leaf, crash_at="accept:after-commit") == []
    place.work()
    place.work()
    check_everything(place, [])
    assert leaf.hex() in [entry[0] for entry in place.dump()["entries"] if entry[1] is not None]


def test_many_processes_at_once_accept_and_sequence(place: Place):
    """Three that accept and three that sequence, all with their own idea of the time."""
    leaves = [[cover_leaf() for _ in range(4)] for _ in range(3)]
    place.work()
    with ThreadPoolExecutor(6) as together:
        accepting = [together.submit(place.accept, *some) for some in leaves]
        for epoch in (1, 2, 3):
            together.submit(place.run, REHEARSAL, "work", str(place.time + 600 * epoch))
        promises = [promise for some in accepting for promise in some.result()]
    assert len(promises) == 12
    for _ in range(6):
        place.work()
    check_everything(place, promises)
