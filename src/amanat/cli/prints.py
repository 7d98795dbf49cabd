"""Files of prints, as `list`, `match` and `group` read them: lines of hex, or JSON lines of `amanat hash`.

A line is one file's prints: 64 hex digits, perhaps after `hash=` and before a comma and more; or an object
with `pdq`, `vpdq` or `refused`. Prints of a quality below 50 are left out, as everywhere. Empty lines and
lines with # are remarks. Nothing of a line is ever in a message. Shown right by `tests/cli/test_match.py`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amanat.errors import Malformed, NotFound
from amanat.fingerprint.value import MIN_QUALITY, PRINT_WORDS, Prints, parse_hex

__all__ = ["Line", "looks_like_prints", "read_prints"]

LOW_QUALITY = "quality below 50"


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one file: its prints, one of a picture and many of a film, or why there are none."""

    prints: Prints
    refused: str = ""
    name: str = ""


def read_prints(path: Path, *, where: str = "prints") -> Iterator[Line]:
    """One `Line` a line; raises `Malformed` with the number of the first line that is none, or `NotFound`."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, text in enumerate(file, 1):
                line = text.strip()
                if line and not line.startswith("#"):
                    yield _parse(line, where=f"{where}, line {number}")
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where=where) from error
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where=where) from error


def looks_like_prints(path: Path) -> bool:
    """Whether the first line of a file is one of prints; anything else is taken for a picture or a film."""
    try:
        next(read_prints(path), None)
    except (Malformed, NotFound):
        return False
    return True


def _parse(line: str, *, where: str) -> Line:
    if line.startswith("{"):
        return _parse_json(line, where=where)
    text, _, _ = line.removeprefix("hash=").partition(",")
    return Line(_hex([text], where=where))


def _parse_json(line: str, *, where: str) -> Line:
    try:
        row = json.loads(line)
        name = str(row.get("name", ""))
        if "vpdq" in row:
            return _film(row["vpdq"], name, where=where)
        if "pdq" in row:
            good = int(row.get("quality", 100)) >= MIN_QUALITY
            return Line(_hex([row["pdq"]] if good else [], where=where), "" if good else LOW_QUALITY, name)
        return Line(_hex([], where=where), str(row["refused"]), name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed("not a line of amanat hash", where=where) from error


def _film(frames: Sequence[Any], name: str, *, where: str) -> Line:
    """Frames of vPDQ text: number, quality, hex, time."""
    parts = [str(frame).split(",") for frame in frames]
    kept = sorted({part[2] for part in parts if int(part[1]) >= MIN_QUALITY}) if parts else []
    return Line(_hex(kept, where=where), "" if kept else LOW_QUALITY, name)


def _hex(texts: Sequence[str], *, where: str) -> Prints:
    try:
        return parse_hex(texts, any_case=True).reshape(-1, PRINT_WORDS)
    except (Malformed, AttributeError) as error:
        raise Malformed("not a print of 64 hex digits", where=where) from error
