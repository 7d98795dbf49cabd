"""`amanat match LIST FILES…`: which files are near something on a list. No print and no name is shown.

FILES are pictures and films, decoded as `amanat hash` does, or files of prints. LIST is an age file with the
key that opens it, or the folder of an index. A file matches when a share of its prints is near one item of
the list: its one print of a picture, four fifths of a film's. A match is a reason to look, never a verdict.
With `--out` the rows go to a file, and the same command goes on after its last whole row.

Exit codes: 0 something matched, 1 nothing, 65 some file or line could not be used, which outranks both, 66 a
file is not there, 130 stopped. Shown right by `tests/cli/test_match.py`.
"""

import argparse
import json
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from amanat.cli.options import add_reading, bits, percent, positive
from amanat.cli.progress import Progress
from amanat.cli.visible import visible

__all__ = ["add_parser"]

NO_MATCH = 1
SOME_REFUSED = 65
LINES_AT_ONCE = 1024
DESCRIPTION = """Which files are near something on a list. Nothing is shown, copied or sent. A match is a
reason to look into it, never a verdict; no match is no proof. Exit codes: 0 something matched, 1 nothing
did, 65 some file could not be used, 66 a file is not there, 130 stopped."""


def add_parser(nouns: Any) -> None:
    """Add `amanat match`."""
    parser = nouns.add_parser(
        "match", help="which files are near something on a list", description=DESCRIPTION
    )
    parser.add_argument("list_file", metavar="LIST", type=Path, help="a list, or the folder of its index")
    parser.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="pictures, films, files of prints"
    )
    parser.add_argument("--identity", metavar="FILE", type=Path, help="the key that opens the lists")
    parser.add_argument(
        "--not",
        dest="negative",
        metavar="LIST",
        type=Path,
        action="append",
        default=[],
        help="what is not meant: what is as near to this list does not match",
    )
    parser.add_argument(
        "--distance", metavar="BITS", type=bits, help="match up to here, by default as LIST asks"
    )
    parser.add_argument(
        "--percent", metavar="N", type=percent, default=80, help="of a film that must match, default 80"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="write JSON lines to FILE, or go on with it")
    parser.add_argument("--threads", metavar="N", type=positive, default=1, help="that search, default 1")
    add_reading(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Match file after file, and say how many matched."""
    from amanat.cli.ask import Lists
    from amanat.cli.media_lines import read_lines
    from amanat.cli.rows import open_rows

    lists, tally = Lists(options), Tally()
    with ExitStack() as stack:
        out = stack.enter_context(open_rows(options.out)) if options.out else None
        for row in out.before if out else ():
            tally.add(row)
        lines, total = stack.enter_context(read_lines(options.files, options, skip=tally.done))
        progress = Progress(total, "files")
        while block := list(islice(lines, LINES_AT_ONCE if total > LINES_AT_ONCE else 1)):
            for row in lists.rows(block, first=tally.done + 1, names=options.names):
                progress.clear()
                out.write(row) if out else _tell(row, options)
                tally.add(row)
            progress(tally.done)
        progress.clear()
    if not options.json:
        print(tally)
    return tally.code()


class Tally:
    """How many files were looked at, matched, and could not be used."""

    def __init__(self) -> None:
        self.done = self.matched = self.refused = 0

    def add(self, row: dict[str, Any]) -> None:
        self.done += 1
        self.matched += row.get("match") is True
        self.refused += "refused" in row

    def code(self) -> int:
        return SOME_REFUSED if self.refused else 0 if self.matched else NO_MATCH

    def __str__(self) -> str:
        return f"{self.matched:,} of {self.done:,} match" + (
            f"; {self.refused:,} could not be used" if self.refused else ""
        )


def _tell(row: dict[str, Any], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(row), flush=True)
        return
    name = f" {visible(row['name'])}" if "name" in row else ""
    if "refused" in row:
        print(f"{row['number']}{name} cannot be used: {visible(row['refused'])}", flush=True)
    elif row["match"]:
        best = row["matches"][0]
        print(f"{row['number']}{name} match, {best['distance']} of 256 bits apart", flush=True)
    else:
        why = " (on a list of what is not meant)" if row.get("suppressed") else ""
        print(f"{row['number']}{name} no match{why}", flush=True)
