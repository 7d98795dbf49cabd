"""XML from outside, streamed: elements of some names, one after another, in bounded memory.

Expat with everything refused that makes a small file large or reaches for another: document types and
entities of any kind; and limits on depth, text and children of one element. Shown right by
`tests/exchange/test_xml.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NoReturn
from xml.parsers import expat

from amanat.errors import Malformed

__all__ = ["Element", "elements"]

MAX_DEPTH = 32
MAX_TEXT_CHARS = 2_000_000
MAX_NODES = 100_000
_CHUNK = 65_536


@dataclass(slots=True)
class Element:
    """An element: name with namespace (`uri name`), attributes, text, and the elements in it."""

    name: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)
    inner: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def child(self, name: str) -> str:
        """The text of the first child of this name; empty without one."""
        return next((one.text for one in self.inner if one.name == name), "")

    def attribute(self, name: str, attribute: str) -> str:
        """An attribute of the first child of this name; empty without it."""
        return next((one.attributes.get(attribute, "") for one in self.inner if one.name == name), "")

    def children_of(self, name: str) -> Iterator[tuple[str, str]]:
        """Name and text of each element in the first child of this name."""
        for one in self.inner:
            if one.name == name:
                yield from ((each.name, each.text) for each in one.inner)
                return


def elements(file: BinaryIO, *, root: str, wanted: set[str]) -> Iterator[Element]:
    """The elements of `wanted` names in a document whose outermost is `root`; raises `Malformed`."""
    reader = _Reader(root, wanted)
    while chunk := file.read(_CHUNK):
        reader.feed(chunk, final=False)
        yield from reader.take()
    reader.feed(b"", final=True)
    yield from reader.take()


class _Reader:
    """Expat and the stack of open elements; only what is inside a wanted element is kept."""

    def __init__(self, root: str, wanted: set[str]) -> None:
        self._root, self._wanted = root, wanted
        self._depth = self._size = self._nodes = 0
        self._open: list[Element] = []
        self._done: list[Element] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _refuse
        parser.ExternalEntityRefHandler = parser.UnparsedEntityDeclHandler = _refuse
        self._parser = parser

    def feed(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Malformed("not XML", where="XML") from error

    def take(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._nodes += bool(self._open)
        if self._depth == 1 and name != self._root:
            raise Malformed("another outermost element than this format has", where="XML")
        if self._depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise Malformed("too deep, or too much in one element", where="XML")
        if self._open or name in self._wanted:
            element = Element(name, attributes)
            if self._open:
                self._open[-1].inner.append(element)
            self._open.append(element)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        if not self._open:
            self._size = self._nodes = 0
            self._done.append(element)

    def _text(self, text: str) -> None:
        if self._open:
            self._size += len(text)
            if self._size > MAX_TEXT_CHARS:
                raise Malformed("too much text in one element", where="XML")
            self._open[-1].parts.append(text)


def _refuse(*_: Any) -> NoReturn:
    raise Malformed("document types and entities are not taken", where="XML")
