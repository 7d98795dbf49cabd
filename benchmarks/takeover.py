"""How long the log stands still when whoever sequences dies in the middle of an epoch, and another goes on.

    python benchmarks/takeover.py [--rounds 3] [--epoch 100] [--database postgres://…]

A worker runs all the time. Beside it, when an epoch has turned, a second process begins to sequence and is
killed after its commit, before it publishes anything. Measured is from its death until the worker has
published that tree. Goal: 10 seconds; with epochs of 100 seconds and more a worker looks every 5.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kill import prepare

WORKER = [sys.executable, "-m", "amanat.cli.main", "worker"]
DIES = [
    sys.executable,
    "-c",
    "import django; django.setup()\n"
    "from amanat import clock\n"
    "from amanat.server.ledger.jobs import sequence\n"
    "sequence(now=clock.now())",
]


def size_of(folder: Path) -> int:
    file = folder / "log" / "checkpoint"
    return int(file.read_text().split("\n")[1]) if file.exists() else 0


def one_round(folder: Path, epoch: int) -> float | None:
    """Seconds until the worker went on; None when it was faster than the one that was to die."""
    time.sleep(epoch - time.time() % epoch + 0.1)
    before = size_of(folder)
    died = subprocess.run(
        DIES, env={**os.environ, "AMANAT_DEBUG": "1", "AMANAT_CRASH_AT": "sequence:after-commit"}
    )
    if died.returncode == 0 or size_of(folder) != before:
        return None
    begun = time.monotonic()
    while size_of(folder) == before:
        if time.monotonic() - begun > 60:
            raise SystemExit("nobody took over within a minute")
        time.sleep(0.01)
    return time.monotonic() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="how many (default: %(default)s)")
    parser.add_argument("--epoch", type=int, default=100, help="seconds of an epoch (default: %(default)s)")
    parser.add_argument("--database", default="", help="a PostgreSQL address (default: SQLite)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="amanat-takeover-") as name:
        prepare(Path(name), options.database, epoch_seconds=options.epoch)
        worker = subprocess.Popen(WORKER, stderr=subprocess.DEVNULL)
        waits: list[float] = []
        try:
            while len(waits) < options.rounds:
                seconds = one_round(Path(name), options.epoch)
                waits += [] if seconds is None else [seconds]
        finally:
            worker.terminate()
            worker.wait(30)
    print(f"taken over after {', '.join(f'{wait:.1f}' for wait in waits)} s, epochs of {options.epoch} s")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {options.database or 'SQLite'}")


if __name__ == "__main__":
    main()
