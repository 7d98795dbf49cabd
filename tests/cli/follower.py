"""What the tests of following a log share: a log served over HTTP, policies, and running commands."""

import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from amanat.tlog.cosignature import cosign
from amanat.tlog.note import add_signatures, format_note, parse_note
from amanat.tlog.sequencer import write_tiles
from amanat.tlog.store import FolderStore
from tlog.makers import LOG, NORTH, SOUTH, publish, signed

MOMENT = 1_777_809_600
MOMENT_TEXT = "2026-05-03T12:00:00Z"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """The folder over HTTP."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder)))
    with server:
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def written_policy(folder: Path, quorum: str = "quorum north") -> Path:
    path = folder / "policy.txt"
    lines = [
        f"log {LOG.verifier}",
        f"witness north {NORTH.verifier}",
        f"witness south {SOUTH.verifier}",
        quorum,
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def cosigned(store: FolderStore, *witnesses, time: int = MOMENT) -> None:
    """Put cosignatures on the published checkpoint."""
    note = parse_note(store.read("checkpoint"))
    lines = [cosign(note.text, witness, time) for witness in witnesses]
    store.write("checkpoint", format_note(add_signatures(note, lines)))


def grown(folder: Path, size: int, old: int = 0, *, witnesses=(NORTH,)) -> FolderStore:
    """A log grown to this size, cosigned."""
    store = publish(folder, size, old)
    cosigned(store, *witnesses)
    return store


def published(folder: Path, leaves: list[bytes], *, witnesses=(NORTH,), time: int = MOMENT) -> FolderStore:
    """A log of these entries, cosigned."""
    store = FolderStore(folder)
    write_tiles(store, 0, leaves)
    store.write("checkpoint", signed(leaves))
    cosigned(store, *witnesses, time=time)
    return store


@contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """The real command in a process of its own, ended afterwards if it has not ended itself."""
    command = [sys.executable, "-u", "-m", "amanat.cli.main", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate(timeout=30)


def until(true: Callable[[], object], *, seconds: float = 20) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def flip(path: Path) -> None:
    """Change one bit of the last byte."""
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def undated(text: str) -> list[str]:
    """Lines without their times, which must be there."""
    lines = text.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  ", line) for line in lines), lines
    return [line[22:] for line in lines]
