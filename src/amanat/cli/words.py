"""`amanat words`: make twelve words, or check that twelve words were written down rightly. Offline.

Words are secret, so they are never an argument: `check` reads standard input, without echo at a terminal.
It derives nothing and stores nothing. Shown right by `tests/cli/test_words.py`.
"""

import argparse
import getpass
import sys
from typing import Any

from amanat.sealing.words import from_words, new_secret, to_words

__all__ = ["add_parser"]

DESCRIPTION = """Make twelve words, or check that twelve words were written down rightly, offline. Words are
secret, so they are never an argument: `check` reads standard input, without echo at a terminal."""
_MOST_BYTES = 10_000


def add_parser(subparsers: Any) -> None:
    """Add `amanat words`."""
    parser = subparsers.add_parser("words", help="make or check twelve words", description=DESCRIPTION)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    new = verbs.add_parser("new", help="twelve new words, on standard output")
    new.set_defaults(run=run_new)
    check = verbs.add_parser(
        "check", help="read twelve words from standard input and say what is wrong with them"
    )
    check.set_defaults(run=run_check)


def run_new(_options: argparse.Namespace) -> int:
    """Print twelve new words on one line."""
    print(" ".join(to_words(new_secret())))
    return 0


def run_check(_options: argparse.Namespace) -> int:
    """Say that the words are right; `Malformed` says which is not, or that they do not belong together."""
    from_words(_typed() if sys.stdin.isatty() else _piped())
    print("These twelve words are right.")
    return 0


def _typed() -> str:
    return getpass.getpass("The twelve words (they will not show): ")


def _piped() -> str:
    return sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace")
