"""`amanat timestamp verify`: when an RFC 3161 authority saw a checkpoint, offline.

Exit codes: 0 it holds, 3 it does not, 65 not of its format. Shown right by `tests/cli/test_timestamp.py`.
"""

import argparse
from pathlib import Path
from typing import Any

from amanat.errors import NotFound
from amanat.strict import format_time
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.note import parse_note
from amanat.tlog.timestamp import check_timestamp

__all__ = ["add_parser", "run"]


def add_parser(nouns: Any) -> None:
    """Add `amanat timestamp`."""
    parser = nouns.add_parser("timestamp", help="check an authority's time-stamp over a checkpoint")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    text = "Say when a time-stamping authority saw a checkpoint. Needs no network."
    verb = verbs.add_parser("verify", help=text, description=text)
    verb.add_argument("token", metavar="FILE.tsr", type=Path, help="what the authority answered")
    verb.add_argument("checkpoint", metavar="FILE.checkpoint", type=Path, help="the checkpoint it is about")
    help_text = "certificates of the authorities you trust, PEM"
    verb.add_argument("--roots", metavar="FILE", type=Path, required=True, help=help_text)
    verb.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check the token and print the time."""
    token, note, roots = (_read(path) for path in (options.token, options.checkpoint, options.roots))
    checkpoint = parse_checkpoint(parse_note(note).text)
    moment = check_timestamp(token, note, roots_pem=roots)
    print(f"The checkpoint of size {checkpoint.size} existed at {format_time(moment)}.")
    print("This says nothing about who signed it: amanat log show --policy does.")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where="file") from error
