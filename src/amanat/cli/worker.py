"""`amanat worker`: the loop that closes epochs and publishes the log. `amanat serve` runs one by itself."""

import argparse
import signal
import threading
from typing import Any

from amanat.cli.apps import prepare

__all__ = ["add_parser"]


def add_parser(nouns: Any) -> None:
    """Add the sub-command."""
    text = "Close epochs and publish the log, until it is stopped."
    parser = nouns.add_parser("worker", help="close epochs and publish the log", description=text)
    parser.add_argument("--once", action="store_true", help="do what is due now, then end")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Run the loop; with --once the exit code is 1 when a job failed."""
    prepare()
    from amanat.server import worker

    if options.once:
        return 1 if worker.run_once() else 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.run(stop)
    return 0
