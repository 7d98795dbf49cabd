"""`amanat log fsck`: every file of a log against its signed root, and which one is bad. Needs no server.

Exit codes: 0 all is right; 3 bytes or signatures are false; 65 files are only missing or not of their format;
66 there is no log; 69 it cannot be read now, so nothing is said. Shown right by `tests/cli/test_log_fsck.py`.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amanat.cli.log_place import add_policy, is_address, open_log, read_policy, tell, tree, witnesses
from amanat.cli.progress import Progress
from amanat.cli.visible import visible
from amanat.errors import Malformed, NotFound, Unverified
from amanat.receipt.updates_file import KEY, UPDATES, check_updates
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.fsck import Fault, faults, spare
from amanat.tlog.note import parse_note
from amanat.tlog.patient import PatientReader
from amanat.tlog.policy import Policy
from amanat.tlog.store import Reader
from amanat.tlog.trust import check_signatures

__all__ = ["add_verb"]

DESCRIPTION = """Compute every hash of a log again, from its entries up to the root of its checkpoint. Names
the first bad or missing file and counts the others. Exit codes: 0 all is right; 3 bytes or signatures are
false; 65 files are only missing or not of their format; 66 there is no log; 69 it cannot be read now."""
OUTSIDE = (".mirror/", ".lock", "policy.txt", "timestamps/", KEY, UPDATES)
"""What may lie beside a log without being a part of its tree."""


def add_verb(verbs: Any) -> None:
    """Add `amanat log fsck`."""
    parser = verbs.add_parser(
        "fsck", help="find the bad file in a log, in a folder or at an address", description=DESCRIPTION
    )
    parser.add_argument("log", metavar="URL|DIR", help="the address of the log, or its folder")
    add_policy(parser, required=False)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Go through the log, say what is bad, and return how bad it is."""
    reader = PatientReader(open_log(options.log), time.sleep)
    policy = read_policy(options.policy) if options.policy else None
    note = reader.read("checkpoint")
    checkpoint = parse_checkpoint(parse_note(note).text)
    tell("\n".join([*tree(checkpoint), *_signers(note, policy)]))
    progress = Progress(checkpoint.size, "entries")
    found: list[Fault] = []
    for fault in faults(reader, checkpoint, after_each=progress):
        if not found:
            progress.clear()
            tell(f"FIRST BAD   {fault.path}: {fault.what}")
        found.append(fault)
    progress.clear()
    tell("\n".join(_updates(reader, checkpoint, found)))
    extra = [] if is_address(options.log) else _spare(Path(options.log), checkpoint)
    tell("\n".join([*extra, *_summary(found, checkpoint)]))
    return _exit_code(found)


def _signers(note: bytes, policy: Policy | None) -> Iterator[str]:
    if policy is None:
        yield "unverified  no policy was given, so no signature was checked"
    else:
        yield from witnesses(check_signatures(note, policy), policy)


def _updates(reader: Reader, checkpoint: Checkpoint, found: list[Fault]) -> Iterator[str]:
    """A line about the updates file; where it is bad it is one more fault."""
    if found:
        yield "updates     not checked: the entries are not all right"
        return
    try:
        checked = check_updates(reader, checkpoint, reader)
    except (NotFound, Malformed, Unverified) as error:
        found.append(Fault(UPDATES, error.what, false=isinstance(error, Unverified)))
        yield f"FIRST BAD   {UPDATES}: {error.what}"
        return
    if checked is None:
        yield "updates     there are none"
        return
    yield f"updates     right: the tags of {len(checked.updates.tags)} entries, up to {checked.updates.size}"
    if not checked.is_signature_checked:
        yield f"unverified  {KEY} is not there, so the signature of the updates was not checked"


def _spare(folder: Path, checkpoint: Checkpoint) -> Iterator[str]:
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    extra = spare((path for path in files if not path.startswith(OUTSIDE)), checkpoint.size)
    for label, paths, what in (
        ("obsolete", extra.outgrown, "partial files were outgrown: harmless, and may be deleted"),
        ("ahead", extra.ahead, "files are ahead of the checkpoint: harmless, the next one needs them"),
        ("strange", extra.strange, "files are no part of a log"),
    ):
        if paths:
            yield f"{label:<12}{len(paths)} {what}; the first is {visible(paths[0])}"


def _summary(found: list[Fault], checkpoint: Checkpoint) -> Iterator[str]:
    if not found:
        yield f"right       all {checkpoint.size} entries and all tiles make the root"
        return
    false = sum(fault.false for fault in found)
    other = len(found) - false
    yield f"BAD         {len(found)} files: {false} false, {other} missing or not of their format"


def _exit_code(found: list[Fault]) -> int:
    if not found:
        return 0
    return Unverified.exit_code if any(fault.false for fault in found) else Malformed.exit_code
