"""`amanat scan SOURCE --list L --out TABLE`: a folder, an archive or a bucket against a list, as one table.

The source is listed, then done in parts; each part that is done is kept, so the same command goes on where it
was stopped. Exit codes: those of `media.py`. Shown right by `tests/cli/test_scan.py`.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from amanat.cli.media import MANY_FILES, MATCH, NO_MATCH, SOME_REFUSED, add_workers
from amanat.cli.options import bits, percent, positive
from amanat.cli.progress import Progress
from amanat.errors import NotFound

if TYPE_CHECKING:
    from amanat.scan.held import Held

__all__ = ["add_parser"]

DESCRIPTION = """Match all files of a folder, an archive (zip, tar) or a bucket (s3://bucket/prefix) with a
list, and write a Parquet table. Nothing is shown or unpacked, and nothing sent but to the machines of --ray.
A match is a reason to look into it, never a verdict; no match is no proof. Stopped, the same command goes on.
Exit codes: 0 something matched, 1 nothing did, 65 some file could not be used, 66 the source is not there,
75 the table is there already or of something else, 130 stopped."""


def add_parser(nouns: Any) -> None:
    """Add `amanat scan`."""
    parser = nouns.add_parser("scan", help="match a whole archive, into a table", description=DESCRIPTION)
    parser.add_argument("source", metavar="SOURCE", help="a folder, a file, an archive or s3://bucket/prefix")
    parser.add_argument(
        "--list", dest="held", metavar="LIST", type=Path, required=True, help="a list, or an index"
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
    parser.add_argument("--out", metavar="TABLE", type=Path, required=True, help="the Parquet file to make")
    parser.add_argument("--ray", metavar="ADDRESS", help="a Ray cluster whose machines all see SOURCE")
    parser.add_argument("--distance", metavar="BITS", type=bits, help="match up to here")
    parser.add_argument(
        "--percent", metavar="N", type=percent, default=80, help="of a film that must match, default 80"
    )
    parser.add_argument(
        "--every", metavar="SECONDS", type=positive, default=1, help="of films a print each, default 1"
    )
    parser.add_argument("--keyframes", action="store_true", help="of films only frames that need no other")
    parser.add_argument(
        "--part", metavar="N", type=positive, default=1000, help="files done together, default 1000"
    )
    add_workers(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """List, do what is not done, make the table."""
    from amanat.scan import engine
    from amanat.scan.plan import digest, parts, pieces
    from amanat.scan.table import open_table

    planned = list(parts(pieces(options.source), most=options.part))
    if not planned:
        raise NotFound("no files in there", where="the source")
    held = _held(options)
    with open_table(options.out, _same(options, held, digest(planned))) as table:
        left = [part for part in planned if not table.has(part.number)]
        sizes = {part.number: len(part.pieces) for part in left}
        progress, done = Progress(sum(sizes.values()), "files"), 0
        if left:
            with closing(engine.run(left, _job(options, held, sizes), ray=options.ray)) as made:
                try:
                    for number, data in made:
                        table.write(number, data)
                        done += sizes[number]
                        progress(done)
                except KeyboardInterrupt:
                    _leave()
        progress.clear()
        return _tell(table.finish(len(planned)), as_json=options.json)


def _leave() -> NoReturn:
    """End at once: the engine's threads cannot be stopped, and what is done is on the disk."""
    print("\namanat: stopped; the same command goes on", file=sys.stderr, flush=True)
    for process in multiprocessing.active_children():
        process.kill()
    os._exit(130)


def _held(options: argparse.Namespace) -> "Held":
    from amanat.cli.list_place import refuse_negative
    from amanat.matching.index import Index

    if options.held.is_dir():
        refuse_negative(Index(options.held).terms.negative)
    negative = tuple(_one_held(path, options) for path in options.negative)
    return _one_held(options.held, options, negative=negative)


def _one_held(path: Path, options: argparse.Namespace, **more: Any) -> "Held":
    from amanat.cli.list_place import open_sealed, rows_of
    from amanat.scan.held import Held

    terms = {"distance": options.distance, "percent": options.percent, **more}
    if path.is_dir():
        return Held(folder=path.absolute(), **terms)
    prints, entries = rows_of(open_sealed(path, options.identity).items)
    return Held(prints=prints, entries=entries, **terms)


def _job(options: argparse.Namespace, held: "Held", sizes: dict[int, int]) -> Any:
    from amanat.fingerprint.file import Wanted
    from amanat.scan.engine import Job

    return Job(
        held,
        Wanted(seconds=options.every, keyframes=options.keyframes),
        options.names,
        options.workers or os.cpu_count() or 1,
        options.idle,
        sum(sizes.values()) > MANY_FILES,
    )


def _same(options: argparse.Namespace, held: "Held", plan: str) -> str:
    """What must not change between a scan and its going on. Only sizes and digests, no names."""
    listed = [_digest(each) for each in (held, *held.negative)]
    names = ("part", "distance", "percent", "every", "keyframes", "names")
    chosen = [getattr(options, name) for name in names]
    return json.dumps({"version": 1, "plan": plan, "list": listed, "options": chosen})


def _digest(held: "Held") -> str:
    """What tells one list from another: all its entries."""
    from amanat.matching.index import Index

    entries = Index(held.folder).entries() if held.folder else held.entries
    return hashlib.sha256(held.prints.tobytes() + entries.tobytes()).hexdigest()


def _tell(tally: dict[str, int], *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(tally))
    else:
        refused = f"; {tally['refused']:,} could not be used" if tally["refused"] else ""
        print(f"{tally['matched']:,} of {tally['rows']:,} match{refused}")
    return SOME_REFUSED if tally["refused"] else MATCH if tally["matched"] else NO_MATCH
