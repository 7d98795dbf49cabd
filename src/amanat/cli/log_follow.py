"""`amanat log monitor`: follow a log, and raise an alarm when it does not keep its word.

One line a new checkpoint. SIGTERM and Ctrl-C end it with 0; so does `--once` when all is well. Exit codes: 3
an alarm (both notes are printed and kept); 75 another process uses the folder; 78 what is in the folder does
not hold under the policy; and with `--once` 65 what came is not a checkpoint, 66 nothing is published, 69 the
log cannot be reached. Shown right by `tests/cli/test_log_follow.py`.
"""

import argparse
import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from amanat import clock
from amanat.cli.log_place import add_policy, open_log, read_policy, tell, tell_dated
from amanat.cli.visible import visible
from amanat.errors import Conflict, Unavailable
from amanat.strict import format_time
from amanat.tlog.monitor import PATIENCE, Monitor, Seen
from amanat.tlog.rounds import rounds
from amanat.tlog.sightings import Alarm, Sighting, Sightings

__all__ = ["add_following", "add_verb", "follow", "locked", "report_seen", "warn"]

EVERY_SECONDS = 300.0
MOST_SECONDS = 604_800.0
OLD = timedelta(days=1)
MONITOR = """Follow a log: fetch its checkpoint, verify who signed, prove from its tiles that it continues the
one seen before, and keep it. Exit codes: 0 stopped, or with --once all is well; 3 an alarm, both notes are
printed and kept in DIR/evidence; 69 it cannot be reached (--once)."""


def add_verb(verbs: Any) -> None:
    """Add `amanat log monitor`."""
    monitor = verbs.add_parser("monitor", help="follow a log, and prove its word", description=MONITOR)
    monitor.add_argument(
        "--state", metavar="DIR", type=Path, required=True, help="where what was seen is kept"
    )
    monitor.set_defaults(run=run_monitor)
    add_following(monitor)


def add_following(parser: argparse.ArgumentParser) -> Any:
    """Add what all followers take; returns the group of what does not go with `--once`."""
    parser.add_argument("log", metavar="URL|DIR", help="the address of the log, or its folder")
    add_policy(parser, required=True)
    text = f"seconds between two looks, {EVERY_SECONDS:.0f} by default; more after failures"
    parser.add_argument("--every", metavar="SECONDS", type=_seconds, default=EVERY_SECONDS, help=text)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--once", action="store_true", help="look one time and end")
    return ways


def run_monitor(options: argparse.Namespace) -> int:
    """Look again and again, until stopped or alarmed."""
    reader, policy = open_log(options.log), read_policy(options.policy)
    sightings = Sightings(options.state, policy)
    monitor = Monitor(reader, sightings, patience=1 if options.once else PATIENCE)
    age = _Age()

    def step() -> Alarm | None:
        seen = monitor.look()
        if isinstance(seen, Alarm):
            return seen
        report_seen(seen)
        age.look(seen.sighting, now=clock.now())
        return None

    with locked(options.state):
        return follow(step, sightings, options)


def follow(step: Callable[[], Alarm | None], sightings: Sightings, options: argparse.Namespace) -> int:
    """Run the rounds until they are stopped (0) or end with an alarm (3)."""
    kept = sightings.evidence()
    if kept:
        warn(f"there is evidence against this log from before: {kept} in the folder evidence")
    try:
        with stoppable():
            alarm = rounds(step, every=options.every, once=options.once, tell=warn, sleep=time.sleep)
    except _Stopped:
        warn("stopped")
        return 0
    return _raise_alarm(alarm, sightings) if alarm else 0


def report_seen(seen: Seen) -> None:
    """One line for a new checkpoint, or for witnesses that came late; none when nothing is new."""
    if seen.grown:
        grown = f" (+{seen.sighting.checkpoint.size - seen.before.checkpoint.size})" if seen.before else ""
        tell_dated(f"{seen.sighting.checkpoint.size} entries{grown}  {_who(seen.sighting)}")
    elif seen.later_witnesses:
        tell_dated(f"{seen.sighting.checkpoint.size} entries, as before  {_who(seen.sighting)}")


def warn(text: str) -> None:
    """A dated line that is not about a checkpoint."""
    tell_dated(text, to=sys.stderr)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder and hold it against another process; raises `Conflict` or `Unavailable`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file: TextIO = (folder / ".lock").open("w", encoding="utf-8")
    except OSError as error:
        raise Unavailable("the folder cannot be written", where="folder") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict("another process uses this folder", where="folder") from error
        yield


class _Age:
    """Says, once a day, that a log has stood still: it may be held back from whoever looks here."""

    def __init__(self) -> None:
        self._told: datetime | None = None

    def look(self, sighting: Sighting, *, now: datetime) -> None:
        witnessed = sighting.signed.in_log_by
        if witnessed is None or now - witnessed < OLD or (self._told and now - self._told < OLD):
            return
        self._told = now
        warn(f"nothing newer than {format_time(witnessed)} has been witnessed: ask why the log stands still")


class _Stopped(BaseException):
    """SIGTERM or Ctrl-C. No `Exception`, so nothing but the door catches it; writes are atomic anyway."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into an end of the block, at any point."""

    def stop(*_arguments: object) -> None:
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _raise_alarm(alarm: Alarm, sightings: Sightings) -> int:
    place = sightings.keep_evidence(alarm, now=clock.now())
    warn(f"ALARM: {visible(alarm.why)}")
    for title, note in (("seen before", alarm.before), ("served now", alarm.after)):
        tell(f"----- {title}")
        tell("nothing" if note is None else "\n".join(map(visible, note.decode().splitlines())))
    tell("-----")
    warn(f"both notes are kept in {place}: show them to the log's people, its witnesses, and the public")
    return 3


def _who(sighting: Sighting) -> str:
    names = ", ".join(visible(name) for name in sorted(sighting.signed.witnesses)) or "none"
    if sighting.signed.in_log_by is not None:
        return f"witnessed by {format_time(sighting.signed.in_log_by)}: {names}"
    if sighting.witnessed:
        return f"the policy asks for no witness; witnesses: {names}"
    return f"not yet witnessed as the policy asks; witnesses so far: {names}"


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= MOST_SECONDS:
        raise argparse.ArgumentTypeError("more than 0, and at most a week")
    return seconds
