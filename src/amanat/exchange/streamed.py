"""Large JSON, streamed: the objects of one list, one after another, and some texts that stand before it.

The list may hold the objects themselves, or objects that hold them in a list of their own. A byte order mark
is skipped; depth and size of one object are bounded. Needs `ijson`. Shown right by
`tests/exchange/test_streamed.py`.
"""

from collections.abc import Iterator
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any, BinaryIO

from amanat.errors import Malformed, Misconfigured

__all__ = ["objects"]

MAX_DEPTH = 32
MAX_EVENTS = 200_000
"""Names, values and brackets of one object."""
_BOM = b"\xef\xbb\xbf"
_CHUNK = 65_536

Event = tuple[str, Any]


def objects(
    file: BinaryIO, *, heads: tuple[str, ...], list_name: str, inner: str, where: str
) -> Iterator[tuple[str, Any]]:
    """The texts named `heads`, and `(list_name, object)` for each object, in the order of the file."""
    stream = _Stream(file, where)
    found = False
    stream.expect("start_map")
    while (event := stream.next())[0] == "map_key":
        name = event[1]
        if name == list_name:
            found = True
            stream.expect("start_array")
            yield from ((list_name, value) for value in _listed(stream, inner))
        elif name in heads:
            yield name, stream.build(stream.next())
        else:
            stream.build(stream.next())
    stream.finish()
    if not found:
        raise Malformed(f"no list named {list_name}", where=where)


def _listed(stream: "_Stream", inner: str) -> Iterator[Any]:
    while (event := stream.next())[0] != "end_array":
        if event[0] == "start_map":
            yield from _outer(stream, inner)
        else:
            stream.build(event)


def _outer(stream: "_Stream", inner: str) -> Iterator[Any]:
    """An object of the list, or those in its list named `inner`."""
    own: dict[str, Any] = {}
    holds_others = False
    stream.start_object()
    while (event := stream.next())[0] == "map_key":
        value = stream.next()
        if event[1] == inner and value[0] == "start_array":
            holds_others = True
            while (element := stream.next())[0] != "end_array":
                stream.start_object()
                built = stream.build(element)
                if isinstance(built, dict):
                    yield built
        else:
            own[event[1]] = stream.build(value)
    if not holds_others:
        yield own


class _Stream:
    """The events of a file, and values built of them within bounds."""

    def __init__(self, file: BinaryIO, where: str) -> None:
        self._where = where
        self._events = _events(file, where)
        self._count = 0

    def next(self) -> Event:
        self._count += 1
        if self._count > MAX_EVENTS:
            raise Malformed("too much in one object", where=self._where)
        try:
            return next(self._events)
        except StopIteration as error:
            raise Malformed("not whole", where=self._where) from error

    def start_object(self) -> None:
        self._count = 0

    def expect(self, name: str) -> None:
        if self.next()[0] != name:
            raise Malformed("not of the shape of this format", where=self._where)

    def finish(self) -> None:
        if next(self._events, None) is not None:
            raise Malformed("something follows", where=self._where)

    def build(self, event: Event, *, depth: int = 0) -> Any:
        """The value that begins with this event."""
        if depth > MAX_DEPTH:
            raise Malformed(f"more than {MAX_DEPTH} levels deep", where=self._where)
        if event[0] == "start_map":
            value: dict[str, Any] = {}
            while (key := self.next())[0] == "map_key":
                value[key[1]] = self.build(self.next(), depth=depth + 1)
            return value
        if event[0] == "start_array":
            held: list[Any] = []
            while (element := self.next())[0] != "end_array":
                held.append(self.build(element, depth=depth + 1))
            return held
        return _number(event[1]) if isinstance(event[1], Decimal) else event[1]


def _number(value: Decimal) -> int | Decimal:
    """`1.0` and `1e3` are whole numbers too; an exponent of any size is not worked out."""
    return int(value) if value.adjusted() < 18 and value == value.to_integral_value() else value


def _events(file: BinaryIO, where: str) -> Iterator[Event]:
    if find_spec("ijson") is None:
        raise Misconfigured("ijson is not installed", where=where, hint="pip install 'amanat[media]'")
    ijson = import_module("ijson")
    errors = (ijson.JSONError, UnicodeDecodeError, ValueError, ArithmeticError)
    # The end of a bracket too many, and whatever else a parser of its own says, is the file's fault.
    try:
        yield from ijson.basic_parse(_WithoutMark(file), buf_size=_CHUNK)
    except errors as error:
        raise Malformed("not JSON", where=where) from error


class _WithoutMark:
    """A file without the byte order mark it may begin with."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._begun = file, False

    def read(self, size: int = -1) -> bytes:
        if size == 0:
            return b""
        if self._begun:
            return self._file.read(size)
        self._begun = True
        return self._file.read(max(size, 8)).removeprefix(_BOM) or self._file.read(size)
