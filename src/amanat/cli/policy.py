"""`amanat policy lint | fingerprint FILE`: what a trust policy means, and whether two people have the same.

Offline. Twelve words stand for the first half of the fingerprint, so that it can be read over a telephone;
they are no secret. Exit codes: 0 done, 3 there are warnings and `--strict` was asked, 65 not a policy, 66 the
file is missing. Shown right by `tests/cli/test_policy.py`.
"""

import argparse
from pathlib import Path
from typing import Any

from amanat.cli.visible import visible
from amanat.errors import Malformed, NotFound
from amanat.sealing.words import to_words
from amanat.tlog.explain import explain
from amanat.tlog.fingerprint import fingerprint
from amanat.tlog.lint import lint
from amanat.tlog.window import parse_dated_policy

__all__ = ["add_parser"]

STRICT = 3
WORD_BYTES = 16


def add_parser(subparsers: Any) -> None:
    """Add `amanat policy`."""
    parser = subparsers.add_parser("policy", help="look at a trust policy before you rely on it")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    check = verbs.add_parser("lint", help="say in plain words what it tolerates, and what deserves a look")
    check.add_argument("--strict", action="store_true", help="end with 3 when there is a warning")
    check.set_defaults(run=run_lint)
    show = verbs.add_parser("fingerprint", help="twelve words and hex, the same for files that mean the same")
    show.set_defaults(run=run_fingerprint)
    for verb in (check, show):
        verb.add_argument("file", metavar="FILE", type=Path, help="the policy file")


def run_lint(options: argparse.Namespace) -> int:
    """Explain the policy, then its warnings with their lines."""
    dated, warnings = lint(_read(options.file))
    for heading, sentence in explain(dated):
        print(f"{f'{heading}:' if heading else '':<13}{visible(sentence)}")
    for warned in warnings:
        print(f"Warning, line {warned.line}: {visible(warned.what)}")
    print(f"{len(warnings) or 'no'} warning{'' if len(warnings) == 1 else 's'}")
    return STRICT if warnings and options.strict else 0


def run_fingerprint(options: argparse.Namespace) -> int:
    """Print the words and the hex."""
    digest = fingerprint(parse_dated_policy(_read(options.file)))
    print(" ".join(to_words(digest[:WORD_BYTES])))
    print(digest.hex())
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where="policy") from error
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="policy") from error
