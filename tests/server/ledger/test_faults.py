"""Each write to the store fails once after it has persisted and once before, as in Sunlight's fault table.

                                  progress by the next run   a second history
tile or bundle, not written       yes                        never
tile or bundle, written, no word  yes                        never
checkpoint, not written           yes                        never
checkpoint, written, no word      yes                        never
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from amanat.errors import Unavailable
from amanat.server.ledger import jobs, queries
from amanat.server.ledger.models import SignedTree
from amanat.tlog.audit import audit
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
