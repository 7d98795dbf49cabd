import json
from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.exchange import vics
from amanat.exchange.changes import collect
from amanat.exchange.hashlist import Category
from amanat.fingerprint.value import Kind
from exchange.lists import NOW, item, pdq

HEAD_1 = {"odata.metadata": "http://github.com/ICMEC/ProjectVic/DataModels/1.2.xml#Media"}
HEAD_2 = {
    "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#Cases"
}
MEDIA = {
    "MediaID": 7,
    "Category": 1,
    "MD5": "AB" * 16,
    "SHA1": "cd" * 20,
    "MediaSize": "12345",
    "RelativeFilePath": "home\\amna\\birthday.jpg",
    "Comments": "Dan's telephone",
    "MediaFiles": [{"FileName": "birthday.jpg", "MD5": "AB" * 16}],
    "AlternativeHashes": [
        {"HashName": "PDQ", "HashValue": pdq(5).data.hex().upper()},
        {"HashName": "SHA256", "HashValue": "EF" * 32},
        {"HashName": "PhotoDNA", "HashValue": "1,2,3"},
        {"HashName": "Fax", "HashValue": "1"},
    ],
}


def read(value: dict, *, mark: bool = False, with_notes: bool = False):
    data = json.dumps(value).encode()
    file = BytesIO((b"\xef\xbb\xbf" if mark else b"") + data)
    return collect(vics.read(file, now=NOW, with_notes=with_notes))


@pytest.mark.parametrize("mark", [False, True])
def test_a_hash_set_of_the_first_version_is_read(mark: bool) -> None:
    batch = read(HEAD_1 | {"value": [MEDIA]}, mark=mark)
    assert [one.kind for one in batch.items] == [Kind.MD5, Kind.SHA1, Kind.PDQ, Kind.SHA256, Kind.PDNA]
    assert {one.category for one in batch.items} == {Category("vics/1.2", "1")}
    assert batch.items[2].fingerprint == pdq(5)
    assert sum(batch.refused.values()) == 1


def test_the_media_of_every_case_are_read_and_the_schema_stands_by_the_category() -> None:
    case = {"CaseNumber": "4711", "TotalMediaFiles": 999, "Media": [MEDIA, MEDIA | {"MediaID": 8}]}
    batch = read(HEAD_2 | {"value": [case, case]})
    assert {one.source_id for one in batch.items} == {"7", "8"}
    assert {one.category for one in batch.items} == {Category("vics/2.0/UK", "1")}
    assert "4711" not in str(batch.lines)


def test_nothing_about_people_is_kept_unless_asked() -> None:
    plain = read(HEAD_1 | {"value": [MEDIA]})
    assert {one.note for one in plain.items} == {""}
    asked = read(HEAD_1 | {"value": [MEDIA]}, with_notes=True)
    assert "birthday.jpg" in asked.items[0].note
    assert "Dan's telephone" in asked.items[0].note


@pytest.mark.parametrize(("category", "kept"), [(None, None), (0, "0"), ("2", "2")])
def test_no_category_is_not_category_0(category: object, kept: str | None) -> None:
    batch = read(HEAD_1 | {"value": [MEDIA | {"Category": category}]})
    assert batch.items[0].category == (Category("vics/1.2", kept) if kept else None)


def test_a_file_of_another_model_is_refused() -> None:
    with pytest.raises(Malformed):
        read({"@odata.context": "http://dan.example/#Media", "value": [MEDIA]})
    with pytest.raises(Malformed):
        read(HEAD_1)


def test_a_million_media_are_not_held_at_once() -> None:
    """The reader gives the first before it has read the last."""
    body = json.dumps(HEAD_1)[:-1] + ', "value": ['
    parts = iter([body.encode(), *[json.dumps(MEDIA).encode() + b","] * 3000, b"!"])

    class Slow:
        def read(self, _size: int) -> bytes:
            return next(parts, b"")

    lines = vics.read(Slow(), now=NOW)
    assert next(lines).kind is Kind.MD5
    with pytest.raises(Malformed):
        collect(lines)


def test_what_is_written_is_a_hash_set_of_the_second_version() -> None:
    value = json.loads(vics.write([item(1, source_id="a"), item(2)], country="US"))
    assert value["@odata.context"].endswith("2.0.xml/US/$metadata#Media")
    assert len(value["value"]) == 2
