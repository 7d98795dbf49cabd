"""One piece in, its rows out: digests and prints, or the reason why there are none. Never raises for a file.

Runs in a worker of `amanat.fingerprint.workers`, which may write nothing and is killed when it hangs.
Archives that only their first bytes tell, inside others or with another name, are opened in memory. Shown
right by `tests/cli/test_scan.py`.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.fingerprint.file import FileFingerprint, Wanted, fingerprint_stream
from amanat.fingerprint.film import Film
from amanat.fingerprint.value import MIN_QUALITY
from amanat.fingerprint.vpdq import line
from amanat.scan.archive import DEFAULT_BOUNDS, archive_kind, list_members, read_member
from amanat.scan.place import UNREADABLE, open_found
from amanat.scan.plan import Piece

__all__ = ["LOW_QUALITY", "USUAL", "Ask", "close", "failed", "rows"]

LOW_QUALITY = f"quality below {MIN_QUALITY}"
USUAL = Wanted()
Row = dict[str, Any]
Beat = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Ask:
    """A piece, and how it is looked at."""

    piece: Piece
    wanted: Wanted = USUAL
    names: bool = False


def rows(ask: Ask, beat: Beat) -> list[Row]:
    """The rows of a piece: one, or one for each file in an archive."""
    piece = ask.piece
    if piece.refused:
        return [_begun(ask, "", "") | {"refused": piece.refused}]
    try:
        stream = _opened(piece.address)
        if piece.member is None:
            return list(_looked(ask, stream, piece.size_bytes, "", "", beat))
        data = read_member(stream, piece.member)
        return list(_inside(ask, data, str(piece.member.position), piece.member.name, beat))
    except (OSError, Malformed) as error:
        return [failed(ask, str(error) if isinstance(error, Malformed) else UNREADABLE)]


def failed(ask: Ask, why: str) -> Row:
    """The row of a piece that gave none."""
    member = ask.piece.member
    row = _begun(ask, str(member.position), member.name) if member else _begun(ask, "", "")
    return row | {"refused": why}


_open: list[tuple[str, BinaryIO]] = []


def _opened(address: str) -> BinaryIO:
    """The file; it stays open for the next member of the same archive."""
    if not _open or _open[0][0] != address:
        close()
        _open.append((address, open_found(address)))
    return _open[0][1]


def close() -> None:
    """Let go of the file that is open."""
    while _open:
        _open.pop()[1].close()


def _inside(ask: Ask, data: bytes, at: str, name: str, beat: Beat) -> Iterator[Row]:
    yield from _looked(ask, io.BytesIO(data), len(data), at, name, beat)


def _looked(ask: Ask, stream: BinaryIO, size: int, at: str, name: str, beat: Beat) -> Iterator[Row]:
    stream.seek(0)
    kind = archive_kind(stream.read(512))
    if kind not in ("zip", "tar"):
        yield _begun(ask, at, name) | _told(fingerprint_stream(stream, ask.wanted, beat=beat))
        return
    if at.count("/") + 1 >= DEFAULT_BOUNDS.nesting and at:
        yield _begun(ask, at, name) | {"refused": "too many archives in archives"}
        return
    try:
        for member in list_members(stream, size):
            beat()
            below = f"{at}/{member.position}" if at else str(member.position)
            called = f"{name}/{member.name}" if name else member.name
            yield from _member(ask, stream, member, below, called, beat)
    except Malformed as error:
        yield _begun(ask, at, name) | {"refused": str(error)}


def _member(ask: Ask, stream: BinaryIO, member: Any, at: str, name: str, beat: Beat) -> Iterator[Row]:
    try:
        data = read_member(stream, member)
    except Malformed as error:
        yield _begun(ask, at, name) | {"refused": str(error)}
        return
    yield from _inside(ask, data, at, name, beat)


def _begun(ask: Ask, at: str, name: str) -> Row:
    row: Row = {"number": ask.piece.number, "member": at}
    if ask.names:
        # Names in archives are bytes of strangers: what is no text becomes an escape.
        called = "/".join(part for part in (ask.piece.address, name) if part)
        row["name"] = called.encode("utf-8", "backslashreplace").decode()
    return row


def _told(found: FileFingerprint) -> Row:
    digests, media = found.digests, found.media
    row: Row = {"bytes": digests.size_bytes}
    row |= {each: getattr(digests, each).hex() for each in ("sha256", "sha1", "md5")}
    if media is None:
        return row | {"refused": found.refused}
    row |= {"width": media.width, "height": media.height}
    frames = media.frames if isinstance(media, Film) else (media.upright,)
    if isinstance(media, Film):
        row |= {"kind": "film", "vpdq": [line(frame) for frame in media.frames]}
    else:
        row |= {"kind": "picture", "quality": media.upright.quality, "pdq": media.upright.print.hex()}
    good = sorted({frame.print for frame in frames if frame.quality >= MIN_QUALITY})
    return row | ({"prints": good} if good else {"refused": LOW_QUALITY})
