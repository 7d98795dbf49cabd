"""Members of zip and tar archives, within limits, read in memory: nothing is ever unpacked to a disk.

What a member calls itself is never used as a path, so links, `..` and device files do no harm: only regular
members are read. An archive with too many members, or that would grow too much, is `Malformed` as a whole; a
member that is broken, encrypted or too large is `Malformed` alone. Shown right by
`tests/scan/test_archive.py`.
"""

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from amanat.errors import Malformed

__all__ = ["DEFAULT_BOUNDS", "Bounds", "Member", "archive_kind", "list_members", "read_member"]

HEAD_BYTES = 512
_TAR_AT = 257
_PACKED: dict[bytes, Callable[[BinaryIO], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_UNSUPPORTED = (RuntimeError, NotImplementedError)
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an archive may cost before it is refused."""

    members: int = 1_000_000
    member_bytes: int = 512_000_000
    free_bytes: int = 100_000_000
    """Up to here an archive may grow by any ratio."""
    ratio: int = 200
    nesting: int = 3
    """Archives in archives: how deep."""


DEFAULT_BOUNDS = Bounds()


@dataclass(frozen=True, slots=True)
class Member:
    """A regular member: its position from 1, its size, where it is, and what it calls itself."""

    position: int
    size_bytes: int
    at: int
    name: str


def archive_kind(head: bytes) -> str | None:
    """`zip`, `tar`, `packed` (perhaps a tar in gzip, bzip2 or xz), or None, from the first 512 bytes."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return "tar"
    return "packed" if head.startswith(tuple(_PACKED)) else None


def list_members(stream: BinaryIO, size_bytes: int, bounds: Bounds = DEFAULT_BOUNDS) -> Iterator[Member]:
    """The regular members in the order of the archive; raises `Malformed`."""
    kind = _kind(stream)
    budget = bounds.free_bytes + bounds.ratio * size_bytes
    try:
        yield from _zipped(stream, budget, bounds) if kind == "zip" else _tarred(stream, kind, budget, bounds)
    except _UNSUPPORTED as error:
        raise Malformed("an archive of an unknown kind", where="archive") from error
    except _BROKEN as error:
        raise Malformed("a broken archive", where="archive") from error


def read_member(stream: BinaryIO, member: Member, bounds: Bounds = DEFAULT_BOUNDS) -> bytes:
    """The bytes of one member; raises `Malformed`."""
    if member.size_bytes > bounds.member_bytes:
        raise Malformed("larger than a member may be", where="member")
    kind = _kind(stream)
    try:
        data = _unzip(stream, member) if kind == "zip" else _untar(stream, kind, member)
    except _UNSUPPORTED as error:
        raise Malformed("encrypted, or packed in an unknown way", where="member") from error
    except _BROKEN as error:
        raise Malformed("broken", where="member") from error
    if len(data) != member.size_bytes:
        raise Malformed("shorter or longer than it says", where="member")
    return data


def _kind(stream: BinaryIO) -> str | None:
    """What it is; the stream stays where it was, because an unpacker that is open reads on from there."""
    place = stream.tell()
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(place)
    return archive_kind(head)


def _zipped(stream: BinaryIO, budget: int, bounds: Bounds) -> Iterator[Member]:
    with zipfile.ZipFile(stream) as archive:
        found = archive.infolist()
        _check(len(found), sum(info.file_size for info in found), budget, bounds)
        for at, info in enumerate(found):
            if not info.is_dir():
                yield Member(at + 1, info.file_size, at, info.filename)


def _unzip(stream: BinaryIO, member: Member) -> bytes:
    archive = _last_zip(stream)
    info = archive.infolist()[member.at]
    if info.flag_bits & _ENCRYPTED:
        raise NotImplementedError
    with archive.open(info) as file:
        return file.read(member.size_bytes + 1)


_zips: list[tuple[BinaryIO, zipfile.ZipFile]] = []


def _last_zip(stream: BinaryIO) -> zipfile.ZipFile:
    """The open archive: its directory is read once for all members a process reads of it."""
    if not _zips or _zips[0][0] is not stream:
        _zips[:] = [(stream, zipfile.ZipFile(stream))]
    return _zips[0][1]


def _tarred(stream: BinaryIO, kind: str | None, budget: int, bounds: Bounds) -> Iterator[Member]:
    seen = total = 0
    # "r:" never guesses a compression of its own, and it skips by seeking.
    plain = cast(BinaryIO, _Bounded(_plain(stream, kind), budget))
    with tarfile.open(fileobj=plain, mode="r:") as archive:
        for info in archive:
            cast(Any, archive).members.clear()  # A list of all would grow with the archive.
            seen, total = seen + 1, total + info.size
            _check(seen, total, budget, bounds)
            if info.isreg() and not info.sparse:
                yield Member(seen, info.size, info.offset_data, info.name)


def _untar(stream: BinaryIO, kind: str | None, member: Member) -> bytes:
    plain = _plain(stream, kind)
    plain.seek(member.at)
    return plain.read(member.size_bytes)


_unpacking: list[tuple[BinaryIO, BinaryIO]] = []


def _plain(stream: BinaryIO, kind: str | None) -> BinaryIO:
    """The tar inside a packed one. It stays open, so that going forwards costs each byte once."""
    if kind != "packed":
        stream.seek(0)
        return stream
    if not _unpacking or _unpacking[0][0] is not stream:
        stream.seek(0)
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        opened = next(opened for magic, opened in _PACKED.items() if head.startswith(magic))
        _unpacking[:] = [(stream, cast(BinaryIO, opened(stream)))]
    return _unpacking[0][1]


def _check(members: int, total: int, budget: int, bounds: Bounds) -> None:
    if members > bounds.members:
        raise Malformed("too many members", where="archive")
    if total > budget:
        raise Malformed("it would grow too much", where="archive")


class _Bounded:
    """A tar that is read or skipped up to `budget` bytes and a few headers, and then is too large."""

    def __init__(self, stream: BinaryIO, budget: int) -> None:
        self._stream, self._most = stream, 2 * budget

    def read(self, size: int = -1) -> bytes:
        self._look(self._stream.tell() + max(size, 0))
        return self._stream.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        self._look(place)
        return self._stream.seek(place, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def _look(self, place: int) -> None:
        if place > self._most:
            raise Malformed("it would grow too much", where="archive")
