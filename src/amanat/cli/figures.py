"""`amanat figures release | verify`: release public figures, and check a released file offline.

Without `--confirm` a release is only previewed. Exit codes: 0 done, 3 the file does not hold, 65 a file is
not of its format, 66 a file is missing, 75 the counts do not add up or have changed since the preview. Shown
right by `tests/cli/test_figures.py`.
"""

import argparse
from pathlib import Path
from typing import Any

from amanat import clock
from amanat.cli.apps import prepare
from amanat.cli.log_place import add_policy, read_policy, tell, witnesses
from amanat.cli.visible import visible
from amanat.errors import NotFound

__all__ = ["add_parser"]


def add_parser(nouns: Any) -> None:
    """Add `amanat figures`."""
    parser = nouns.add_parser("figures", help="release public figures, or check a released file")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    text = "Show what would be released and its digest; with --confirm DIGEST release exactly that."
    release = verbs.add_parser("release", help="preview, then release", description=text)
    release.add_argument(
        "--confirm", metavar="DIGEST", help="release what the preview with this digest showed"
    )
    release.add_argument("--note", default="", metavar="TEXT", help="published with it")
    release.add_argument(
        "--corrects",
        type=int,
        default=0,
        metavar="NUMBER",
        help="the release that this corrects; needs a note",
    )
    release.set_defaults(run=run_release)
    text = "Check offline that a file adds up and that the log of your policy states it."
    verify = verbs.add_parser("verify", help="check a released file offline", description=text)
    verify.add_argument("file", metavar="FILE", type=Path, help="the JSON file of a release")
    verify.add_argument(
        "--proof", metavar="FILE", type=Path, help="its proof; by default FILE with the ending .tlog-proof"
    )
    add_policy(verify, required=True)
    verify.set_defaults(run=run_verify)


def run_release(options: argparse.Namespace) -> int:
    """Preview, or release what was previewed."""
    prepare()
    from amanat.server.public import actions, queries

    if options.confirm is None:
        lines, digest = queries.preview(now=clock.now())
        for line in lines:
            tell(f"{line.value:>8}  {' '.join(filter(None, (line.figure, line.kind, line.district)))}")
        tell(f"digest    {digest}")
        tell("Nothing is released yet. To release exactly this: amanat figures release --confirm DIGEST")
        return 0
    row = actions.release(
        by=None, now=clock.now(), digest=options.confirm, note=options.note, corrects=options.corrects
    )
    tell(f"released  number {row.number}; the log states it from the next epoch on")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Check a file against its proof and a policy."""
    from amanat.server.public.rules.release import check_release, digest_of

    data = _read(options.file, "figures")
    proof = _read(options.proof or options.file.with_suffix(".tlog-proof"), "proof")
    policy = read_policy(options.policy)
    release, signed = check_release(data, proof, policy)
    tell(f"release     {release.number} of {visible(release.origin)}, made {release.made}")
    if release.corrects:
        tell(f"corrects    release {release.corrects}")
    if release.note:
        tell(f"note        {visible(release.note)}")
    tell(f"covers      all until the end of epoch {release.until_epoch}; {release.tree_size} entries then")
    tell(f"sha-256     {digest_of(data).hex()}")
    tell("adds up     received = open + closed + merged + out of scope, and every table")
    for line in witnesses(signed, policy):
        tell(line)
    tell("in the log  the log states this file")
    return 0


def _read(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where=where) from error
