"""The processes of a demonstration: started one by one, watched together, stopped in reverse order.

Each is the ordinary `amanat` command of its own. It decides nothing about what they serve. Shown right by
`tests/cli/test_demo.py`.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from amanat.errors import Unavailable

__all__ = ["Processes", "free_port", "wait_for_page", "wait_for_port"]

STOP_SECONDS = 75
START_SECONDS = 60


@dataclass(slots=True)
class Processes:
    """A context in which children live; leaving it, however that happens, ends them."""

    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        for child in reversed(self.children.values()):
            _stop(child)

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `amanat ARGUMENTS`, out of reach of this terminal's Ctrl-C, so that they end in order."""
        command = [sys.executable, "-m", "amanat.cli.main", *arguments]
        output = subprocess.DEVNULL if name == "witness" else None
        self.children[name] = subprocess.Popen(command, stdout=output, start_new_session=True)

    def check(self) -> None:
        """Raise `Unavailable` when one of them has ended by itself."""
        for name, child in self.children.items():
            if child.poll() is not None:
                raise Unavailable(f"the {name} ended with code {child.returncode}", where="demo")


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for_port(port: int, processes: Processes) -> None:
    """Return once something listens on this machine's port."""

    def listens() -> bool:
        with socket.socket() as caller:
            caller.settimeout(1)
            return caller.connect_ex(("127.0.0.1", port)) == 0

    _wait(listens, processes)


def wait_for_page(url: str, processes: Processes) -> None:
    """Return once the page answers."""

    def answers() -> bool:
        try:
            with urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of this machine
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    _wait(answers, processes)


def _wait(ready: Callable[[], bool], processes: Processes) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        processes.check()
        if time.monotonic() > deadline:
            raise Unavailable("a process does not answer", where="demo")
        time.sleep(0.1)


def _stop(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
