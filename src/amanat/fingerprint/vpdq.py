"""vPDQ as text and JSON: every published form is read, one is written.

Text, a line a frame: `frame,quality,print,seconds` with three decimals. JSON, as python-threatexchange
writes it: an array of `"print,quality,seconds"`, whose seconds have three significant digits; and its
older form, an object of `{"quality", "hash", "timestamp"}` by frame number. A list keeps only the distinct
prints of the frames that say enough. How films are compared is in `likeness.py`. Shown right by
`tests/fingerprint/test_vpdq.py`.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from amanat.errors import Malformed
from amanat.fingerprint.value import MIN_QUALITY, PRINT_BYTES, Fingerprint, Kind
from amanat.strict import decode_hex, parse_decimal

__all__ = [
    "MAX_TEXT_BYTES",
    "Frame",
    "film_of",
    "format_json",
    "format_text",
    "frames_of",
    "parse_any",
    "parse_json",
    "parse_text",
]

MAX_TEXT_BYTES = 64_000_000
MAX_TIME_MS = 10**11
_WHERE = "vPDQ"
_SECONDS = re.compile(r"(0|[1-9][0-9]{0,7})\.([0-9]{3})", re.ASCII)
_LOOSE_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,20})?(e[+-]?[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a film: its number, the quality and the 32 bytes of its print, and its time."""

    number: int
    quality: int
    print: bytes = field(repr=False)
    time_ms: int


def format_text(frames: Sequence[Frame]) -> bytes:
    """A line for each frame, with four fields; the inverse of `parse_text`."""
    return "".join(f"{line(frame)}\n" for frame in frames).encode()


def line(frame: Frame) -> str:
    """One line without its newline."""
    seconds, thousandths = divmod(frame.time_ms, 1000)
    return f"{frame.number},{frame.quality},{frame.print.hex()},{seconds}.{thousandths:03}"


def parse_text(data: bytes) -> tuple[Frame, ...]:
    """Lines that write back to the same bytes; raises `Malformed`."""
    text = _text(data)
    if not text.endswith("\n"):
        raise Malformed("the last line is cut off", where=_WHERE)
    return tuple(_from_line(one, number) for number, one in enumerate(text[:-1].split("\n"), start=1))


def format_json(frames: Sequence[Frame]) -> bytes:
    """The array of python-threatexchange, with exact seconds in place of three significant digits."""
    texts = []
    for frame in frames:
        quality, print_hex, seconds = line(frame).split(",")[1:]
        texts.append(f"{print_hex},{quality},{seconds}")
    return json.dumps(texts).encode()


def parse_json(data: bytes) -> tuple[Frame, ...]:
    """Either form of JSON; frames of the array are numbered as they come. Raises `Malformed`."""
    try:
        value = json.loads(_text(data), parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON", where=_WHERE) from error
    if isinstance(value, list):
        return tuple(_from_text(one, number) for number, one in enumerate(value))
    if isinstance(value, dict):
        frames = (_from_object(number, one) for number, one in value.items())
        return tuple(sorted(frames, key=lambda frame: frame.number))
    raise Malformed("neither an array nor an object", where=_WHERE)


def parse_any(data: bytes) -> tuple[Frame, ...]:
    """Any of the forms, by the first character."""
    return parse_json(data) if data.lstrip()[:1] in (b"[", b"{") else parse_text(data)


def film_of(frames: Sequence[Frame]) -> Fingerprint:
    """What a list keeps of a film; raises `Malformed` when no frame says enough to be matched."""
    kept = dict.fromkeys(frame.print for frame in frames if frame.quality >= MIN_QUALITY)
    if not kept:
        raise Malformed(f"no frame has a quality of {MIN_QUALITY}", where=_WHERE)
    return Fingerprint(Kind.VPDQ, b"".join(kept))


def frames_of(film: Fingerprint) -> tuple[Frame, ...]:
    """A frame for each print that a list keeps of a film, with quality 100 and time 0: neither is kept."""
    starts = range(0, len(film.data), PRINT_BYTES)
    return tuple(
        Frame(number, 100, film.data[start : start + PRINT_BYTES], 0) for number, start in enumerate(starts)
    )


def _text(data: bytes) -> str:
    if len(data) > MAX_TEXT_BYTES:
        raise Malformed("too long", where=_WHERE)
    try:
        return data.decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("not ASCII", where=_WHERE) from error


def _from_line(text: str, number: int) -> Frame:
    where = f"{_WHERE} line {number}"
    fields = text.split(",")
    if len(fields) != 4:
        raise Malformed(f"{len(fields)} fields where 4 are needed", where=where)
    found = _SECONDS.fullmatch(fields[3])
    if not found:
        raise Malformed("not seconds with three decimals", where=where)
    time_ms = int(found[1]) * 1000 + int(found[2])
    return Frame(parse_decimal(fields[0], where=where), *_quality_and_print(fields[1:3], where), time_ms)


def _from_text(text: Any, number: int) -> Frame:
    where = f"{_WHERE} item {number + 1}"
    fields = text.split(",") if isinstance(text, str) else []
    if len(fields) != 3:
        raise Malformed("not a text of 3 fields", where=where)
    return Frame(number, *_quality_and_print([fields[1], fields[0]], where), _loose_ms(fields[2], where))


def _from_object(number: str, value: Any) -> Frame:
    where = f"{_WHERE} frame"
    if not isinstance(value, dict) or set(value) != {"quality", "hash", "timestamp"}:
        raise Malformed("not quality, hash and timestamp", where=where)
    if not all(isinstance(one, str) for one in value.values()):
        raise Malformed("neither number nor text", where=where)
    known = _quality_and_print([value["quality"], value["hash"]], where)
    return Frame(parse_decimal(number, where=where), *known, _loose_ms(value["timestamp"], where))


def _quality_and_print(fields: Sequence[str], where: str) -> tuple[int, bytes]:
    quality = parse_decimal(fields[0], where=where, maximum=100)
    return quality, decode_hex(fields[1], length=PRINT_BYTES, where=where)


def _loose_ms(text: str, where: str) -> int:
    """Seconds as Python writes them, in thousandths: `1.23e+03` is 1,230,000."""
    if not _LOOSE_SECONDS.fullmatch(text):
        raise Malformed("not seconds", where=where)
    try:
        time_ms = round(Decimal(text) * 1000)
    except (InvalidOperation, OverflowError) as error:
        raise Malformed("not seconds", where=where) from error
    if time_ms > MAX_TIME_MS:
        raise Malformed("no such time", where=where)
    return time_ms


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
