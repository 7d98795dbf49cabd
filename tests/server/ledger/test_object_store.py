"""The log of a server whose published files lie in a bucket."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from amanat.errors import Conflict, Misconfigured
from amanat.server.ledger import jobs, queries
from amanat.server.ledger.actions import found_log
from amanat.server.ledger.models import SignedTree
from amanat.tlog.audit import audit
from amanat.tlog.tile import parse_bundle
from tlog.buckets import new_bucket, object_server

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 3, 14, 37, tzinfo=UTC)
EPOCH = timedelta(minutes=10)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with object_server() as running:
        yield running


@pytest.fixture
def bucket(data_folder: Path, address: str, settings, monkeypatch: pytest.MonkeyPatch) -> str:
    settings.AMANAT_LOG_STORE = new_bucket(address, monkeypatch)
    queries._bucket.cache_clear()
    return settings.AMANAT_LOG_STORE


def test_a_log_grows_in_a_bucket_and_is_served_from_it(
    client: Client, bucket: str, data_folder: Path
) -> None:
    for epoch in range(3):
        jobs.sequence(now=START + epoch * EPOCH)
    assert not (data_folder / "log" / "checkpoint").exists()
    published = queries.published_checkpoint()
    assert published is not None
    assert published.size == 24
    assert client.get("/log/checkpoint").content == queries.checkpoint_note()
    bundle = client.get("/log/tile/entries/000.p/24").content
    assert list(parse_bundle(bundle)) == queries.leaves(0, 24)
    audit(queries.store(), published)


def test_whoever_lost_the_lock_cannot_take_the_log_back(bucket: str) -> None:
    jobs.sequence(now=START)
    old = SignedTree.objects.get()
    jobs.sequence(now=START + EPOCH)
    before = queries.checkpoint_note()
    with pytest.raises(Conflict, match="larger tree"):
        jobs._publish(old)
    assert queries.checkpoint_note() == before


def test_a_new_key_is_not_made_for_a_log_that_was_published(bucket: str, data_folder: Path) -> None:
    jobs.sequence(now=START)
    (data_folder / "keys" / "log.skey").unlink()
    with pytest.raises(Misconfigured, match="key is gone"):
        found_log(data_folder, origin="amanat.example/log", url="http://testserver")
