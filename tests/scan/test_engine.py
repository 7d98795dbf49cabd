"""The same parts give the same table here and on a real Ray of two workers; neither engine calls home."""

import os
import subprocess
import sys

import pytest

from amanat.scan.engine import QUIET, Job, run
from amanat.scan.held import Held
from amanat.scan.plan import parts, pieces
from scan.makers import source


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
import sys, warnings
import ray
from ray.cluster_utils import Cluster
from amanat.scan.engine import QUIET, Job, run
from amanat.scan.held import Held
from amanat.scan.plan import parts, pieces
if __name__ == "__main__":
    cluster = Cluster()
    for _ in range(2):
        cluster.add_node(num_cpus=1, object_store_memory=80_000_000, include_dashboard=False)
    made = dict(run(parts(pieces(sys.argv[1]), most=3), Job(Held()), ray=cluster.address))
    assert len([n for n in ray.nodes() if n["Alive"]]) == 2
    ray.shutdown(); cluster.shutdown()
    open(sys.argv[2], "wb").write(b"".join(made[n] for n in sorted(made)))
"""


@pytest.mark.slow
def test_two_workers_of_ray_give_the_same_bytes(tmp_path):
    pytest.importorskip("ray")
    place = source(tmp_path / "source")
    (tmp_path / "on_ray.py").write_text(RAY)
    command = [sys.executable, str(tmp_path / "on_ray.py"), str(place), str(tmp_path / "out")]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr[-3000:]
    here = dict(run(parts(pieces(str(place)), most=3), Job(Held())))
    assert (tmp_path / "out").read_bytes() == b"".join(here[number] for number in sorted(here))
