"""`amanat exchange`: lists of fingerprints from and to the formats of other organisations. No print is shown.

Lists lie on disk as age files (`amanat.exchange.sealed`). Nothing is fetched or sent: whoever has the
credentials fetches, and gives the files. Shown right by `tests/cli/test_exchange.py`.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from amanat import clock
from amanat.cli.exchange_files import opened, read, read_identity, write
from amanat.cli.visible import visible
from amanat.errors import Conflict, NotFound, Unavailable
from amanat.exchange.changes import Batch, Changes, Line, apply, collect, difference
from amanat.exchange.formats import FORMATS, Format, format_named
from amanat.exchange.hashlist import HashList, Item, make_list
from amanat.exchange.sealed import make_identity, open_list, recipient_of, seal_list
from amanat.sealing.envelope import seal

__all__ = ["add_parser"]

NAMES = "\n".join(f"  {each.name:24} {each.what}" for each in FORMATS.values())
SHOWN_REASONS = 10


def add_parser(nouns: Any) -> None:
    """Add `amanat exchange`."""
    parser = nouns.add_parser(
        "exchange",
        help="take lists of fingerprints from other organisations and give them yours",
        description="Lists of fingerprints, from and to the formats of other organisations.",
        epilog=f"formats:\n{NAMES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_identity(verbs)
    _add_import(verbs)
    _add_export(verbs)
    _add_convert(verbs)
    _add_diff(verbs)


def _add_identity(verbs: Any) -> None:
    verb = verbs.add_parser(
        "identity",
        help="make the key that opens your lists",
        description="Make the key that opens your lists, in a file that only you can read. Prints its"
        " recipient, which others may have: it only closes.",
    )
    verb.add_argument("file", type=Path, metavar="FILE", help="where to write the key; never replaced")
    verb.set_defaults(run=_identity)


def _add_import(verbs: Any) -> None:
    verb = verbs.add_parser(
        "import",
        help="take files of another organisation into a list",
        description="Take files of another organisation into a list, which is made if it is not there. What"
        " it takes back is withdrawn at once. Entries that cannot be read are counted and stop nothing.",
    )
    verb.add_argument("format", metavar="FORMAT", choices=list(FORMATS), help="see amanat exchange --help")
    verb.add_argument("files", type=Path, nargs="+", metavar="FILE", help="the files, in order; - for input")
    _add_list(verb)
    verb.add_argument("--source", default="", help="whose list it is, where the files do not say")
    verb.add_argument("--name", default="", help="the name of a list that is made; else that of its file")
    verb.add_argument("--terms", default="", help="what the source allows, written to each item")
    verb.add_argument(
        "--complete", action="store_true", help="the files are all it lists: withdraw what is not in them"
    )
    verb.add_argument(
        "--to", action="append", default=[], metavar="RECIPIENT", help="who else may open the list (age1…)"
    )
    verb.set_defaults(run=_import)


def _add_export(verbs: Any) -> None:
    verb = verbs.add_parser(
        "export",
        help="write a list in a format of others",
        description="Write a list in a format of others; with what was withdrawn, if the format can say it.",
    )
    verb.add_argument("format", metavar="FORMAT", choices=_written(), help="one that can be written")
    _add_list(verb)
    _add_out(verb)
    verb.set_defaults(run=_export)


def _add_convert(verbs: Any) -> None:
    verb = verbs.add_parser(
        "convert",
        help="turn a file of one format into another",
        description="Turn a file of one format into another. Kinds unknown to the other are left out.",
    )
    verb.add_argument("format", metavar="FROM", choices=list(FORMATS), help="the format of FILE")
    verb.add_argument("into", metavar="INTO", choices=_written(), help="the format to write")
    verb.add_argument("file", type=Path, metavar="FILE", help="what to read; - for input")
    _add_out(verb)
    verb.set_defaults(run=_convert)


def _add_diff(verbs: Any) -> None:
    verb = verbs.add_parser(
        "diff",
        help="how two versions of a list differ, in numbers",
        description="How two versions of a list differ: how many items were added, withdrawn, changed.",
    )
    verb.add_argument("old", type=Path, metavar="OLD", help="the older version")
    verb.add_argument("new", type=Path, metavar="NEW", help="the newer version")
    verb.add_argument("--identity", type=Path, required=True, help="the file of the key that opens both")
    verb.set_defaults(run=_diff)


def _add_list(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--list", type=Path, required=True, dest="list_file", help="the list, an age file")
    verb.add_argument("--identity", type=Path, required=True, help="the file of the key that opens it")


def _add_out(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--out", type=Path, required=True, help="the file to write; only you can read it")
    how = verb.add_mutually_exclusive_group(required=True)
    how.add_argument("--to", action="append", metavar="RECIPIENT", help="encrypt it for this key (age1…)")
    how.add_argument("--plain", action="store_true", help="do not encrypt it; delete it after use")


def _identity(options: argparse.Namespace) -> int:
    identity = make_identity()
    try:
        descriptor = os.open(options.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Conflict("there is such a file already", hint="Choose another name.") from error
    except OSError as error:
        raise Unavailable("cannot be written", where="identity", hint="Choose another folder.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{identity}\n")
    print(recipient_of(identity))
    return 0


def _import(options: argparse.Namespace) -> int:
    now = clock.now().replace(microsecond=0)
    identity = read_identity(options.identity)
    form = format_named(options.format)
    held = _held(options, identity)
    batch = collect(_lines(form, options.files, source=options.source, terms=options.terms))
    note = f"{form.name} from {options.source or form.source}"
    new = apply(held, batch, now=now, note=note, complete=options.complete)
    write(options.list_file, seal_list(new, [recipient_of(identity), *options.to]))
    _tell_batch(batch)
    _tell_changes(difference(held, new))
    print(f"version {new.version}: {len(new.active()):,} active of {len(new.items):,}")
    return 0


def _export(options: argparse.Namespace) -> int:
    held = open_list(read(options.list_file), read_identity(options.identity))
    return _put(options, format_named(options.format), held.items)


def _convert(options: argparse.Namespace) -> int:
    batch = collect(_lines(format_named(options.format), [options.file]))
    _tell_batch(batch)
    return _put(options, format_named(options.into), batch.lines)


def _diff(options: argparse.Namespace) -> int:
    identity = read_identity(options.identity)
    old, new = (open_list(read(file), identity) for file in (options.old, options.new))
    print(f"version {old.version} to version {new.version}")
    _tell_changes(difference(old, new))
    return 0


def _held(options: argparse.Namespace, identity: str) -> HashList:
    if options.list_file.exists():
        return open_list(read(options.list_file), identity)
    name = options.name or options.list_file.stem
    return make_list(name, (), version=0, made=clock.now())


def _lines(form: Format, files: Iterable[Path], *, source: str = "", terms: str = "") -> Iterator[Line]:
    for path in files:
        with opened(path) as file:
            for line in form.lines(file, now=clock.now(), source=source):
                if isinstance(line, Item) and terms and not line.terms:
                    yield replace(line, terms=terms)
                else:
                    yield line


def _put(options: argparse.Namespace, form: Format, lines: Iterable[Any]) -> int:
    if form.write is None:
        raise NotFound("this format cannot be written", where="format")
    data = form.write(lines)
    write(options.out, data if options.plain else seal(data, options.to))
    print("written, encrypted" if options.to else "written, NOT encrypted: delete it after use")
    return 0


def _tell_batch(batch: Batch) -> None:
    print(f"read: {len(batch.items):,} listed, {len(batch.gone):,} taken back")
    for kind, count in sorted(Counter(item.kind.value for item in batch.items).items()):
        print(f"  {kind:16} {count:,}")
    for reason, count in sorted(batch.refused.items(), key=lambda pair: -pair[1])[:SHOWN_REASONS]:
        print(f"amanat: left out {count:,}: {visible(reason)}", file=sys.stderr)


def _tell_changes(changes: Changes) -> None:
    print(f"added {len(changes.added):,}, withdrawn {len(changes.withdrawn):,}", end=", ")
    print(f"changed {len(changes.changed):,}")


def _written() -> list[str]:
    return [each.name for each in FORMATS.values() if each.write]
