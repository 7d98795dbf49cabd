"""What the commands on media files share: which files, the step for each, rows, and the exit codes.

Exit codes, decided once ([decision 0022](docs/decisions/0022-media-commands.md)): 0 done, or yes, a match;
1 no match; 65 done, but some file could not be read or fingerprinted, which outranks both others because
"no match" then says less; 66 a file that was named is not there, and nothing was done; 130 stopped. Names
of files are shown only with `--names`, also in errors. Shown right by `tests/cli/test_hash.py`.
"""

import argparse
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.cli.visible import visible
from amanat.errors import NotFound

if TYPE_CHECKING:
    from amanat.fingerprint.file import FileFingerprint, Wanted

__all__ = [
    "MATCH",
    "NO_MATCH",
    "SOME_REFUSED",
    "add_workers",
    "find_files",
    "fingerprints",
    "positive",
    "row_of",
    "rows_as_text",
]

MATCH = 0
NO_MATCH = 1
SOME_REFUSED = 65
MANY_FILES = 200
UNREADABLE = "cannot be read"


def add_workers(parser: argparse.ArgumentParser) -> None:
    """The options of every command that decodes."""
    parser.add_argument(
        "--workers", metavar="N", type=positive, help="processes that decode; by default one a processor"
    )
    parser.add_argument(
        "--idle",
        metavar="SECONDS",
        type=positive,
        default=60,
        help="give up on a file after so long without progress, default 60",
    )
    parser.add_argument("--json", action="store_true", help="write JSON lines in place of text")
    parser.add_argument("--names", action="store_true", help="show the names of files, which may name people")


def positive(text: str) -> int:
    """A whole number of at least one, for argparse."""
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number of at least 1 is needed")
    return int(text)


def find_files(named: Sequence[Path]) -> list[Path]:
    """The files named and those in folders named, by their names; links in folders are not followed."""
    found: list[Path] = []
    for number, path in enumerate(named, start=1):
        if path.is_dir():
            found += _inside(path)
        elif path.exists():
            found.append(path)
        else:
            raise NotFound("no such file", where=f"file {number}", hint="Nothing was done.")
    return found


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted(files) if Path(place, name).is_file())


def fingerprints(
    files: Iterable[Path], wanted: "Wanted", options: argparse.Namespace, *, count: int
) -> "Generator[FileFingerprint | str, None, None]":
    """What is known of each file, in order, or why nothing is; decoded in worker processes."""
    from amanat.fingerprint.workers import Failed, run_in_workers

    if not count:
        return
    answers = run_in_workers(
        _step,
        ((path, wanted) for path in files),
        workers=min(options.workers or os.cpu_count() or 1, count),
        idle_seconds=options.idle,
        many=count > MANY_FILES,
    )
    try:
        for _, answer in answers:
            yield answer.why if isinstance(answer, Failed) else answer
    finally:
        answers.close()


def _step(ask: "tuple[Path, Wanted]", beat: Callable[[], None]) -> "FileFingerprint | str":
    from amanat.fingerprint.file import fingerprint_stream

    path, wanted = ask
    try:
        with path.open("rb") as stream:
            return fingerprint_stream(stream, wanted, beat=beat)
    except OSError:
        return UNREADABLE


def row_of(number: int, name: str | None, answer: "FileFingerprint | str") -> dict[str, Any]:
    """One file as a JSON object; `refused` says why there is no print."""
    row: dict[str, Any] = {"number": number} | ({} if name is None else {"name": name})
    if isinstance(answer, str):
        return row | {"refused": answer}
    digests = answer.digests
    row["bytes"] = digests.size_bytes
    row |= {name: getattr(digests, name).hex() for name in ("sha256", "sha1", "md5")}
    return row | (_media(answer.media) if answer.media is not None else {"refused": answer.refused})


def _media(media: Any) -> dict[str, Any]:
    from amanat.fingerprint.film import Film
    from amanat.fingerprint.vpdq import line

    size = {"width": media.width, "height": media.height}
    if isinstance(media, Film):
        how = {"keyframes_only": media.keyframes_only, **asdict(media.looked)}
        return {"kind": "film", **size, "looked": how, "vpdq": [line(frame) for frame in media.frames]}
    upright, *others = media.prints.items()
    row = {"kind": "picture", **size, "quality": upright[1].quality, "pdq": upright[1].print.hex()}
    return row | ({"variants": {name: one.print.hex() for name, one in others}} if others else {})


def rows_as_text(row: dict[str, Any]) -> Iterator[str]:
    """`NUMBER WHAT VALUE`, one fact a line, for people and for grep."""
    number = row["number"]
    for name in ("name", "refused", "sha256", "sha1", "md5", "kind", "quality", "pdq"):
        if name in row:
            yield f"{number} {name} {visible(str(row[name]))}"
    yield from (f"{number} pdq.{name} {value}" for name, value in row.get("variants", {}).items())
    yield from (f"{number} vpdq {line}" for line in row.get("vpdq", ()))
    looked = row.get("looked", {})
    if looked.get("keyframes_only"):
        skipped = looked["packets"] - looked["decoded"]
        gap = looked["longest_gap_ms"] / 1000
        yield f"{number} skipped {skipped} of {looked['packets']} frames, at most {gap:.1f} s in a row"
    if looked.get("damaged"):
        yield f"{number} damaged {looked['damaged']} of {looked['packets']} frames"
