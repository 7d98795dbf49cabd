"""One immutable file of an index: rows, their entry numbers, and the bands over them, ready to be mapped.

    first page   magic, canonical JSON (rows, layout, SHA-256 of sections), zeros, SHA-256 of the page so far
    sections     prints `<u8 (n, 4)`, entries `<u8 (n,)`, table `<u4`, tags `<u2`, filed `<u4`; each begins
                 a page

`open_segment` checks the first page and the length of the file, which is enough never to read outside it, and
takes a millisecond; `check_segment` reads every byte. `docs/reference/index-format.md` is the specification.
Nothing here is pickled. Shown right by `tests/matching/test_segment.py`.
"""

import hashlib
import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from amanat.errors import Malformed, NotFound
from amanat.fingerprint.value import PRINT_BYTES, PRINT_WORDS, Prints
from amanat.matching.bands import MAX_ROWS, REBUILD, Bands, file_band
from amanat.matching.layout import Layout, choose_layout
from amanat.strict import canonical_json, decode_hex, parse_json

__all__ = ["Entries", "Header", "Segment", "check_segment", "open_segment", "write_segment"]

Entries = NDArray[np.uint64]
MAGIC = b"amanat index v2\n"
PAGE_BYTES = 4096
DIGEST_BYTES = 32
SECTIONS = 5
WHERE = "index segment"


@dataclass(frozen=True, slots=True)
class Header:
    """The first page: how many rows, which bands, and the SHA-256 of each section."""

    rows: int
    layout: Layout
    digests: tuple[bytes, ...]

    @classmethod
    def parse(cls, page: bytes) -> "Header":
        """The inverse of `format`; raises `Malformed`."""
        if len(page) != PAGE_BYTES or not page.startswith(MAGIC):
            raise Malformed("not an index file of version 2", where=WHERE, hint=REBUILD)
        if hashlib.sha256(page[:-DIGEST_BYTES]).digest() != page[-DIGEST_BYTES:]:
            raise Malformed("the checksum of its first page is wrong", where=WHERE, hint=REBUILD)
        start = len(MAGIC) + 4
        end = start + int.from_bytes(page[len(MAGIC) : start], "big")
        header = cls._from_json(parse_json(page[start:end], where=WHERE))
        if header.format() != page:
            raise Malformed("its first page is not canonical", where=WHERE)
        return header

    @classmethod
    def _from_json(cls, value: Any) -> "Header":
        try:
            rows, bands, digests = value["rows"], value["bands"], value["sha256"]
            widths, radii = (tuple(int(band[at]) for band in bands) for at in (0, 1))
            layout = Layout(widths, radii, int(value["prefix"]))
            return cls(int(rows), layout, tuple(decode_hex(text, length=DIGEST_BYTES) for text in digests))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise Malformed("its first page lacks something", where=WHERE) from error

    def __post_init__(self) -> None:
        if not 0 <= self.rows <= MAX_ROWS or len(self.digests) != SECTIONS:
            raise Malformed("its first page cannot be right", where=WHERE)

    def format(self) -> bytes:
        """One page."""
        bands = [list(band) for band in zip(self.layout.widths, self.layout.radii, strict=True)]
        text = canonical_json(
            {
                "bands": bands,
                "prefix": self.layout.prefix,
                "rows": self.rows,
                "sha256": [digest.hex() for digest in self.digests],
            }
        )
        page = (MAGIC + len(text).to_bytes(4, "big") + text).ljust(PAGE_BYTES - DIGEST_BYTES, b"\0")
        return page + hashlib.sha256(page).digest()

    def lengths(self) -> tuple[int, int, int, int, int]:
        """The bytes in each section."""
        table = int(self.layout.table_starts()[-1])
        filed = self.rows * self.layout.bands
        return (self.rows * PRINT_BYTES, self.rows * 8, table * 4, filed * 2, filed * 4)

    def places(self) -> list[int]:
        """Where each section begins, and where the file ends."""
        places = [PAGE_BYTES]
        for length in self.lengths():
            places.append(places[-1] + -(-length // PAGE_BYTES) * PAGE_BYTES)
        return places


@dataclass(frozen=True, slots=True)
class Segment:
    """The rows with their bands, and the entry each row belongs to."""

    bands: Bands
    entries: Entries


def write_segment(file: BinaryIO, prints: Prints, entries: Entries) -> Header:
    """Write a whole segment; the first page goes last, so a file cut short has none. The caller syncs."""
    layout = choose_layout(len(prints))
    prints = np.ascontiguousarray(prints, np.uint64)
    file.write(bytes(PAGE_BYTES))
    digests = [_write_section(file, iter([prints])), _write_section(file, iter([entries]))]
    # Tables first; the tags and numbers of rows wait in memory for their turn.
    tags: list[NDArray[np.uint16]] = []
    filed: list[NDArray[np.uint32]] = []
    digests.append(_write_section(file, _tables(prints, layout, tags, filed)))
    digests += [_write_section(file, iter(tags)), _write_section(file, iter(filed))]
    header = Header(len(prints), layout, tuple(digests))
    file.seek(0)
    file.write(header.format())
    return header


def open_segment(path: Path) -> Segment:
    """Map the file; raises `Malformed`, or `NotFound` when it is gone."""
    try:
        with path.open("rb") as file:
            header = Header.parse(file.read(PAGE_BYTES))
            if file.seek(0, io.SEEK_END) != header.places()[-1]:
                raise Malformed("it is cut short, or too long", where=WHERE, hint=REBUILD)
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise NotFound("no such file, or it cannot be read", where=WHERE) from error
    prints, entries, table, tags, filed = (
        np.frombuffer(mapped, dtype, length // np.dtype(dtype).itemsize, place)
        for dtype, length, place in zip(
            ("<u8", "<u8", "<u4", "<u2", "<u4"), header.lengths(), header.places(), strict=False
        )
    )
    bands = Bands(prints.reshape(-1, PRINT_WORDS), header.layout, table, tags, filed)
    return Segment(bands, entries)


def check_segment(path: Path) -> Header:
    """Read every byte and compare every checksum; raises `Malformed`."""
    open_segment(path)
    with path.open("rb") as file:
        header = Header.parse(file.read(PAGE_BYTES))
        sizes = zip(header.places(), header.places()[1:], header.digests, strict=False)
        for start, end, digest in sizes:
            hasher = hashlib.sha256()
            file.seek(start)
            for left in range(end - start, 0, -(1 << 20)):
                hasher.update(file.read(min(left, 1 << 20)))
            if hasher.digest() != digest:
                raise Malformed("the checksum of a section is wrong", where=WHERE, hint=REBUILD)
    return header


def _tables(
    prints: Prints, layout: Layout, tags: list[NDArray[np.uint16]], filed: list[NDArray[np.uint32]]
) -> Iterator[NDArray[np.uint32]]:
    for band in range(layout.bands):
        table, marks, rows = file_band(prints, layout, band)
        tags.append(marks)
        filed.append(rows)
        yield table


def _write_section(file: BinaryIO, parts: Iterator[NDArray[Any]]) -> bytes:
    hasher = hashlib.sha256()
    for part in parts:
        data = (
            np.ascontiguousarray(part.astype(part.dtype.newbyteorder("<"), copy=False)).data.cast("B")
            if part.size
            else b""
        )
        hasher.update(data)
        file.write(data)
    gap = bytes(-file.tell() % PAGE_BYTES)
    hasher.update(gap)
    file.write(gap)
    return hasher.digest()
