from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.exchange import xml


def names(data: bytes) -> list[str]:
    return [one.text for one in xml.elements(BytesIO(data), root="r", wanted={"a"})]


def test_elements_come_one_after_another() -> None:
    assert names(b"<r><a>1</a><b>9</b><c><a>2</a></c></r>") == ["1", "2"]


def test_memory_does_not_grow_with_the_number_of_elements() -> None:
    class Endless:
        def __init__(self) -> None:
            self.parts = iter([b"<r>", *[b"<a>1</a>" * 1000] * 3, b"</r>"])

        def read(self, _size: int) -> bytes:
            return next(self.parts, b"")

    reader = xml.elements(Endless(), root="r", wanted={"a"})
    assert sum(1 for _ in reader) == 3000


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<r>",
        b"<s/>",
        b"<r>" + b"<b>" * 40 + b"</b>" * 40 + b"</r>",
        b"<r><a>" + b"<b/>" * (xml.MAX_NODES + 1) + b"</a></r>",
        b"<r><a>" + b"x" * (xml.MAX_TEXT_CHARS + 1) + b"</a></r>",
        b'<?xml version="1.0" encoding="utf-7"?><r/>',
    ],
    ids=["nothing", "cut off", "another", "deep", "wide", "long", "encoding"],
)
def test_what_is_not_of_the_format_or_too_large_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        names(data)
