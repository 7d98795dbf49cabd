"""`amanat serve`: the pages (gunicorn) and the worker loop, as two child processes of one supervisor.

It refuses to start on a mistake that `amanat check` would name. Stopping it stops both children; the worker
is started again when it dies, because intake goes on without it; when the pages die, everything stops, so
that whoever supervises (systemd) notices. Access logs are off. Shown right by `tests/cli/test_serve.py`.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from amanat.cli.apps import prepare
from amanat.errors import Malformed, Misconfigured

__all__ = [
    "Supervisor",
    "add_parser",
    "gunicorn_command",
    "host_and_port",
    "refuse_mistakes",
    "refuse_old_tables",
    "run",
]

DEFAULT_LISTEN = "127.0.0.1:8000"
WORKER_COMMAND = (sys.executable, "-m", "amanat.cli.main", "worker")
STOP_SECONDS = 25


def add_parser(nouns: Any) -> None:
    """Add the sub-command."""
    text = "Serve the pages and run the worker. A web server with HTTPS goes in front: see deploy/Caddyfile."
    parser = nouns.add_parser("serve", help="serve the pages and run the worker", description=text)
    parser.add_argument("--listen", default=DEFAULT_LISTEN, metavar="HOST:PORT", help="default: %(default)s")
    parser.add_argument("--no-worker", action="store_true", help="pages only; run `amanat worker` elsewhere")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prepare, start both children, and wait for a signal."""
    host_and_port(options.listen)
    prepare()
    refuse_mistakes()
    refuse_old_tables()
    _collect_static()
    supervisor = Supervisor(gunicorn_command(options.listen), () if options.no_worker else WORKER_COMMAND)
    _say_where(options.listen)
    return supervisor.run()


def host_and_port(listen: str) -> tuple[str, int]:
    """The host and port of `HOST:PORT`, an IPv6 address in brackets; raises `Malformed`."""
    try:
        parts = urlsplit(f"//{listen}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None or parts.path or parts.username is not None:
        raise Malformed("not HOST:PORT", where="--listen", hint=f"Write for example {DEFAULT_LISTEN}.")
    return host, port


def gunicorn_command(listen: str) -> tuple[str, ...]:
    """The command line of the pages: threads, no access log, nothing of a request on disk."""
    options = {
        "--bind": listen,
        "--workers": "2",
        "--threads": "4",
        "--worker-class": "amanat.server.arriving.Worker",
        "--timeout": "60",
        "--graceful-timeout": "20",
        "--keep-alive": "5",
        "--log-level": "warning",
        "--logger-class": "amanat.server.logs.Gunicorn",
    }
    words = [word for pair in options.items() for word in pair]
    return (sys.executable, "-m", "gunicorn", *words, *_no_control_socket(), "amanat.server.wsgi:application")


def _no_control_socket() -> list[str]:
    """Newer gunicorn opens a control socket in the home folder; nothing here needs it."""
    from gunicorn.config import KNOWN_SETTINGS

    return (
        ["--no-control-socket"]
        if any(known.name == "control_socket_disable" for known in KNOWN_SETTINGS)
        else []
    )


@dataclass(slots=True)
class Supervisor:
    """Two children, one fate for the pages and another for the worker."""

    pages_command: Sequence[str]
    worker_command: Sequence[str]
    stopping: bool = False
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def run(self) -> int:
        """Start both, watch them until a signal or the end of the pages, stop both; an exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._start("pages", self.pages_command)
        self._start("worker", self.worker_command)
        while not self.stopping and self.children["pages"].poll() is None:
            self._revive_worker()
            time.sleep(0.2)
        return self._stop()

    def _on_signal(self, *_: object) -> None:
        self.stopping = True

    def _start(self, name: str, command: Sequence[str]) -> None:
        # Its own group: Ctrl-C reaches this process alone, which then stops the children in order.
        if command:
            self.children[name] = subprocess.Popen(command, start_new_session=True)

    def _revive_worker(self) -> None:
        worker = self.children.get("worker")
        if worker and worker.poll() is not None:
            print("amanat: the worker ended and is started again", file=sys.stderr, flush=True)
            time.sleep(1)
            self._start("worker", self.worker_command)

    def _stop(self) -> int:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        codes = {name: _wait(child) for name, child in self.children.items()}
        return 0 if self.stopping else codes["pages"] or 1


def _wait(child: "subprocess.Popen[bytes]") -> int:
    try:
        return child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def refuse_mistakes() -> None:
    """Raise `Misconfigured` for the first mistake that `amanat check` would name."""
    from django.core.checks import ERROR

    from amanat.server.checks import check_all

    for message in check_all():
        if message.level >= ERROR:
            raise Misconfigured(str(message.msg), where=str(message.id or ""), hint=str(message.hint or ""))


def refuse_old_tables() -> None:
    """Raise `Misconfigured` when the database is older than this program."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Misconfigured(
            "the tables are not up to date",
            where="database",
            hint="Run `amanat setup`; it keeps what is there.",
        )
    connection.close()


def _collect_static() -> None:
    from django.conf import settings
    from django.core.management import call_command

    os.umask(0o077)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, skip_checks=True)


def _say_where(listen: str) -> None:
    from django.conf import settings

    host, port = host_and_port(listen)
    local = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    print(f"Amanat is at {local}/   staff: {local}/staff/   log: {local}/log/", flush=True)
    if not settings.AMANAT_URL.startswith(local):
        print(f"Public address: {settings.AMANAT_URL}/", flush=True)
