"""`amanat log show` and `amanat log check`: what a published log says, and whether its entries make it.

A log is an `http(s)://` address or a folder. Without a policy nothing is verified, and the output says so.
Exit codes: 0 done, 3 it does not hold, 65 a file is not of its format, 66 a file is missing, 69 it cannot be
reached now. Shown right by `tests/cli/test_log.py`.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amanat.cli.visible import visible
from amanat.errors import Malformed, NotFound
from amanat.strict import encode_base64, format_time
from amanat.tlog.audit import audit
from amanat.tlog.checkpoint import Checkpoint, parse_checkpoint
from amanat.tlog.client import HttpReader
from amanat.tlog.note import parse_note
from amanat.tlog.policy import NO_QUORUM, Policy, parse_policy
from amanat.tlog.store import FolderStore, Reader
from amanat.tlog.trust import SignedCheckpoint, check_signatures, verify_checkpoint

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
        verb.add_argument(
            "--policy", metavar="FILE", type=Path, required=required, help="the logs and witnesses you trust"
        )


def run_show(options: argparse.Namespace) -> int:
    """Print the newest checkpoint in plain words."""
    note = _reader(options.log).read("checkpoint")
    if options.policy is None:
        lines = [*_tree(parse_checkpoint(parse_note(note).text)), *_claims(note)]
    else:
        policy = _policy(options.policy)
        signed = check_signatures(note, policy)
        lines = [*_tree(signed.checkpoint), *_witnesses(signed, policy)]
    print("\n".join(lines))
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Verify the newest checkpoint, then read the whole log and compare."""
    reader, policy = _reader(options.log), _policy(options.policy)
    signed = verify_checkpoint(reader.read("checkpoint"), policy)
    audit(reader, signed.checkpoint)
    print("\n".join([*_tree(signed.checkpoint), *_witnesses(signed, policy)]))
    print("checked     all entries are there and make the root that was signed")
    return 0


def _reader(log: str) -> Reader:
    if log.startswith(("http://", "https://")):
        return HttpReader(log)
    if not Path(log).is_dir():
        raise NotFound("neither an http(s) address nor a folder", where="log")
    return FolderStore(Path(log))


def _policy(path: Path) -> Policy:
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where="policy") from error
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="policy") from error


def _tree(checkpoint: Checkpoint) -> Iterator[str]:
    yield f"origin      {visible(checkpoint.origin)}"
    yield f"size        {checkpoint.size} entries"
    yield f"root        {encode_base64(checkpoint.root)}"


def _claims(note: bytes) -> Iterator[str]:
    for signature in parse_note(note).signatures:
        yield f"claims      a signature by {visible(signature.name)}"
    yield "unverified  no policy was given, so no signature was checked"


def _witnesses(signed: SignedCheckpoint, policy: Policy) -> Iterator[str]:
    yield "signed      by the log of your policy"
    for name, moment in sorted(signed.witnesses.items(), key=lambda item: item[1]):
        yield f"witness     {visible(name)} saw it at {format_time(moment)}"
    if policy.quorum == NO_QUORUM:
        yield "quorum      none asked: nobody vouches for the time or against a second history"
    elif signed.in_log_by is None:
        yield "quorum      not yet witnessed: the witnesses your policy asks for have not all seen it"
    else:
        yield f"quorum      all of it was in the log by {format_time(signed.in_log_by)}"
