"""Prints and digests as values: kinds, bytes, hex and base64, and how far two prints are apart.

Many 256-bit prints are one array, `uint64 (n, 4)`: word k of a row is bytes 8k to 8k+8 of the print in the
order of its hex, read big-endian. One print or digest with its kind is a `Fingerprint`, whose repr shows no
bytes, because a perceptual print is a rough picture. Nothing is computed from media here. Shown right by
`tests/fingerprint/test_value.py`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from amanat.errors import Malformed
from amanat.strict import decode_base64, decode_hex, encode_base64

__all__ = [
    "FILM_PERCENT",
    "MATCH_DISTANCE",
    "MIN_QUALITY",
    "PRINT_BITS",
    "PRINT_BYTES",
    "PRINT_WORDS",
    "Counts",
    "Fingerprint",
    "Kind",
    "Prints",
    "distance",
    "distances",
    "format_base64",
    "format_fingerprint",
    "format_hex",
    "join_prints",
    "parse_base64",
    "parse_fingerprint",
    "parse_hex",
    "popcounts",
    "split_prints",
]

PRINT_BITS = 256
PRINT_BYTES = 32
PRINT_WORDS = 4
MATCH_DISTANCE = 31
"""Two PDQ prints match when they are at most this many bits apart."""
FILM_PERCENT = 80
"""A film matches when so many of a hundred of its distinct prints do."""
MIN_QUALITY = 50
"""A PDQ print below this quality says too little to be matched."""
MAX_OPAQUE_CHARS = 1_000_000

Prints = NDArray[np.uint64]
Counts = NDArray[np.uint16]
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)


class Kind(StrEnum):
    """Every kind of print and digest a list may hold; opaque ones pass through and are never computed."""

    PDQ = "pdq"
    VPDQ = "vpdq"
    SHA256 = "sha256"
    SHA1 = "sha1"
    MD5 = "md5"
    PDNA = "pdna"
    TMK_PDQF = "tmk_pdqf"
    SSVH_PDNA = "ssvh_pdna"
    SSVH_SAFER_HASH = "ssvh_safer_hash"
    NETCLEAN = "netclean"
    VIDENTIFIER = "videntifier"

    @property
    def bits(self) -> int | None:
        """The length in bits; none when it varies: vPDQ has a PDQ print a frame, opaque kinds have any."""
        return _BITS.get(self)

    @property
    def opaque(self) -> bool:
        """Whether the bytes are the text of its source, passed on unread."""
        return self is not Kind.VPDQ and self not in _BITS

    @property
    def perceptual(self) -> bool:
        """Whether files that look alike have prints that are near; a digest changes with every bit."""
        return self not in (Kind.SHA256, Kind.SHA1, Kind.MD5)


_BITS = {Kind.PDQ: PRINT_BITS, Kind.SHA256: 256, Kind.SHA1: 160, Kind.MD5: 128}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One print or digest: its kind and its bytes, which for an opaque kind are its source's text in ASCII.

    The bytes of a vPDQ print are the distinct PDQ prints of its frames, one after another. Raises `Malformed`
    when the length is not the kind's.
    """

    kind: Kind
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        bits = self.kind.bits
        if bits is not None and len(self.data) * 8 != bits:
            raise Malformed(f"{len(self.data)} bytes where {bits // 8} are needed", where=self.kind)
        if self.kind is Kind.VPDQ and (not self.data or len(self.data) % PRINT_BYTES):
            raise Malformed("not one or more whole prints", where=self.kind)
        if self.kind.opaque:
            _check_opaque(self.data, where=self.kind)


def parse_fingerprint(kind: Kind, text: str, *, any_case: bool = False) -> Fingerprint:
    """One print from its hex, or, of an opaque kind, from its source's text; raises `Malformed`."""
    if kind.opaque:
        if not text.isascii():
            raise Malformed("not ASCII", where=kind)
        return Fingerprint(kind, text.encode("ascii"))
    return Fingerprint(kind, _hex_bytes(text, any_case=any_case, where=kind))


def format_fingerprint(fingerprint: Fingerprint) -> str:
    """The inverse of `parse_fingerprint`, always in lower case."""
    data = fingerprint.data
    return data.decode("ascii") if fingerprint.kind.opaque else data.hex()


def split_prints(data: bytes) -> Prints:
    """The rows of whole 32-byte prints that lie one after another; raises `Malformed`."""
    if len(data) % PRINT_BYTES:
        raise Malformed("not a whole number of 32-byte prints", where="prints")
    return np.frombuffer(data, dtype=">u8").astype(np.uint64).reshape(-1, PRINT_WORDS)


def join_prints(prints: Prints) -> bytes:
    """The inverse of `split_prints`: 32 bytes a row."""
    return prints.astype(">u8").tobytes()


def parse_hex(texts: Iterable[str], *, any_case: bool = False) -> Prints:
    """A row for each text of 64 hex characters, lower case unless `any_case`; raises `Malformed`."""
    return split_prints(
        b"".join(_hex_bytes(text, length=PRINT_BYTES, any_case=any_case, where="print") for text in texts)
    )


def format_hex(prints: Prints) -> list[str]:
    """The inverse of `parse_hex`."""
    return [row.hex() for row in _rows(prints)]


def parse_base64(texts: Iterable[str]) -> Prints:
    """A row for each text of 44 canonical base64 characters; raises `Malformed`."""
    return split_prints(b"".join(decode_base64(text, length=PRINT_BYTES, where="print") for text in texts))


def format_base64(prints: Prints) -> list[str]:
    """The inverse of `parse_base64`."""
    return [encode_base64(row) for row in _rows(prints)]


def distance(left: bytes, right: bytes) -> int:
    """In how many bits two byte strings of one length differ."""
    if len(left) != len(right):
        raise ValueError("prints of different lengths have no distance")
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).bit_count()


def distances(prints: Prints, others: Prints) -> Counts:
    """Bits that differ, row by row, with the broadcasting of NumPy: `(n, 4)` to one row `(4,)` gives `(n,)`.

    For every pair give `left[:, None]` and `right`: `(n, m)`.
    """
    return _summed(np.bitwise_count(prints ^ others))


def popcounts(prints: Prints) -> Counts:
    """How many bits of each row are set: 128 for most pictures, near 0 or 256 for those that are poison."""
    return _summed(np.bitwise_count(prints))


def _summed(counts: NDArray[np.uint8]) -> Counts:
    total: Counts = counts.sum(axis=-1, dtype=np.uint16)
    return total


def _rows(prints: Prints) -> Sequence[bytes]:
    data = join_prints(prints)
    return [data[start : start + PRINT_BYTES] for start in range(0, len(data), PRINT_BYTES)]


def _hex_bytes(text: str, *, any_case: bool, where: str, length: int | None = None) -> bytes:
    # Only ASCII is folded: str.lower() would make a K of the sign for kelvin.
    folded = text.lower() if any_case and text.isascii() else text
    return decode_hex(folded, length=length, where=where)


def _check_opaque(data: bytes, *, where: str) -> None:
    if len(data) > MAX_OPAQUE_CHARS:
        raise Malformed("too long", where=where)
    if not _PRINTABLE.fullmatch(data.decode("latin-1")):
        raise Malformed("not one word of printable ASCII", where=where)
