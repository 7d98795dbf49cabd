"""Each write fails once after it has persisted and once before, as in Sunlight's fault table.

                                       progress by the next run   fatal   a second history
database: the signed tree, either way  yes                        no      never
tile or bundle, not written            yes                        no      never
tile or bundle, written, no word       yes                        no      never
database: the cosigned note, either    yes                        no      never
checkpoint, not written                yes                        no      never
checkpoint, written, no word           yes                        no      never
database: published, either way        yes                        no      never
a tile with other bytes is there       no                         yes     never
another checkpoint is there            no                         yes     never
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from amanat.errors import Conflict, Misconfigured, Unavailable
from amanat.server.crashes import POINTS
from amanat.server.ledger import jobs, queries
from amanat.server.ledger.models import SignedTree
from amanat.tlog.audit import audit
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.store import FolderStore, Store

pytestmark = pytest.mark.django_db(transaction=True)
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
EPOCH = timedelta(minutes=10)


class Faulty:
    """A store whose write number `fails` is lost, or is done and then reported as lost."""

    def __init__(self, store: Store, *, fails: int, persists: bool) -> None:
        self.store, self.fails, self.persists = store, fails, persists
        self.count = 0

    def read(self, path: str) -> bytes:
        return self.store.read(path)

    def exists(self, path: str) -> bool:
        return self.store.exists(path)

    def write(self, path: str, data: bytes) -> None:
        self._try(lambda: self.store.write(path, data))

    def swap(self, path: str, before: bytes | None, data: bytes) -> None:
        self._try(lambda: self.store.swap(path, before, data))

    def _try(self, act) -> None:
        self.count += 1
        if self.count != self.fails:
            act()
            return
        if self.persists:
            act()
        raise Unavailable("a fault of the test", where="store")


def writes_of_an_epoch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    counting = Faulty(FolderStore(folder / "log"), fails=0, persists=False)
    with monkeypatch.context() as faulty:
        faulty.setattr(queries, "store", lambda: counting)
        jobs.sequence(now=START)
    return counting.count


@pytest.mark.parametrize("persists", [True, False])
def test_a_fault_at_any_write_is_made_good_by_the_next_run(
    data_folder: Path, settings, monkeypatch: pytest.MonkeyPatch, persists: bool
) -> None:
    # Each epoch fills a bundle, so that tiles of two levels are written too.
    settings.AMANAT_EPOCH_LEAVES = 256
    writes = writes_of_an_epoch(data_folder, monkeypatch)
    assert writes >= 4
    for fails in range(1, writes + 1):
        before = queries.published_checkpoint()
        assert before is not None
        broken = Faulty(FolderStore(data_folder / "log"), fails=fails, persists=persists)
        with monkeypatch.context() as faulty, pytest.raises(Unavailable, match="of the test"):
            faulty.setattr(queries, "store", lambda broken=broken: broken)
            jobs.sequence(now=START + fails * EPOCH)
        seen = queries.published_checkpoint()
        jobs.sequence(now=START + fails * EPOCH)
        after = queries.published_checkpoint()
        assert after is not None
        assert after.size == before.size + 256
        assert seen in (before, after)
        audit(queries.store(), after)
    sizes = list(SignedTree.objects.values_list("size", flat=True))
    assert len(sizes) == len(set(sizes)) == writes + 1


class FaultyRows:
    """Write number `fails` of a signed tree's row is lost, or is done and then reported as lost."""

    def __init__(self, *, fails: int, persists: bool) -> None:
        self.fails, self.persists, self.count = fails, persists, 0
        self.real = SignedTree.save

    def save(self, tree: SignedTree, **options: Any) -> None:
        self.count += 1
        if self.count != self.fails or self.persists:
            self.real(tree, **options)
        if self.count == self.fails:
            raise OperationalError("a fault of the test")


@pytest.mark.parametrize("persists", [True, False])
def test_a_fault_at_any_write_of_the_database_is_made_good_by_the_next_run(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, persists: bool
) -> None:
    jobs.sequence(now=START)
    # The signed tree itself (inside the transaction), its cosigned note, and that it is published.
    for fails in (1, 2, 3):
        before, broken = queries.published_checkpoint(), FaultyRows(fails=fails, persists=persists)
        assert before is not None
        with monkeypatch.context() as faulty, pytest.raises(OperationalError, match="of the test"):
            faulty.setattr(SignedTree, "save", lambda tree, broken=broken, **how: broken.save(tree, **how))
            jobs.sequence(now=START + fails * EPOCH)
        assert broken.count == fails
        make_good(before, now=START + fails * EPOCH)


@pytest.mark.parametrize("point", [point for point in POINTS if point.startswith("sequence:")])
def test_an_error_between_any_two_steps_is_made_good_by_the_next_run(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    jobs.sequence(now=START)
    before, now = queries.published_checkpoint(), START + EPOCH
    assert before is not None

    def fail(name: str) -> None:
        if name == point:
            raise Unavailable("a fault of the test", where=name)

    with monkeypatch.context() as faulty, pytest.raises(Unavailable, match="of the test"):
        faulty.setattr(jobs, "crash_point", fail)
        jobs.sequence(now=now)
    make_good(before, now=now)


def make_good(before: Checkpoint, *, now: datetime) -> None:
    """One more run in the same epoch ends in a whole log that is one epoch larger."""
    jobs.sequence(now=now)
    after = queries.published_checkpoint()
    assert after is not None
    assert after.size == before.size + 8
    audit(queries.store(), after)
    assert SignedTree.objects.filter(published=False).count() == 0


@pytest.mark.parametrize(
    "path", ["tile/0/000.p/16", "tile/entries/000.p/16", "checkpoint"], ids=["tile", "bundle", "checkpoint"]
)
def test_other_bytes_where_the_log_writes_end_it(data_folder: Path, path: str) -> None:
    """Fatal: no later run goes on, and nothing that was there is written over."""
    jobs.sequence(now=START)
    place, foreign = data_folder / "log" / path, b"amanat.example/other\n99\nAAAA\n"
    if path == "checkpoint":
        other = SignedTree.objects.get()
        foreign = bytes(other.note).replace(b"\n8\n", b"\n9\n")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(foreign)
    for epoch in (1, 2, 2):
        with pytest.raises((Conflict, Misconfigured)):
            jobs.sequence(now=START + epoch * EPOCH)
        assert place.read_bytes() == foreign
    assert SignedTree.objects.filter(published=True).count() == 1
