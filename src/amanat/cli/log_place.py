"""What the verbs of `amanat log` share: where a log is, whom to trust, and lines for whoever reads along.

No command of its own. Shown right by `tests/cli/test_log.py` and `tests/cli/test_log_follow.py`.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from amanat import clock
from amanat.cli.visible import visible
from amanat.errors import Malformed, NotFound
from amanat.strict import encode_base64, format_time
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.client import HttpReader
from amanat.tlog.policy import NO_QUORUM, Policy, parse_policy
from amanat.tlog.store import FolderStore, Reader
from amanat.tlog.trust import SignedCheckpoint

__all__ = ["add_policy", "is_address", "open_log", "read_policy", "tell", "tell_dated", "tree", "witnesses"]


def add_policy(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add `--policy FILE`."""
    text = "the logs and witnesses you trust"
    parser.add_argument("--policy", metavar="FILE", type=Path, required=required, help=text)


def is_address(log: str) -> bool:
    """Whether this is an address and not a folder."""
    return log.startswith(("http://", "https://"))


def open_log(log: str) -> Reader:
    """A reader of the log at an address or in a folder; raises `NotFound`."""
    if is_address(log):
        return HttpReader(log)
    if not Path(log).is_dir():
        raise NotFound("neither an http(s) address nor a folder", where="log")
    return FolderStore(Path(log))


def read_policy(path: Path) -> Policy:
    """The policy in a file; errors do not name the file."""
    try:
        return parse_policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where="policy") from error
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="policy") from error


def tree(checkpoint: Checkpoint) -> Iterator[str]:
    """Lines about a tree."""
    yield f"origin      {visible(checkpoint.origin)}"
    yield f"size        {checkpoint.size} entries"
    yield f"root        {encode_base64(checkpoint.root)}"


def witnesses(signed: SignedCheckpoint, policy: Policy) -> Iterator[str]:
    """Lines about who signed and cosigned."""
    yield "signed      by the log of your policy"
    for name, moment in sorted(signed.witnesses.items(), key=lambda item: item[1]):
        yield f"witness     {visible(name)} saw it at {format_time(moment)}"
    if policy.quorum == NO_QUORUM:
        yield "quorum      none asked: nobody vouches for the time or against a second history"
    elif signed.in_log_by is None:
        yield "quorum      not yet witnessed: the witnesses your policy asks for have not all seen it"
    else:
        yield f"quorum      all of it was in the log by {format_time(signed.in_log_by)}"


def tell(text: str, *, to: TextIO | None = None) -> None:
    """One line, at once, in whatever alphabet the other side can take."""
    stream = to or sys.stdout
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def tell_dated(text: str, *, to: TextIO | None = None) -> None:
    """The same with the time before it."""
    tell(f"{format_time(clock.now())}  {text}", to=to)
