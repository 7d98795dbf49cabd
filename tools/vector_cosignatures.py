"""The vectors of cosignatures: an Ed25519 and an ML-DSA line over one checkpoint, and lines that do not hold.

Signatures of ML-DSA differ each time they are made. So the line that the file holds is kept as long as it is
right, and the same bytes are written each time.
"""

import dataclasses
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from amanat.errors import Error
from amanat.tlog.cosignature import check_cosignature, cosign
from amanat.tlog.keys import MLDSA, Signer
from amanat.tlog.note import Signature, format_signature, parse_signature
from receipt_makers import Making, witness

FILE = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "cosignatures.json"
LATER = Signer("later.example", MLDSA, b"\x05" * 32)
TIME = 1772625700


def documents() -> dict[str, Any]:
    """Each file by its name."""
    accepted = [_row(name, *item) | {"time": time} for name, *item, time in holding()]
    return {"cosignatures": {"accepted": accepted, "refused": [_refused(*item) for item in failing()]}}


@cache
def text() -> str:
    """The checkpoint of the receipts in the vectors, without signatures."""
    return Making(times=()).receipt().checkpoint_note.decode().split("\n\n")[0] + "\n"


@cache
def later_line() -> Signature:
    """The ML-DSA cosignature of that checkpoint: the one in the file, a new one when that is none."""
    try:
        rows = json.loads(FILE.read_text(encoding="ascii"))["accepted"]
        line = parse_signature(next(row["line"] for row in rows if row["vkey"] == str(LATER.verifier)))
        if check_cosignature(text(), line, LATER.verifier) == TIME:
            return line
    except (OSError, ValueError, KeyError, StopIteration, Error):
        pass
    return cosign(text(), LATER, TIME)


def written_later() -> str:
    """The same, with its newline."""
    return f"{format_signature(later_line())}\n"


def holding() -> Iterator[tuple[str, Signer, str, Signature, int]]:
    """Name, key, text, line and time of lines that hold."""
    yield "Ed25519", witness(1), text(), cosign(text(), witness(1), TIME), TIME
    yield "ML-DSA", LATER, text(), later_line(), TIME
    yield "ML-DSA, which does not cover extension lines", LATER, f"{text()}more\n", later_line(), TIME


def failing() -> Iterator[tuple[str, Signer, str, Signature]]:
    """Name, key, text and line of lines that do not hold."""
    for name, key, line in (
        ("Ed25519", witness(1), cosign(text(), witness(1), TIME)),
        ("ML-DSA", LATER, later_line()),
    ):
        for what, other in (("size", text().replace("\n11\n", "\n12\n")), ("origin", f"x{text()}")):
            yield f"{name}, another {what}", key, other, line
        for what, blob in _blobs(line.blob):
            yield f"{name}, {what}", key, text(), dataclasses.replace(line, blob=blob)
    yield "Ed25519, an extension line", witness(1), f"{text()}more\n", cosign(text(), witness(1), TIME)


def _blobs(blob: bytes) -> Iterator[tuple[str, bytes]]:
    yield "another time", (TIME + 1).to_bytes(8, "big") + blob[8:]
    yield "a time beyond 2^63-1", (2**63).to_bytes(8, "big") + blob[8:]
    yield "one byte changed", blob[:-1] + bytes([blob[-1] ^ 1])
    yield "a byte less", blob[:-1]
    yield "a byte more", blob + b"\0"
    if len(blob) > 1000:
        # The first two positions of hints the other way round: the same polynomial, written wrongly.
        start = 8 + 32 + 2304
        yield "hints out of order", blob[:start] + blob[start : start + 2][::-1] + blob[start + 2 :]


def _row(name: str, key: Signer, over: str, line: Signature) -> dict[str, Any]:
    return {"name": name, "vkey": str(key.verifier), "text": over, "line": format_signature(line)}


def _refused(name: str, key: Signer, over: str, line: Signature) -> dict[str, Any]:
    try:
        check_cosignature(over, line, key.verifier)
    except Error as error:
        return _row(name, key, over, line) | {"error": type(error).__name__.lower()}
    raise AssertionError(f"this line holds: {name}")
