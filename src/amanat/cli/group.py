"""`amanat group FILES…`: which files are the same recording, and how many different ones there are.

FILES are pictures and films, decoded as `amanat hash` does, or files of prints. No print is shown. The count
is an interval at several distances; `docs/howto/count-recordings.md` has the definition.

Exit codes: 0 done, 65 done but some file could not be used, 66 a file is not there, 130 stopped.
Shown right by `tests/cli/test_group.py`.
"""

import argparse
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.cli.options import add_reading, bits, percent, positive
from amanat.cli.progress import Progress
from amanat.cli.visible import visible
from amanat.errors import NotFound

if TYPE_CHECKING:
    from amanat.fingerprint.value import Prints
    from amanat.matching.counting import Count
    from amanat.matching.groups import Group

__all__ = ["add_parser"]

SOME_REFUSED = 65
DESCRIPTION = """Which files are the same recording, and how many different ones there are, from prints
alone. Nothing is shown, copied or sent. Copies that were changed much count as different. Exit codes: 0 done,
65 done but some file could not be used, 66 a file is not there, 130 stopped."""


def add_parser(nouns: Any) -> None:
    """Add `amanat group`."""
    parser = nouns.add_parser(
        "group", help="how many different recordings there are", description=DESCRIPTION
    )
    parser.add_argument(
        "files", metavar="FILE", type=Path, nargs="+", help="pictures, films, files of prints"
    )
    parser.add_argument(
        "--distance", metavar="BITS", type=bits, default=31, help="groups are made up to here, default 31"
    )
    parser.add_argument(
        "--percent",
        metavar="N",
        type=percent,
        default=50,
        help="of a film that must be in another, default 50",
    )
    parser.add_argument("--pairs", action="store_true", help="show the pairs that justify each group")
    text = "makes the names of groups the same the next time; keep it secret"
    parser.add_argument("--key", metavar="FILE", type=Path, help=text)
    parser.add_argument("--threads", metavar="N", type=positive, default=1, help="that search, default 1")
    add_reading(parser)
    parser.set_defaults(run=run)


@dataclass(slots=True)
class Archive:
    """The files by number: those of each label, their names where they are to be shown, how many failed."""

    numbers: dict[str, list[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    refused: int = 0

    def __len__(self) -> int:
        return sum(map(len, self.numbers.values()))

    def files(self, group: "Group") -> list[int]:
        """The files of a group."""
        return sorted(number for label in group.members for number in self.numbers[label])

    def pairs(self, group: "Group") -> list[list[int]]:
        """The pairs that justify a group: two files and their distance."""
        return [[self.numbers[s.first][0], self.numbers[s.second][0], s.distance] for s in group.steps]


def run(options: argparse.Namespace) -> int:
    """Group, count, and say both."""
    from amanat.matching.counting import DISTANCES, count
    from amanat.matching.groups import Forest, grow

    key, archive = _key(options.key), Archive()
    forest = Forest(reach=options.distance, share=options.percent / 100)
    forest = grow(forest, list(_read(archive, options, key)), key=key, threads=options.threads)
    distances = sorted({each for each in DISTANCES if each < options.distance} | {options.distance})
    counts = count(forest, distances, threads=options.threads)
    groups = forest.groups(options.distance)
    tell = _tell_json if options.json else _tell_text
    tell(archive, counts, groups, options)
    return SOME_REFUSED if archive.refused else 0


def _read(archive: Archive, options: argparse.Namespace, key: bytes) -> "Iterator[Prints]":
    """The prints of each file, those of one label once; what else is known goes into the archive."""
    from amanat.cli.media_lines import read_lines
    from amanat.matching.groups import label_of

    with read_lines(options.files, options) as (lines, total):
        progress = Progress(total, "files")
        for number, line in enumerate(lines, 1):
            progress(number)
            if options.names and line.name:
                archive.names[number] = line.name
            if not len(line.prints):
                archive.refused += 1
                continue
            label = label_of(line.prints, key=key)
            if label not in archive.numbers:
                yield line.prints
            archive.numbers.setdefault(label, []).append(number)
        progress.clear()


def _key(path: Path | None) -> bytes:
    """A secret for the names of groups: a new one for each run, or that of a file."""
    if path is None:
        return secrets.token_bytes(32)
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where="--key") from error


def _tell_text(
    archive: Archive, counts: "list[Count]", groups: "list[Group]", options: argparse.Namespace
) -> None:
    failed = f"; {archive.refused:,} could not be used and are not counted" if archive.refused else ""
    print(f"{len(archive):,} files with prints{failed}")
    for one in counts:
        most = "" if one.at_least == one.at_most else f" to {one.at_most:,}"
        print(f"at {one.distance} bits: {one.at_least:,}{most} different recordings")
    for group in groups:
        files = archive.files(group)
        if len(files) > 1:
            shown = (f"{number} {visible(archive.names.get(number, ''))}".strip() for number in files)
            print(f"group {group.name}: {', '.join(shown)}")
        for first, second, distance in archive.pairs(group) if options.pairs else ():
            print(f"  {first} and {second}: {distance} bits")


def _tell_json(
    archive: Archive, counts: "list[Count]", groups: "list[Group]", options: argparse.Namespace
) -> None:
    for one in counts:
        print(json.dumps({"distance": one.distance, "at_least": one.at_least, "at_most": one.at_most}))
    for group in groups:
        files = archive.files(group)
        row: dict[str, Any] = {"group": group.name, "files": files}
        row |= {"names": [archive.names.get(number, "") for number in files]} if options.names else {}
        row |= {"pairs": archive.pairs(group)} if options.pairs else {}
        print(json.dumps(row))
    print(json.dumps({"files": len(archive), "refused": archive.refused}))
