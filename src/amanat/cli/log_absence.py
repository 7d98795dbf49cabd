"""`amanat log prove-absence`: whoever holds the twelve words shows which events are in a log, and which not.

The words are read without echo, or from standard input; never from an argument. Words, keys and tags are not
printed, logged or written. Exit codes: 0 the event asked for, or the first gap, is not in the log; 1 the
event asked for with `--seq` is in the log; 3 something does not hold or is not yet witnessed, so nothing is
shown; 65 wrong words, or a broken file; 66 a missing file; 69 it cannot be read now. Shown right by
`tests/cli/test_log_absence.py`.
"""

import argparse
import getpass
import sys
import time
from collections.abc import Iterator
from typing import Any

from amanat.cli.log_place import add_policy, open_log, read_policy, tell
from amanat.cli.progress import Progress
from amanat.cli.visible import visible
from amanat.errors import Malformed
from amanat.receipt.absence import MAX_SEQ, Scan, as_of, fetch_bytes, scan
from amanat.sealing.keys import derive
from amanat.sealing.words import from_words
from amanat.strict import format_time, parse_decimal
from amanat.tlog.patient import PatientReader
from amanat.tlog.policy import Policy
from amanat.tlog.trust import SignedCheckpoint, verify_checkpoint

__all__ = ["add_verb"]

USAGE = "amanat log prove-absence URL|DIR --policy FILE --words [--seq N] [--from INDEX]"
DESCRIPTION = """Show, with the twelve words of a report, which of its events are in the log and that the next
one is not. Asks for the words without echo, or reads them from standard input; never as arguments. Exit
codes: 0 the event is not in the log; 1 the event of --seq is in it; 3, 65, 66, 69 nothing could be shown."""
_MOST_BYTES = 10_000


def add_verb(verbs: Any) -> None:
    """Add `amanat log prove-absence`."""
    text = "show that an event of a report is not in the log"
    parser = verbs.add_parser("prove-absence", help=text, usage=USAGE, description=DESCRIPTION)
    parser.add_argument("log", metavar="URL|DIR", help="the address of the log, or its folder")
    add_policy(parser, required=True)
    # Words given as arguments are taken in here, so that no message repeats them.
    parser.add_argument("--words", nargs="*", required=True, metavar="", help="ask for the twelve words")
    parser.add_argument("--seq", metavar="N", help="the event's number; by default the first missing")
    parser.add_argument(
        "--from", metavar="INDEX", dest="first", default="0", help="leave out the entries before"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read the words, scan, and say in plain words what is there and what is not."""
    if options.words:
        hint = "Leave them out and you are asked. Your shell may have kept these: clear its history."
        raise Malformed("words are never arguments", where="--words", hint=hint)
    asked = None if options.seq is None else parse_decimal(options.seq, where="--seq", maximum=MAX_SEQ)
    first = parse_decimal(options.first, where="--from")
    reader, policy = PatientReader(open_log(options.log), time.sleep), read_policy(options.policy)
    signed = verify_checkpoint(reader.read("checkpoint"), policy)
    tell(_plan(signed.checkpoint.size, first))
    thread_key = derive(from_words(_words())).thread_key
    progress = Progress(signed.checkpoint.size - first, "entries")
    found = scan(reader, signed.checkpoint, thread_key, first=first, after_each=progress)
    progress.clear()
    tell("\n".join(_result(found, asked, signed, policy)))
    return 1 if asked in found.places else 0


def _words() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("The twelve words (they will not show): ")
    return sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace")


def _plan(size: int, first: int) -> str:
    if first > size:
        raise Malformed("the log has no such entry", where="--from")
    count = fetch_bytes(size, first)
    much = f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{-(-count // 1000)} kB"
    return f"{size - first} entries, from entry {first} on, will be fetched and proven: about {much}."


def _result(found: Scan, asked: int | None, signed: SignedCheckpoint, policy: Policy) -> Iterator[str]:
    for seq, places in found.places.items():
        yield f"Event {seq} is in the log, at entry {' and '.join(map(str, places))}."
    if not found.places:
        yield "No event of these words is there. (Other words, or another log, would look the same.)"
    missing = found.first_gap if asked is None else asked
    if missing not in found.places:
        yield _absence(missing, found, signed, policy)
    later = max(found.places, default=-1)
    if missing < later and missing not in found.places and not found.first:
        yield f"Event {later} is there all the same: the number {missing} was left out."


def _absence(missing: int, found: Scan, signed: SignedCheckpoint, policy: Policy) -> str:
    where = f"the log of {found.size} entries"
    if found.first:
        where = f"what follows from entry {found.first} on (the ones before were not looked at) in {where}"
    moment = as_of(signed.witnesses, policy)
    if moment is None:
        return f"No event with number {missing} is in {where}. Your policy asks for no witness of its time."
    names = ", ".join(visible(name) for name, time in sorted(signed.witnesses.items()) if time >= moment)
    seen = f"that {names} saw; at {format_time(moment)} they knew no larger one"
    return f"No event with number {missing} is in {where} {seen}."
