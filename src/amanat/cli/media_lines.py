"""What `match` and `group` take: pictures and films, decoded as `amanat hash` does, and files of prints.

Shown right by `tests/cli/test_match.py`.
"""

import argparse
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from amanat.cli.media import find_files, fingerprints
from amanat.cli.prints import LOW_QUALITY, Line, looks_like_prints, read_prints
from amanat.fingerprint.value import MIN_QUALITY, PRINT_WORDS, split_prints

if TYPE_CHECKING:
    from amanat.fingerprint.file import FileFingerprint

__all__ = ["read_lines"]


@contextmanager
def read_lines(
    named: Sequence[Path], options: argparse.Namespace, *, skip: int = 0
) -> Iterator[tuple[Iterator[Line], int]]:
    """The lines of all files, in order, without the first `skip`; and how many there are in all, about."""
    files = find_files(named)
    runs = [(known, list(paths)) for known, paths in groupby(files, looks_like_prints)]
    total = sum(_count(path) if known else 1 for known, paths in runs for path in paths)
    with closing(_lines(runs, options, skip)) as lines:
        yield lines, total


def _lines(
    runs: list[tuple[bool, list[Path]]], options: argparse.Namespace, skip: int
) -> Generator[Line, None, None]:
    number = 0
    for known, paths in runs:
        if known:
            for path in paths:
                number += 1
                for line in read_prints(path, where=f"file {number}"):
                    if skip:
                        skip -= 1
                    else:
                        yield line
        else:
            number += len(paths)
            passed = min(skip, len(paths))
            skip -= passed
            yield from _decoded(paths[passed:], options)


def _decoded(paths: list[Path], options: argparse.Namespace) -> Iterator[Line]:
    from amanat.fingerprint.file import Wanted

    wanted = Wanted(seconds=options.every, keyframes=options.keyframes)
    with closing(fingerprints(paths, wanted, options, count=len(paths))) as answers:
        for path, answer in zip(paths, answers, strict=True):
            yield _line(str(path), answer)


def _line(name: str, answer: "FileFingerprint | str") -> Line:
    from amanat.fingerprint.film import Film

    nothing = np.empty((0, PRINT_WORDS), np.uint64)
    if isinstance(answer, str):
        return Line(nothing, answer, name)
    if answer.media is None:
        return Line(nothing, answer.refused, name)
    frames = answer.media.frames if isinstance(answer.media, Film) else [answer.media.upright]
    kept = sorted({frame.print for frame in frames if frame.quality >= MIN_QUALITY})
    return Line(split_prints(b"".join(kept)), "" if kept else LOW_QUALITY, name)


def _count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)
