"""`amanat log mirror`: keep a copy of a log that holds only what was proven, and serve it perhaps.

A mirror is a monitor too, with the same alarm; exit codes as in `log_follow.py`, and 69 with `--once` when
the witnesses have not seen the checkpoint yet. Shown right by `tests/cli/test_log_mirror.py`.
"""

import argparse
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from amanat.cli.log_follow import add_following, follow, locked, report_seen, warn
from amanat.cli.log_place import open_log, read_policy, tell_dated
from amanat.cli.progress import Progress
from amanat.cli.serve import host_and_port
from amanat.errors import NotFound, Unavailable
from amanat.receipt.updates_file import KEY, UPDATES, check_updates
from amanat.tlog.mirror import SEEN, Mirror
from amanat.tlog.mirror_http import MirrorServer
from amanat.tlog.monitor import PATIENCE
from amanat.tlog.patient import PatientReader
from amanat.tlog.sightings import Alarm, Sighting
from amanat.tlog.store import FolderStore, Reader

__all__ = ["add_verb"]

DESCRIPTION = """Keep a copy of a log. Nothing is written that is not proven part of a signed tree, and a
checkpoint is published last, when the witnesses of your policy have seen it. Exit codes: 0 stopped, or with
--once all is well; 3 an alarm, both signed notes are printed and kept in FOLDER/.mirror/evidence; 69 it
cannot be reached, or is not yet witnessed (--once)."""


def add_verb(verbs: Any) -> None:
    """Add `amanat log mirror`."""
    parser = verbs.add_parser("mirror", help="keep a proven copy of a log", description=DESCRIPTION)
    parser.add_argument("--into", metavar="FOLDER", type=Path, required=True, help="where the copy is kept")
    ways = add_following(parser)
    ways.add_argument("--listen", metavar="HOST:PORT", help="serve the copy there; put TLS in front of it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Copy again and again, until stopped or alarmed."""
    policy = read_policy(options.policy)
    reader = PatientReader(open_log(options.log), time.sleep) if options.once else open_log(options.log)
    mirror = Mirror(reader, options.into, policy, patience=1 if options.once else PATIENCE)
    with locked(options.into / SEEN), _serving(options):
        return follow(lambda: _step(mirror, reader, options), mirror.sightings, options)


def _step(mirror: Mirror, reader: Reader, options: argparse.Namespace) -> Alarm | None:
    progress = _progress()
    outcome = mirror.look(progress)
    if isinstance(outcome, Alarm):
        return outcome
    report_seen(outcome.seen)
    if outcome.files:
        tell_dated(f"{outcome.size} entries are published here now, {outcome.files} files are new")
    elif options.once and not outcome.seen.sighting.witnessed:
        raise Unavailable("the newest checkpoint is not yet witnessed, so it is not published", where="log")
    _copy_updates(reader, FolderStore(options.into), mirror.published())
    return None


def _copy_updates(reader: Reader, store: FolderStore, published: Sighting | None) -> None:
    """Copy the updates that fit what is published here, and the key that checks them; newer ones wait."""
    if published is None:
        return
    checked = check_updates(reader, published.checkpoint, store)
    if checked is None or checked.updates.size > published.checkpoint.size:
        return
    for path, data in ((KEY, _key(reader)), (UPDATES, checked.data)):
        if data is not None and not (store.exists(path) and store.read(path) == data):
            store.write(path, data)


def _key(reader: Reader) -> bytes | None:
    try:
        return reader.read(KEY)
    except NotFound:
        return None


def _progress() -> Callable[[int, int], None]:
    """Progress over files; how many there are is known with the first."""
    made: list[Progress] = []

    def tell(done: int, count: int) -> None:
        if not made:
            made.append(Progress(count, "files"))
        made[0](done)
        if done == count:
            made[0].clear()

    return tell


@contextmanager
def _serving(options: argparse.Namespace) -> Iterator[None]:
    """Serve the copy while the block runs, if that was asked for."""
    if options.listen is None:
        yield
        return
    try:
        server = MirrorServer(FolderStore(options.into), host_and_port(options.listen))
    except OSError as error:
        raise Unavailable("cannot listen there", where="--listen") from error
    with server:
        threading.Thread(target=server.serve_forever, args=[0.1], daemon=True).start()
        warn(f"listening on {_address(server)}")
        try:
            yield
        finally:
            server.shutdown()


def _address(server: MirrorServer) -> str:
    host, port = server.server_address[:2]
    return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"
