"""`amanat log mirror` as a process: killed at any moment, what it serves is a whole, witnessed log."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from amanat.errors import NotFound
from amanat.tlog.audit import audit
from amanat.tlog.client import HttpReader
from amanat.tlog.policy import parse_policy
from amanat.tlog.store import FolderStore
from amanat.tlog.trust import verify_checkpoint
from cli.follower import cosigned, flip, grown, published, serving, started, undated, until, written_policy
from tlog.makers import NORTH, amanat, entries, publish


@pytest.fixture
def log(tmp_path: Path) -> Path:
    grown(tmp_path / "log", 600)
    return tmp_path / "log"


def mirror(tmp_path: Path, place: object, *more: object) -> list[object]:
    return ["log", "mirror", place, "--policy", written_policy(tmp_path), "--into", tmp_path / "copy", *more]


def assert_whole(tmp_path: Path) -> int:
    """The copy publishes a witnessed checkpoint, and everything under it is there and right; its size."""
    store = FolderStore(tmp_path / "copy")
    policy = parse_policy(written_policy(tmp_path).read_text())
    checkpoint = verify_checkpoint(store.read("checkpoint"), policy).checkpoint
    audit(store, checkpoint)
    return checkpoint.size


def test_once_copies_what_there_is_and_tells_it(log, tmp_path):
    with serving(log) as url:
        result = amanat(*mirror(tmp_path, url, "--once"))
        assert result.returncode == 0, result.stderr
        assert undated(result.stdout)[-1] == "600 entries are published here now, 7 files are new"
        assert amanat(*mirror(tmp_path, url, "--once")).stdout == ""
    assert assert_whole(tmp_path) == 600
    assert amanat("log", "fsck", tmp_path / "copy", "--policy", written_policy(tmp_path)).returncode == 0


def test_what_is_not_witnessed_is_not_published(tmp_path):
    publish(tmp_path / "log", 600)
    result = amanat(*mirror(tmp_path, tmp_path / "log", "--once"))
    assert result.returncode == 69
    assert "not yet witnessed" in result.stderr
    assert not (tmp_path / "copy/checkpoint").exists()


def test_a_fork_and_a_rollback_end_it_with_both_notes_and_change_nothing(log, tmp_path):
    assert amanat(*mirror(tmp_path, log, "--once")).returncode == 0
    before = (log / "checkpoint").read_text()
    small = grown(tmp_path / "small", 500)
    fork = published(tmp_path / "fork", [b"fork", *entries(699)])
    for name, other in (("small", small), ("fork", fork)):
        result = amanat(*mirror(tmp_path, tmp_path / name, "--once"))
        assert result.returncode == 3
        assert before in result.stdout
        assert other.read("checkpoint").decode() in result.stdout
        assert assert_whole(tmp_path) == 600
    assert len(list((tmp_path / "copy/.mirror/evidence").iterdir())) == 2


def test_a_false_file_of_the_log_is_named_and_not_copied(log, tmp_path):
    flip(log / "tile/entries/001")
    result = amanat(*mirror(tmp_path, log, "--once"))
    assert result.returncode == 3
    assert "tile/entries/001" in result.stderr
    assert not (tmp_path / "copy/checkpoint").exists()
    assert not (tmp_path / "copy/tile/entries/001").exists()


def test_a_copy_is_kept_by_one_process_and_once_does_not_serve(log, tmp_path):
    with started(*mirror(tmp_path, log)) as process:
        until((tmp_path / "copy/checkpoint").exists)
        assert amanat(*mirror(tmp_path, log, "--once")).returncode == 75
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert amanat(*mirror(tmp_path, log, "--once", "--listen", "127.0.0.1:0")).returncode == 2
    assert amanat(*mirror(tmp_path, log, "--listen", "nowhere")).returncode == 65


@pytest.mark.slow
def test_it_serves_the_copy_while_the_log_is_gone_and_catches_up(log, tmp_path):
    with started(*mirror(tmp_path, log, "--every", "0.2", "--listen", "127.0.0.1:0")) as process:
        url = undated(process.stderr.readline().strip())[0].removeprefix("listening on ")
        until((tmp_path / "copy/checkpoint").exists)
        log.rename(tmp_path / "away")
        assert "next try in" in process.stderr.readline()
        reader = HttpReader(url)
        assert reader.read("tile/entries/001") == (tmp_path / "away/tile/entries/001").read_bytes()
        with pytest.raises(NotFound):
            reader.read(".mirror/.lock")
        grown(tmp_path / "away", 700, 600)
        (tmp_path / "away").rename(log)
        until(lambda: reader.read("checkpoint") == (log / "checkpoint").read_bytes())
        assert amanat("log", "fsck", url, "--policy", written_policy(tmp_path)).returncode == 0
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == 0


@pytest.mark.slow
def test_killed_at_any_moment_the_copy_is_whole_and_the_next_run_goes_on(tmp_path):
    log, size, chance = tmp_path / "log", 0, random.Random(7)
    for _ in range(8):
        old, size = size, size + 1500
        grown(log, size, old)
        with started(*mirror(tmp_path, log)) as process:
            wanted = chance.randrange(len(list((log / "tile").rglob("*"))))
            until(lambda: len(list((tmp_path / "copy").glob("tile/**/*"))) >= wanted or _is(tmp_path, size))  # noqa: B023
            time.sleep(chance.random() / 100)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
        if (tmp_path / "copy/checkpoint").exists():
            assert assert_whole(tmp_path) in range(size + 1)
    cosigned(publish(log, size, size), NORTH)
    assert amanat(*mirror(tmp_path, log, "--once")).returncode == 0
    assert assert_whole(tmp_path) == size


def _is(tmp_path: Path, size: int) -> bool:
    place = tmp_path / "copy/checkpoint"
    return place.exists() and f"\n{size}\n".encode() in place.read_bytes()
