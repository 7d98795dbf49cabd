"""What a scan will do: every file and every member of an archive, in order, in parts.

The same source gives the same plan. A piece is one file, or one member of a zip or tar at the top; archives
in archives are opened by the step. Its number is its name in the table. Shown right by
`tests/scan/test_engine.py`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.scan.archive import DEFAULT_BOUNDS, Bounds, Member, archive_kind, list_members
from amanat.scan.place import UNREADABLE, Found, find, open_found

__all__ = ["Part", "Piece", "digest", "parts", "pieces"]

PART_PIECES = 1000
PART_BYTES = 2_000_000_000
_ARCHIVES = (".zip", ".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file, or one member of an archive; or why an archive cannot be read on."""

    number: int
    address: str
    size_bytes: int
    member: Member | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces that are done together: what is lost when a machine dies."""

    number: int
    pieces: tuple[Piece, ...]


def pieces(source: str, bounds: Bounds = DEFAULT_BOUNDS) -> Iterator[Piece]:
    """Everything in a source, in order; raises `NotFound` when it is not there."""
    for number, found in enumerate(find(source), start=1):
        if found.address.lower().endswith(_ARCHIVES):
            yield from _members(number, found, bounds)
        else:
            yield Piece(number, found.address, found.size_bytes)


def parts(found: Iterable[Piece], *, most: int = PART_PIECES, most_bytes: int = PART_BYTES) -> Iterator[Part]:
    """The pieces in order, so many or so many bytes together."""
    number, held, size = 1, list[Piece](), 0
    for piece in found:
        held.append(piece)
        size += piece.member.size_bytes if piece.member else piece.size_bytes
        if len(held) >= most or size >= most_bytes:
            yield Part(number, tuple(held))
            number, held, size = number + 1, [], 0
    if held:
        yield Part(number, tuple(held))


def digest(planned: Iterable[Part]) -> str:
    """What tells one plan from another: positions and sizes, and no names, which somebody could guess."""
    told = hashlib.sha256()
    for part in planned:
        for piece in part.pieces:
            inside = (piece.member.position, piece.member.size_bytes) if piece.member else ()
            told.update(repr((part.number, piece.number, piece.size_bytes, inside)).encode())
    return told.hexdigest()


def _members(number: int, found: Found, bounds: Bounds) -> Iterator[Piece]:
    try:
        with open_found(found.address) as stream:
            if archive_kind(stream.read(512)) is None:
                yield Piece(number, found.address, found.size_bytes)
                return
            for member in list_members(stream, found.size_bytes, bounds):
                yield Piece(number, found.address, found.size_bytes, member)
    except (OSError, Malformed) as error:
        why = str(error) if isinstance(error, Malformed) else UNREADABLE
        yield Piece(number, found.address, found.size_bytes, refused=why)
