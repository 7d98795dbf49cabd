"""`amanat figures verify FILE|URL`: whether released figures hold, without believing who published them.

A file is checked offline against its proof. At an address all releases are checked against every entry of the
log: none is missing, none is there twice, nothing fell in silence. Exit codes: 0 it holds, 3 it does not, 65
a file is not of its format, 66 a file is missing, 69 it cannot be reached now. Shown right by
`tests/cli/test_figures.py`.
"""

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amanat.cli.log_place import add_policy, is_address, open_log, tell, witnesses
from amanat.cli.progress import Progress
from amanat.cli.visible import visible
from amanat.errors import Malformed, NotFound
from amanat.receipt.statements import statements
from amanat.server.public.rules.release import Release, check_release, digest_of
from amanat.server.public.rules.series import check_series, stated_releases
from amanat.tlog.client import HttpReader
from amanat.tlog.fingerprint import fingerprint
from amanat.tlog.patient import PatientReader
from amanat.tlog.store import Reader
from amanat.tlog.trust import verify_checkpoint
from amanat.tlog.window import DatedPolicy, parse_dated_policy

__all__ = ["add_verb"]

DESCRIPTION = """Check released figures without believing who published them. FILE: one release and its proof,
offline. URL: the address of the organisation; all releases against every entry of its log. Exit codes: 0 it
holds, 3 it does not, 65 a file is not of its format, 66 a file is missing, 69 it cannot be reached now."""
# What people copy is the address of the page.
_PAGE = re.compile(r"(/[a-z]{2})?/figures/?$")
_FILE = "figures/{}.json"


def add_verb(verbs: Any) -> None:
    """Add `amanat figures verify`."""
    parser = verbs.add_parser(
        "verify", help="check a released file, or all releases", description=DESCRIPTION
    )
    parser.add_argument("place", metavar="FILE|URL", help="the JSON file of a release, or an address")
    text = "its proof; by default FILE with the ending .tlog-proof"
    parser.add_argument("--proof", metavar="FILE", type=Path, help=text)
    text = "where the log is; by default at URL/log"
    parser.add_argument("--log", metavar="URL|DIR", help=text)
    add_policy(parser, required=True)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Check one release, or all."""
    policy = _policy(options.policy)
    tell(f"policy      {fingerprint(policy).hex()}")
    if is_address(options.place) and not options.place.endswith(".json"):
        return _check_all(_PAGE.sub("", options.place.rstrip("/")), options.log, policy)
    data, proof = _fetched(options.place) if is_address(options.place) else _read_both(options)
    release, signed = check_release(data, proof, policy.policy)
    policy.window.check(signed.in_log_by)
    tell(
        "\n".join(
            [*_about(release), f"sha-256     {digest_of(data).hex()}", *witnesses(signed, policy.policy)]
        )
    )
    tell("in the log  the log states this file")
    return 0


def _check_all(url: str, log: str | None, policy: DatedPolicy) -> int:
    place: Reader = PatientReader(HttpReader(url), time.sleep)
    reader = PatientReader(open_log(log or f"{url}/log"), time.sleep)
    signed = verify_checkpoint(reader.read("checkpoint"), policy.policy)
    policy.window.check(signed.in_log_by)
    tree = signed.checkpoint
    progress = Progress(tree.size, "entries")
    stated = stated_releases(statements(reader, tree, after_each=progress))
    progress.clear()
    releases = check_series(stated, lambda number: place.read(_FILE.format(number)), origin=tree.origin)
    for release in releases:
        corrects = (
            f", corrects release {release.corrects}: {visible(release.note)}" if release.corrects else ""
        )
        tell(f"release     {release.number}, made {release.made}, {len(release.lines)} lines{corrects}")
    tell("\n".join(_result(releases, place)))
    tell("\n".join(witnesses(signed, policy.policy)))
    return 0


def _result(releases: list[Release], place: Reader) -> Iterator[str]:
    number = len(releases)
    if releases:
        yield "add up      received = open + closed + merged + out of scope, and every table, in each"
        yield f"in the log  the log states these {number}, each once, and no other"
    else:
        yield "in the log  the log states no release"
    try:
        place.read(_FILE.format(number + 1))
    except NotFound:
        return
    yield f"not stated  release {number + 1} is shown and not in the log yet: check again after an epoch"


def _about(release: Release) -> Iterator[str]:
    yield f"release     {release.number} of {visible(release.origin)}, made {release.made}"
    if release.corrects:
        yield f"corrects    release {release.corrects}"
    if release.note:
        yield f"note        {visible(release.note)}"
    yield f"covers      all until then, epoch {release.until_epoch}; the log had {release.tree_size} entries"
    yield "adds up     received = open + closed + merged + out of scope, and every table"


def _policy(path: Path) -> DatedPolicy:
    try:
        return parse_dated_policy(_read(path, "policy").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="policy") from error


def _fetched(address: str) -> tuple[bytes, bytes]:
    folder, _, name = address.rpartition("/")
    place = PatientReader(HttpReader(folder), time.sleep)
    return place.read(name), place.read(f"{name.removesuffix('.json')}.tlog-proof")


def _read_both(options: argparse.Namespace) -> tuple[bytes, bytes]:
    file = Path(options.place)
    return _read(file, "figures"), _read(options.proof or file.with_suffix(".tlog-proof"), "proof")


def _read(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where=where) from error
