import json
from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.exchange import threatexchange as tx
from amanat.exchange.changes import Gone, collect
from amanat.exchange.hashlist import Category
from amanat.fingerprint.value import Kind
from exchange.lists import NOW, pdq

PRINT = pdq(1).data.hex()


def record(**more) -> dict:
    return {
        "indicator": PRINT,
        "type": "HASH_PDQ",
        "id": "77",
        "last_updated": 1_777_777_777,
        "should_delete": False,
        "descriptors": [{"id": "1", "status": "MALICIOUS", "tags": ["b", "a"], "owner": {"id": "9"}}],
    } | more


def read(*found: dict):
    return collect(tx.read(BytesIO(json.dumps({"data": found, "paging": {}}).encode()), now=NOW))


def test_a_record_is_an_item_with_its_tags() -> None:
    (one,) = read(record()).items
    assert one.fingerprint == pdq(1)
    assert one.source_id == "77"
    assert one.category == Category("threatexchange", "a b")


def test_the_older_form_of_tags_is_read_too() -> None:
    tags = {"data": [{"text": "a"}]}
    (one,) = read(record(descriptors=[{"status": "MALICIOUS", "tags": tags}])).items
    assert one.category == Category("threatexchange", "a")


def test_should_delete_takes_back() -> None:
    assert read(record(should_delete=True, descriptors=[])).gone == (Gone("threatexchange", "", pdq(1)),)


def test_what_everybody_calls_harmless_is_taken_back_and_what_one_does_is_not() -> None:
    harmless = {"status": "NON_MALICIOUS"}
    assert len(read(record(descriptors=[harmless, harmless])).gone) == 1
    assert len(read(record(descriptors=[harmless, {"status": "MALICIOUS"}])).items) == 1


def test_a_film_stays_a_film() -> None:
    batch = read(record(type="HASH_VIDEO_MD5", indicator="ab" * 16))
    assert json.loads(tx.write(batch.lines))["data"][0]["type"] == "HASH_VIDEO_MD5"


def test_the_cache_file_of_the_command_line_is_read() -> None:
    rows = f"{PRINT},6789,2026-05-03T10:00:00+0000,tag2 tag1\r\n{PRINT},5,6789,2026-05-03,\r\nx,y\r\n"
    batch = collect(tx.read_simple(BytesIO(rows.encode()), type_name="HASH_PDQ", now=NOW))
    assert [one.source_id for one in batch.items] == ["", "5"]
    assert batch.items[0].category == Category("threatexchange", "tag1 tag2")
    assert sum(batch.refused.values()) == 1
    with pytest.raises(Malformed):
        list(tx.read_simple(BytesIO(b""), type_name="DOMAIN", now=NOW))


def test_line_files_name_the_kind_or_are_told_it() -> None:
    named = collect(
        tx.read_lines(BytesIO(f"pdq {PRINT}\nvideo_md5 {'ab' * 16}\n\nfax 1\n".encode()), now=NOW)
    )
    assert [one.kind for one in named.items] == [Kind.PDQ, Kind.MD5]
    assert sum(named.refused.values()) == 1
    bare = collect(tx.read_lines(BytesIO(f"{PRINT.upper()}\r\n".encode()), kind=Kind.PDQ, now=NOW))
    assert bare.items[0].fingerprint == pdq(1)
