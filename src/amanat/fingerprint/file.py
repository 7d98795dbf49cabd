"""One file in, everything that is known about it out: digests, prints, or the reason why there is no print.

This is the step that commands, servers and scans run for each file. What a file is, its first bytes say.
Every file has digests, also one that no decoder can read. Shown right by `tests/fingerprint/test_file.py`.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from amanat.errors import Malformed
from amanat.fingerprint.digests import Digests, digest_bytes, digest_stream
from amanat.fingerprint.film import Film, hash_film
from amanat.fingerprint.image import decode_image
from amanat.fingerprint.limits import DEFAULT, Limits
from amanat.fingerprint.pdq import Pdq
from amanat.fingerprint.sniff import HEAD_BYTES, film_container, is_picture
from amanat.fingerprint.variants import variants

__all__ = ["AT_ONCE_BYTES", "FileFingerprint", "Wanted", "fingerprint_bytes", "fingerprint_stream"]

AT_ONCE_BYTES = 32_000_000
"""A file up to here is read once, and whole; a larger one is digested on its way and read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to make of a file beyond digests and the upright print."""

    turned: bool = False
    """Of pictures also the other seven orientations."""
    trimmed: bool = False
    """Of pictures also the print without bars."""
    seconds: float = 1.0
    """Of films a print for each of so many seconds."""
    keyframes: bool = False
    """Of films only the frames that need no other."""
    limits: Limits = DEFAULT


@dataclass(frozen=True, slots=True)
class Still:
    """The prints of a picture by variant, the upright one first, and the upright size its file says."""

    prints: dict[str, Pdq] = field(repr=False)
    width: int
    height: int

    @property
    def upright(self) -> Pdq:
        """The print that goes into lists."""
        return next(iter(self.prints.values()))


@dataclass(frozen=True, slots=True)
class FileFingerprint:
    """The digests of a file, and its prints as a picture or a film; or neither, and why it was `refused`."""

    digests: Digests
    media: Still | Film | None
    refused: str = ""


def fingerprint_bytes(
    data: bytes, wanted: Wanted = Wanted(), *, beat: Callable[[], None] = lambda: None
) -> FileFingerprint:
    """All there is to know of a file in memory. Never raises for what is in the file."""
    digests = digest_bytes(data)
    if is_picture(data[:HEAD_BYTES]):
        return _with(digests, lambda: _still(data, wanted))
    return _with(digests, lambda: _media(io.BytesIO(data), wanted, beat))


def fingerprint_stream(
    stream: BinaryIO,
    wanted: Wanted = Wanted(),
    *,
    beat: Callable[[], None] = lambda: None,
) -> FileFingerprint:
    """The same of an open file, which may be larger than memory; `beat` is as in `hash_film`."""
    size = stream.seek(0, io.SEEK_END)
    if size <= AT_ONCE_BYTES:
        stream.seek(0)
        return fingerprint_bytes(stream.read(size), wanted, beat=beat)
    digests = digest_stream(stream, beat=beat)
    return _with(digests, lambda: _media(stream, wanted, beat))


def _with(digests: Digests, media: Callable[[], Still | Film]) -> FileFingerprint:
    try:
        return FileFingerprint(digests, media())
    except Malformed as error:
        return FileFingerprint(digests, None, str(error))


def _media(stream: BinaryIO, wanted: Wanted, beat: Callable[[], None]) -> Still | Film:
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    if is_picture(head):
        return _still(head + stream.read(wanted.limits.picture_bytes), wanted)
    if film_container(head) is None:
        raise Malformed("neither a picture nor a film of a known kind", where="file")
    return hash_film(
        stream, seconds=wanted.seconds, keyframes=wanted.keyframes, limits=wanted.limits, beat=beat
    )


def _still(data: bytes, wanted: Wanted) -> Still:
    picture = decode_image(data, limits=wanted.limits)
    prints = dict(variants(picture, turned=wanted.turned, trimmed=wanted.trimmed))
    return Still(prints, picture.width, picture.height)
