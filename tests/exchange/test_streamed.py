import json
from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.exchange import streamed


def read(data: bytes) -> list:
    return list(
        streamed.objects(BytesIO(data), heads=("head",), list_name="value", inner="Media", where="test")
    )


def test_objects_and_those_inside_them_come_in_order() -> None:
    value = {"head": "h", "other": [{"value": []}], "value": [{"a": 1}, {"Media": [{"b": [2, {}]}, 3]}, 4]}
    assert read(json.dumps(value).encode()) == [("head", "h"), ("value", {"a": 1}), ("value", {"b": [2, {}]})]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"value": {}}',
        b'{"value": [',
        b'{"value": []} {}',
        b'{"value": []',
        b'{"value": [{"a":' + b"[" * 50 + b"]" * 50 + b"}]}",
        b'{"value": [{"a": [' + b"1," * streamed.MAX_EVENTS + b"1]}]}",
        b'{"value": [{"a": "\xff"}]}',
        b'{"value": [{"a": 1e999999999}]}}',
    ],
)
def test_what_is_not_whole_or_too_much_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read(data)
