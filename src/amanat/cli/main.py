"""The `amanat` command: finds the noun, runs it, and turns every error into one line and an exit code.

Exit codes: 0 done; 2 wrong usage; the rest are those of `amanat.errors`. Shown right by `tests/cli/`.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

from amanat import __version__
from amanat.errors import Error

__all__ = ["build_parser", "main"]

NOUNS = (
    "setup",
    "demo",
    "serve",
    "worker",
    "check",
    "verify",
    "words",
    "log",
    "witness",
    "keys",
    "timestamp",
    "policy",
    "denial-test",
    "hash",
    "compare",
    "exchange",
    "list",
    "match",
    "group",
    "scan",
    "hashbank",
    "read",
    "figures",
)


def build_parser() -> argparse.ArgumentParser:
    """The whole command line: one sub-command a noun, each from its own file."""
    parser = argparse.ArgumentParser(
        prog="amanat",
        description="Sealed reports, receipts nobody can deny, and a log anyone can check.",
        epilog="`amanat NOUN --help` explains each. Settings: docs/reference/settings.md.",
    )
    parser.add_argument("--version", action="version", version=f"amanat {__version__}")
    nouns = parser.add_subparsers(dest="noun", metavar="NOUN", required=True)
    for noun in NOUNS:
        importlib.import_module(f"amanat.cli.{noun.replace('-', '_')}").add_parser(nouns)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = build_parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except Error as error:
        print(f"amanat: {error.diagnostics()}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("amanat: stopped", file=sys.stderr)
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
