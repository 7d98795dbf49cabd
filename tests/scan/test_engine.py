"""A real Ray of two workers makes the parts that this machine makes; neither engine calls home."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from amanat.cli.main import main
from amanat.scan.engine import QUIET
from scan.makers import PICTURES, command, listed


def test_the_engines_are_told_not_to_call_home_before_they_are_loaded():
    code = (
        "import sys, os; import amanat.scan.engine as e; assert 'daft' not in sys.modules;"
        "assert all(os.environ[k] == v for k, v in e.QUIET.items());"
        "import socket; socket.getaddrinfo = socket.create_connection = lambda *a, **k: print('called', a);"
        "from daft import scarf_telemetry as t; print(t.opted_out(), t._track_on_scarf('x')[0])"
    )
    clean = {name: value for name, value in os.environ.items() if name not in QUIET}
    told = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=True)
    assert told.stdout == "True None\n"


def test_ray_takes_our_word_for_it():
    usage = pytest.importorskip("ray._common.usage.usage_lib")
    assert usage._usage_stats_enabledness() is usage.UsageStatsEnabledness.DISABLED_EXPLICITLY


RAY = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster()
for _ in range(2):
    cluster.add_node(num_cpus=1, object_store_memory=80_000_000, include_dashboard=False)
print(cluster.address, flush=True)
sys.stdin.read()
cluster.shutdown()
"""


@contextmanager
def two_workers(place: Path) -> Iterator[str]:
    """The address of a Ray of two nodes with a processor each; its processes inherit the name of a place."""
    code = [sys.executable, "-W", "ignore", "-c", RAY]
    told = {**os.environ, "RAY_OF_TEST": str(place)}
    with subprocess.Popen(
        code, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=told
    ) as cluster:
        assert cluster.stdout
        yield cluster.stdout.readline().strip()


def crews_of(place: Path) -> set[int]:
    """The processes of this Ray that hold decoders."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            told = (process / "environ").read_bytes(), (process / "cmdline").read_bytes()
            if f"RAY_OF_TEST={place}\0".encode() in told[0] and b"spawn_main" in told[1]:
                parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
                if (Path("/proc") / str(parent) / "cmdline").read_bytes().startswith(b"ray::"):
                    found.add(parent)
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes as Linux shows them")
def test_killed_on_two_workers_of_ray_it_goes_on_here_and_makes_the_same_table(tmp_path, capsys):
    pytest.importorskip("ray")
    place = tmp_path / "source"
    place.mkdir()
    for number in range(60):
        (place / f"{number:02}.jpg").write_bytes(PICTURES[number % 8])
    options = [str(place), *listed(tmp_path), "--workers", "1", "--part", "2"]
    whole, torn = tmp_path / "whole", tmp_path / "torn"
    with two_workers(tmp_path) as address:
        process = subprocess.Popen(command([*options, "--ray", address], torn), stderr=subprocess.DEVNULL)
        while len(list(tmp_path.glob("torn.parts/part-*"))) < 4 and process.poll() is None:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGSTOP)
        assert len(crews_of(tmp_path)) == 2
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
    assert not torn.exists()
    assert main(["scan", *options, "--out", str(torn)]) == 0
    assert main(["scan", *options, "--out", str(whole)]) == 0
    assert torn.read_bytes() == whole.read_bytes()
    assert capsys.readouterr().out.endswith("14 of 60 match\n" * 2)
