"""Two workers on one server: when the one that sequences is killed the other goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.note import parse_note
from server.place import Place

pytestmark = pytest.mark.slow
WORKER = [sys.executable, "-m", "amanat.cli.main", "worker"]


@pytest.fixture
def workers(place: Place) -> Iterator[list["subprocess.Popen[bytes]"]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AMANAT_")}
    environment |= {
        "AMANAT_DATA": str(place.folder),
        "AMANAT_DATABASE": place.database,
        "AMANAT_SECRET_KEY": "only-for-tests-and-long-enough-to-pass",
        "AMANAT_EPOCH_SECONDS": "1",
    }
    running = [subprocess.Popen(WORKER, env=environment, stderr=subprocess.DEVNULL) for _ in range(2)]
    yield running
    for process in running:
        process.kill()
        process.wait()


def size_of(folder: Path) -> int:
    file = folder / "log" / "checkpoint"
    return parse_checkpoint(parse_note(file.read_bytes()).text).size if file.exists() else 0


def wait_for_more(place: Place, than: int) -> int:
    deadline = time.monotonic() + 90
    while (size := size_of(place.folder)) <= than:
        assert time.monotonic() < deadline, "the log does not grow"
        time.sleep(0.1)
    return size


def test_the_log_grows_on_when_a_worker_is_killed(
    place: Place, workers: list["subprocess.Popen[bytes]"]
) -> None:
    size = wait_for_more(place, 0)
    for worker in workers[:1]:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    size = wait_for_more(place, size)
    assert workers[1].poll() is None
    workers[1].send_signal(signal.SIGKILL)
    workers[1].wait()
    sizes = [tree[0] for tree in place.dump()["trees"]]
    assert len(sizes) == len(set(sizes))
    assert size in sizes
