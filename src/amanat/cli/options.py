"""What several commands on prints ask for: numbers in range, and how files are read."""

import argparse

from amanat.cli.media import add_workers

__all__ = ["add_reading", "bits", "percent", "positive"]


def bits(text: str) -> int:
    """A distance between two prints."""
    return _whole(text, 0, 256, "0 to 256 bits")


def percent(text: str) -> int:
    """A share."""
    return _whole(text, 0, 100, "0 to 100")


def positive(text: str) -> int:
    """A number of threads or processes."""
    return _whole(text, 1, 1024, "a whole number of at least 1 is needed")


def _whole(text: str, least: int, most: int, needed: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(needed)
    return int(text)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """The options of a command that reads pictures, films and files of prints."""
    parser.add_argument(
        "--every", metavar="SECONDS", type=positive, default=1, help="of films a print each, default 1"
    )
    parser.add_argument("--keyframes", action="store_true", help="of films only frames that need no other")
    add_workers(parser)
