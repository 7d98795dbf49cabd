"""`amanat list build | add | remove | merge | diff | index`: lists of prints, and their index.

A list lies on disk as an age file; an index is a folder made from it, for whoever matches often. Prints go in
and numbers come out. A print that says nothing is refused, one that matches too many benign ones too.
Exit codes: 0 done, 1 done and nothing changed, 65 a file is not of its format, 66 there is none, 75 there is
one already. Shown right by `tests/cli/test_list.py`.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from amanat import clock
from amanat.cli.options import bits
from amanat.cli.visible import visible
from amanat.errors import Conflict

__all__ = ["add_parser"]

NOTHING_CHANGED = 1
OWN = "own"


def add_parser(nouns: Any) -> None:
    """Add `amanat list`."""
    parser = nouns.add_parser("list", help="make and change lists of prints, and index them for matching")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_taking(verbs, "build", "make a list from files of prints", run_build)
    _add_taking(verbs, "add", "add prints to a list", run_add)
    remove = _verb(verbs, "remove", "withdraw prints from a list", run_remove)
    remove.add_argument("files", metavar="FILE", type=Path, nargs="+", help="files of prints")
    merge = _verb(verbs, "merge", "take other lists into a list", run_merge)
    merge.add_argument("others", metavar="OTHER", type=Path, nargs="+", help="lists that the same key opens")
    for verb in (remove, merge):
        _add_to(verb)
    diff = _verb(verbs, "diff", "how two versions differ, in numbers", run_diff, name="OLD")
    diff.add_argument("new", metavar="NEW", type=Path, help="the newer version")
    index = _verb(verbs, "index", "make an index of a list, or bring it up to date", run_index)
    index.add_argument(
        "folder", metavar="DIR", type=Path, help="the folder of the index; keep it as the list"
    )
    index.add_argument("--distance", metavar="BITS", type=bits, help="it matches up to here, 31 at first")
    index.add_argument(
        "--negative", action="store_true", help="it says what is not meant: its matches suppress others"
    )
    index.add_argument("--check", action="store_true", help="also read every byte and compare checksums")


def _verb(verbs: Any, verb: str, text: str, run: Any, *, name: str = "LIST") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(verb, help=text, description=f"{text.capitalize()}.")
    parser.add_argument("list_file", metavar=name, type=Path, help="the list, an age file")
    parser.add_argument("--identity", metavar="FILE", type=Path, required=True, help="the key that opens it")
    parser.set_defaults(run=run)
    return parser


def _add_to(parser: argparse.ArgumentParser) -> None:
    text = "who else may open what is written (age1…)"
    parser.add_argument("--to", action="append", default=[], metavar="RECIPIENT", help=text)


def _add_taking(verbs: Any, verb: str, text: str, run: Any) -> None:
    parser = _verb(verbs, verb, text, run)
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="hex lines, or of amanat hash")
    parser.add_argument("--source", default=OWN, help="whose prints they are, default own")
    parser.add_argument("--terms", default="", help="what the source allows")
    text = "prints of benign files: what matches more than 1 in 1,000 of them is refused"
    parser.add_argument("--calibration", metavar="FILE", type=Path, help=text)
    _add_to(parser)


def run_build(options: argparse.Namespace) -> int:
    """Make version 1 of a list; refuses to replace one."""
    from amanat.exchange.hashlist import make_list

    if options.list_file.exists():
        raise Conflict("there is a list already", where="list", hint="Add to it: amanat list add.")
    return _take(make_list(options.list_file.stem, (), version=0, made=clock.now()), options, "built")


def run_add(options: argparse.Namespace) -> int:
    """Write the next version, with more prints."""
    return _take(_open(options.list_file, options), options, "added")


def run_remove(options: argparse.Namespace) -> int:
    """Write the next version, in which these prints are withdrawn, whoever listed them."""
    from amanat.exchange.changes import Batch, Gone

    held = _open(options.list_file, options)
    meant = {fingerprint for fingerprint, _ in _fingerprints(options.files)}
    gone = [
        Gone(item.source, item.source_id, item.fingerprint)
        for item in held.items
        if item.fingerprint in meant
    ]
    return _write(held, Batch(tuple(gone)), options, "removed")


def run_merge(options: argparse.Namespace) -> int:
    """Write the next version, with what the others list and without what they withdrew."""
    from amanat.exchange.changes import Batch, Gone

    held = _open(options.list_file, options)
    lines: list[Any] = []
    for path in options.others:
        for item in _open(path, options).items:
            lines.append(item if item.active else Gone(item.source, item.source_id, item.fingerprint))
    return _write(held, Batch(tuple(lines)), options, "merged")


def run_diff(options: argparse.Namespace) -> int:
    """Print how many were added, withdrawn and changed."""
    from amanat.exchange.changes import difference

    old, new = _open(options.list_file, options), _open(options.new, options)
    changes = difference(old, new)
    print(f"version {old.version} to version {new.version}")
    return _tell(changes)


def run_index(options: argparse.Namespace) -> int:
    """Create the index of a list, or add and remove what differs."""
    from amanat.cli.list_place import rows_of
    from amanat.matching.folder import Terms
    from amanat.matching.index import Index
    from amanat.matching.keep import bring_up_to_date, check

    prints, entries = rows_of(_open(options.list_file, options).items)
    before = Index(options.folder).terms if (options.folder / "current").exists() else Terms()
    distance = before.distance if options.distance is None else options.distance
    terms = Terms(distance, before.negative or options.negative)
    added, removed = bring_up_to_date(options.folder, prints, entries, terms=terms)
    if options.check:
        check(options.folder)
    print(f"index: {len(prints):,} prints; entries added {added:,}, removed {removed:,}")
    return 0 if added or removed else NOTHING_CHANGED


def _take(held: Any, options: argparse.Namespace, how: str) -> int:
    from amanat.exchange.changes import Batch
    from amanat.exchange.hashlist import Item

    now = clock.now().replace(microsecond=0)
    good, refused = _screened(_fingerprints(options.files), options.calibration)
    items = [
        Item(fingerprint=fingerprint, source=options.source, terms=options.terms, first_seen=now)
        for fingerprint in good
    ]
    for reason, count in sorted(refused.items()):
        print(f"amanat: left out {count:,}: {visible(reason)}", file=sys.stderr)
    return _write(held, Batch(tuple(items)), options, how)


def _fingerprints(files: Sequence[Path]) -> Iterable[tuple[Any, str]]:
    """Each line of prints as a fingerprint, or why there is none."""
    from amanat.cli.prints import read_prints
    from amanat.fingerprint.value import Fingerprint, Kind, join_prints

    for number, path in enumerate(files, 1):
        for line in read_prints(path, where=f"file {number}"):
            kind = Kind.PDQ if len(line.prints) == 1 else Kind.VPDQ
            yield Fingerprint(kind, join_prints(line.prints)) if len(line.prints) else None, line.refused


def _screened(lines: Iterable[tuple[Any, str]], calibration: Path | None) -> tuple[list[Any], Counter[str]]:
    """Those that a list may take, and how many were left out for each reason."""
    import numpy as np

    from amanat.cli.prints import read_prints
    from amanat.fingerprint.value import split_prints
    from amanat.matching.bands import build
    from amanat.matching.screening import floods, reasons

    benign = [line.prints for line in read_prints(calibration, where="--calibration")] if calibration else []
    bands = build(np.concatenate([np.empty((0, 4), np.uint64), *benign]))
    good, refused = [], Counter[str]()
    for fingerprint, why in lines:
        if fingerprint is None:
            refused[why] += 1
            continue
        prints = split_prints(fingerprint.data)
        why = next((reason for reason in reasons(prints) if reason), "")
        if not why and floods(prints, bands).any():
            why = "it matches too many benign prints"
        if why:
            refused[why] += 1
        else:
            good.append(fingerprint)
    return good, refused


def _open(path: Path, options: argparse.Namespace) -> Any:
    from amanat.cli.list_place import open_sealed

    return open_sealed(path, options.identity)


def _write(held: Any, batch: Any, options: argparse.Namespace, how: str) -> int:
    from amanat.cli.exchange_files import read_identity, write
    from amanat.exchange.changes import apply, difference
    from amanat.exchange.sealed import recipient_of, seal_list

    new = apply(held, batch, now=clock.now(), note=f"amanat list: {how}")
    recipient = recipient_of(read_identity(options.identity))
    write(options.list_file, seal_list(new, [recipient, *options.to]))
    code = _tell(difference(held, new))
    print(f"version {new.version}: {len(new.active()):,} active of {len(new.items):,}")
    return code


def _tell(changes: Any) -> int:
    counts = [len(changes.added), len(changes.withdrawn), len(changes.changed)]
    print("added {:,}, withdrawn {:,}, changed {:,}".format(*counts))
    return 0 if any(counts) else NOTHING_CHANGED
