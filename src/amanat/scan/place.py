"""Where files lie: a folder, one file, or a bucket of an S3-compatible store (through `obstore`).

An address is a path or `s3://bucket/key`. Credentials and endpoint of a store are the usual AWS_* variables.
Shown right by `tests/scan/test_place.py`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from amanat.errors import Misconfigured, NotFound, Unavailable

__all__ = ["UNREADABLE", "Found", "find", "open_found"]

UNREADABLE = "cannot be read"
HINT = "Look at the network, the AWS_* variables and the bucket. Start again to go on."


@dataclass(frozen=True, slots=True)
class Found:
    """A file and its size."""

    address: str
    size_bytes: int


def find(source: str) -> Iterator[Found]:
    """Every file below a source, by name; links in folders are not followed. Raises `NotFound`."""
    if source.startswith("s3://"):
        yield from _in_bucket(source)
    elif Path(source).is_dir():
        yield from _in_folder(source)
    elif Path(source).is_file():
        yield Found(source, Path(source).stat().st_size)
    else:
        raise NotFound("no such file, folder or bucket", where="the source", hint="Nothing was done.")


def open_found(address: str) -> BinaryIO:
    """The file, open for reading and seeking; raises `OSError` when it cannot be."""
    if not address.startswith("s3://"):
        return Path(address).open("rb")
    from obstore import open_reader
    from obstore.exceptions import BaseError

    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        return cast(BinaryIO, _Reader(open_reader(_store(f"s3://{bucket}"), key)))
    except (BaseError, OSError) as error:
        raise OSError(UNREADABLE) from error


def _in_folder(source: str) -> Iterator[Found]:
    for folder, folders, files in os.walk(source):
        folders.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield Found(str(path), path.stat().st_size)


def _in_bucket(source: str) -> Iterator[Found]:
    import obstore
    from obstore.exceptions import BaseError

    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    found = []
    try:
        for chunk in obstore.list(_store(f"s3://{bucket}"), prefix=prefix or None):
            found += [Found(f"s3://{bucket}/{one['path']}", one["size"]) for one in chunk]
    except BaseError as error:
        raise Unavailable("the object store does not answer", where="the source", hint=HINT) from error
    yield from sorted(found, key=lambda one: one.address)


def _store(url: str) -> Any:
    try:
        from obstore.exceptions import BaseError
        from obstore.store import from_url
    except ModuleNotFoundError as error:
        hint = "Install it: pip install 'amanat[scan]'."
        raise Misconfigured("the package obstore is missing", where="the source", hint=hint) from error
    try:
        return from_url(url)
    except (BaseError, ValueError) as error:
        hint = "Write s3://bucket/prefix."
        raise Misconfigured("not the address of a bucket", where="the source", hint=hint) from error


class _Reader:
    """A file in a bucket as Python's decoders want it: bytes, and errors that are `OSError`."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader

    def read(self, size: int = -1) -> bytes:
        from obstore.exceptions import BaseError

        try:
            return bytes(self._reader.read(None if size is None or size < 0 else size))
        except BaseError as error:
            raise OSError(UNREADABLE) from error

    def seek(self, place: int, whence: int = 0) -> int:
        return int(self._reader.seek(place, whence))

    def tell(self) -> int:
        return int(self._reader.tell())

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
