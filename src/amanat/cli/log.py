"""`amanat log`: what a published log says (`show`), and whether its entries make it (`check`).

The other verbs are in `log_follow.py`, `log_mirror.py`, `log_fsck.py` and `log_absence.py`. A log is an
`http(s)://` address or a folder. Without a policy nothing is verified, and the output says so. Exit codes: 0
done, 3 it does not hold, 65 a file is not of its format, 66 a file is missing, 69 it cannot be reached now.
Shown right by `tests/cli/test_log.py`.
"""

import argparse
from collections.abc import Iterator
from typing import Any

from amanat.cli import log_absence, log_follow, log_fsck, log_mirror
from amanat.cli.log_place import add_policy, open_log, read_policy, tree, witnesses
from amanat.cli.visible import visible
from amanat.tlog.audit import audit
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.note import parse_note
from amanat.tlog.trust import check_signatures, verify_checkpoint

__all__ = ["add_parser"]


def add_parser(subparsers: Any) -> None:
    """Add `amanat log`."""
    parser = subparsers.add_parser("log", help="look at a published log, or go through all of it")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    show = verbs.add_parser("show", help="origin, size, root, time and witnesses of the newest checkpoint")
    show.set_defaults(run=run_show)
    check = verbs.add_parser("check", help="compute the root again from every entry and compare")
    check.set_defaults(run=run_check)
    for verb, required in ((show, False), (check, True)):
        verb.add_argument("log", metavar="URL|DIR", help="the address of the log, or its folder")
        add_policy(verb, required=required)
    for module in (log_follow, log_mirror, log_fsck, log_absence):
        module.add_verb(verbs)


def run_show(options: argparse.Namespace) -> int:
    """Print the newest checkpoint in plain words."""
    note = open_log(options.log).read("checkpoint")
    if options.policy is None:
        lines = [*tree(parse_checkpoint(parse_note(note).text)), *_claims(note)]
    else:
        policy = read_policy(options.policy)
        signed = check_signatures(note, policy)
        lines = [*tree(signed.checkpoint), *witnesses(signed, policy)]
    print("\n".join(lines))
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Verify the newest checkpoint, then read the whole log and compare."""
    reader, policy = open_log(options.log), read_policy(options.policy)
    signed = verify_checkpoint(reader.read("checkpoint"), policy)
    audit(reader, signed.checkpoint)
    print("\n".join([*tree(signed.checkpoint), *witnesses(signed, policy)]))
    print("checked     all entries are there and make the root that was signed")
    return 0


def _claims(note: bytes) -> Iterator[str]:
    for signature in parse_note(note).signatures:
        yield f"claims      a signature by {visible(signature.name)}"
    yield "unverified  no policy was given, so no signature was checked"
