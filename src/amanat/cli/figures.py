"""`amanat figures release | verify`: release public figures; `verify` is in `figures_check.py`.

Without `--confirm` a release is only previewed. Exit codes: 0 done, 65 a correction without a note or of
nothing, 75 the counts do not add up, fell, or have changed since the preview. Shown right by
`tests/cli/test_figures.py`.
"""

import argparse
from typing import Any

from amanat import clock
from amanat.cli import figures_check
from amanat.cli.apps import prepare
from amanat.cli.log_place import tell

__all__ = ["add_parser"]


def add_parser(nouns: Any) -> None:
    """Add `amanat figures`."""
    parser = nouns.add_parser("figures", help="release public figures, or check released ones")
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
    figures_check.add_verb(verbs)


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
