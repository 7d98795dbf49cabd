"""`amanat compare A B`: whether two files show the same, how it was found, and where in a film.

A and B are pictures, films, or files of vPDQ text or JSON. Exit codes: 0 a match, 1 none, and those of
`media.py`. Shown right by `tests/cli/test_compare.py`.
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amanat.cli.media import MATCH, NO_MATCH, SOME_REFUSED, add_workers, find_files, fingerprints, positive
from amanat.errors import Malformed

if TYPE_CHECKING:
    from amanat.fingerprint.file import FileFingerprint, Still
    from amanat.fingerprint.vpdq import Frame

__all__ = ["add_parser"]

DESCRIPTION = """Whether two files show the same: byte for byte, or by their prints, also turned, mirrored
or with bars. A match is a reason to look into it, never a verdict; no match is no proof. Exit codes: 0 a
match, 1 no match, 65 a file could not be read or fingerprinted, 66 a file is not there."""


def add_parser(subparsers: Any) -> None:
    """Add `amanat compare`."""
    parser = subparsers.add_parser("compare", help="whether two files show the same", description=DESCRIPTION)
    parser.add_argument("a", metavar="A", type=Path, help="a picture, a film, or a file of vPDQ")
    parser.add_argument("b", metavar="B", type=Path, help="another")
    parser.add_argument(
        "--distance", metavar="BITS", type=_bits, default=31, help="two prints match up to here, default 31"
    )
    parser.add_argument(
        "--percent",
        metavar="N",
        type=positive,
        default=80,
        help="of A that must be in B, for films, default 80",
    )
    parser.add_argument(
        "--plain", action="store_true", help="pictures only as they are: not turned, not trimmed"
    )
    parser.add_argument(
        "--every", metavar="SECONDS", type=positive, default=1, help="of films a print each, default 1"
    )
    parser.add_argument(
        "--keyframes", action="store_true", help="of films only frames that need no other: fast"
    )
    add_workers(parser)
    parser.set_defaults(run=run)


def _bits(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) > 256:
        raise argparse.ArgumentTypeError("0 to 256 bits")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Compare two files and say what was found."""
    from amanat.fingerprint.file import Wanted

    files = find_files([options.a, options.b])
    if len(files) != 2:
        raise Malformed("two files are compared, no folders", where="compare")
    wanted = Wanted(
        turned=not options.plain,
        trimmed=not options.plain,
        seconds=options.every,
        keyframes=options.keyframes,
    )
    with closing(fingerprints(files, wanted, options, count=2)) as answers:
        a, b = (_side(path, answer) for path, answer in zip(files, answers, strict=True))
    found = _found(a, b, options)
    names = dict(zip("ab", map(str, files), strict=True)) if options.names else {}
    print(json.dumps(names | found) if options.json else "\n".join(_lines(names, found)))
    if "refused" in found:
        return SOME_REFUSED
    return MATCH if found["match"] else NO_MATCH


def _side(path: Path, answer: "FileFingerprint | str") -> Any:
    """What is known of one side: a still, frames, or a text that says why not; with its digest."""
    from amanat.fingerprint.film import Film
    from amanat.fingerprint.vpdq import MAX_TEXT_BYTES, parse_any

    if isinstance(answer, str):
        return None, answer
    digest, media = answer.digests.sha256, answer.media
    if isinstance(media, Film):
        return digest, media.frames
    if media is not None:
        return digest, media
    if answer.digests.size_bytes <= MAX_TEXT_BYTES:
        try:
            return digest, parse_any(path.read_bytes())
        except (Malformed, OSError):
            pass
    return digest, answer.refused


def _found(a: Any, b: Any, options: argparse.Namespace) -> dict[str, Any]:
    from amanat.fingerprint.file import Still

    if a[0] is not None and a[0] == b[0]:
        return {"match": True, "how": "the same bytes"}
    refused = {side: known for side, (_, known) in zip("ab", (a, b), strict=True) if isinstance(known, str)}
    if refused:
        return {"match": False, "refused": refused}
    stills = [isinstance(known, Still) for _, known in (a, b)]
    if all(stills):
        return _stills(a[1], b[1], options.distance)
    if any(stills):
        still, frames = (a[1], b[1]) if stills[0] else (b[1], a[1])
        return _still_in_film(still, frames, options.distance)
    return _films(a[1], b[1], options)


def _stills(a: "Still", b: "Still", limit: int) -> dict[str, Any]:
    """The nearest pair of a variant of A and B as it is or without bars."""
    from amanat.fingerprint.value import MIN_QUALITY, distance
    from amanat.fingerprint.variants import TRIMMED

    theirs = {name: one for name, one in b.prints.items() if name in ("upright", TRIMMED)}
    pairs = [
        (distance(ours.print, other.print), name, name_b)
        for name, ours in a.prints.items()
        for name_b, other in theirs.items()
        if min(ours.quality, other.quality) >= MIN_QUALITY
    ]
    if not pairs:
        return {"match": False, "how": "too little to see in one of them"}
    bits, name, name_b = min(pairs)
    how = f"A {name}, B {name_b}"
    return {"match": bits <= limit, "distance": bits, "how": how}


def _still_in_film(still: "Still", frames: "tuple[Frame, ...]", limit: int) -> dict[str, Any]:
    from amanat.fingerprint.value import MIN_QUALITY, distance

    clear = [frame for frame in frames if frame.quality >= MIN_QUALITY]
    prints = [one.print for one in still.prints.values() if one.quality >= MIN_QUALITY]
    near = [(min(distance(one, frame.print) for one in prints), frame.time_ms) for frame in clear if prints]
    if not near:
        return {"match": False, "how": "too little to see in one of them"}
    times = [time_ms for bits, time_ms in near if bits <= limit]
    found = {"distance": min(near)[0], "frames": len(near), "times_ms": times}
    return {"match": bool(times), "how": "a picture in a film", **found}


def _films(a: "tuple[Frame, ...]", b: "tuple[Frame, ...]", options: argparse.Namespace) -> dict[str, Any]:
    from dataclasses import asdict

    from amanat.fingerprint.likeness import compare_films

    likeness = compare_films(a, b, distance=options.distance)
    return {
        "match": likeness.is_match(percent=options.percent),
        "how": "two films",
        "percent_of_a": round(likeness.percent, 1),
        "percent_of_b": round(likeness.other_percent, 1),
        "segments": [asdict(segment) for segment in likeness.segments],
    }


def _lines(names: dict[str, str], found: dict[str, Any]) -> Iterator[str]:
    from amanat.cli.visible import visible

    yield from (f"{side.upper()}: {visible(name)}" for side, name in names.items())
    for side, why in found.get("refused", {}).items():
        yield f"{side.upper()} cannot be compared: {why}"
    if "refused" in found:
        return
    yield f"{'Match' if found['match'] else 'No match'}: {found['how']}"
    if "distance" in found:
        yield f"Nearest: {found['distance']} of 256 bits"
    if "percent_of_a" in found:
        yield f"Of A {found['percent_of_a']} % is in B; of B {found['percent_of_b']} % is in A"
    yield from (f"At {_clock(time_ms)}" for time_ms in found.get("times_ms", ()))
    for part in found.get("segments", ()):
        ours = f"{_clock(part['start_ms'])} to {_clock(part['end_ms'])}"
        theirs = f"{_clock(part['other_start_ms'])} to {_clock(part['other_end_ms'])}"
        yield f"A {ours} is B {theirs} ({part['frames']} frames)"


def _clock(time_ms: int) -> str:
    seconds = time_ms // 1000
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{time_ms % 1000:03}"
