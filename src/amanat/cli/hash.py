"""`amanat hash FILES…`: digests and prints of pictures and films, without showing or copying any of them.

Files are decoded in worker processes. With `--out` the rows go to a file of JSON lines, and the same
command goes on after its last whole row. Exit codes: those of `media.py`. Shown right by
`tests/cli/test_hash.py`.
"""

import argparse
import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from amanat.cli.media import (
    SOME_REFUSED,
    add_workers,
    find_files,
    fingerprints,
    positive,
    row_of,
    rows_as_text,
)
from amanat.cli.progress import Progress
from amanat.errors import Conflict, NotFound, Unavailable

__all__ = ["add_parser"]

DESCRIPTION = """Digests (SHA-256, SHA-1, MD5) and prints (PDQ of pictures, vPDQ of films) of files.
Nothing is shown, copied or sent. A print is a rough picture: keep what this writes as you keep a case
file. Exit codes: 0 done, 65 done but some file could not be read or fingerprinted, 66 a file is not
there, 130 stopped."""


def add_parser(subparsers: Any) -> None:
    """Add `amanat hash`."""
    parser = subparsers.add_parser("hash", help="digests and prints of files", description=DESCRIPTION)
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="files, or folders of files")
    parser.add_argument(
        "--out",
        metavar="FILE",
        type=Path,
        help="write JSON lines to FILE; if it is there already, go on after its last row",
    )
    parser.add_argument("--turned", action="store_true", help="also the seven other orientations of pictures")
    parser.add_argument("--trimmed", action="store_true", help="also pictures without bars at their edges")
    parser.add_argument(
        "--every", metavar="SECONDS", type=positive, default=1, help="of films a print each, default 1"
    )
    parser.add_argument(
        "--keyframes",
        action="store_true",
        help="of films only frames that need no other: fast, says what it skips",
    )
    add_workers(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Fingerprint every file and say what is known of it."""
    files = find_files(options.files)
    if not files:
        raise NotFound("no files in there", where="hash")
    if options.out is None:
        return _hash(files, 0, _say_json if options.json else _say_text, options)
    with _open(options.out) as out:
        done, refused = _resume(out, files)
        code = _hash(files, done, lambda row: _write(out, row), options)
        return SOME_REFUSED if refused else code


def _hash(files: Sequence[Path], done: int, say: Callable[[Any], None], options: argparse.Namespace) -> int:
    from amanat.fingerprint.file import Wanted

    wanted = Wanted(
        turned=options.turned, trimmed=options.trimmed, seconds=options.every, keyframes=options.keyframes
    )
    left = files[done:]
    progress = Progress(len(left), "files")
    code = 0
    with closing(fingerprints(left, wanted, options, count=len(left))) as answers:
        for number, answer in enumerate(answers, start=1):
            name = str(left[number - 1]) if options.names else None
            row = row_of(done + number, name, answer)
            progress.clear()
            say(row)
            progress(number)
            code = SOME_REFUSED if "refused" in row else code
    progress.clear()
    return code


def _say_text(row: dict[str, Any]) -> None:
    print("\n".join(rows_as_text(row)), flush=True)


def _say_json(row: dict[str, Any]) -> None:
    print(json.dumps(row), flush=True)


def _open(path: Path) -> IO[bytes]:
    """The output, for its owner only, because it is sensitive."""
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
    except OSError as error:
        raise Unavailable("cannot be written", where="the output") from error


def _write(out: IO[bytes], row: dict[str, Any]) -> None:
    try:
        out.write(json.dumps(row).encode() + b"\n")
        out.flush()
    except OSError as error:
        raise Unavailable("cannot be written; what is there is whole", where="the output") from error


def _resume(out: IO[bytes], files: Sequence[Path]) -> tuple[int, bool]:
    """How many files are done, and whether one of them was refused; a row cut off by a crash is dropped."""
    end, done, refused = 0, 0, False
    for line in out:
        if not line.endswith(b"\n"):
            break
        row = _read(line)
        done += 1
        if done > len(files) or row.get("number") != done or not _is_of(row, files[done - 1]):
            raise Conflict(
                "holds rows of other files",
                where="the output",
                hint="Name another file, or the same files again.",
            )
        refused |= "refused" in row
        end += len(line)
    out.seek(end)
    out.truncate()
    return done, refused


def _read(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    return row if isinstance(row, dict) else {}


def _is_of(row: dict[str, Any], path: Path) -> bool:
    """Whether a row can be of this file. Names are not kept, so its size has to say so."""
    try:
        return "bytes" not in row or row["bytes"] == path.stat().st_size
    except OSError:
        return False
