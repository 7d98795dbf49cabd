import json
from io import BytesIO

import pytest

from amanat.errors import Malformed
from amanat.exchange import hma
from amanat.exchange.changes import collect
from amanat.fingerprint.value import Kind
from exchange.lists import NOW, item, pdq


def test_a_content_with_two_signals_is_two_items_of_one_recording() -> None:
    content = {
        "id": 7,
        "bank": {"name": "DESK", "matching_enabled_ratio": 1.0},
        "disable_until_ts": 1,
        "signals": {"pdq": pdq(1).data.hex(), "video_md5": "ab" * 16, "fax": "1"},
    }
    batch = collect(hma.read(BytesIO(json.dumps([content]).encode()), now=NOW))
    assert [(one.kind, one.source, one.source_id) for one in batch.items] == [
        (Kind.PDQ, "hma/DESK", "7"),
        (Kind.MD5, "hma/DESK", "7"),
    ]
    assert sum(batch.refused.values()) == 1


@pytest.mark.parametrize(
    ("until", "active"), [(0, False), (1, True), (1_700_000_000, True), (2**40, False), ("x", False)]
)
def test_a_disabled_content_is_withdrawn(until: object, active: bool) -> None:
    content = {"id": 7, "disable_until_ts": until, "signals": {"pdq": pdq(1).data.hex()}}
    (one,) = collect(hma.read(BytesIO(json.dumps(content).encode()), now=NOW)).items
    assert one.active is active


def test_signals_are_named_as_hma_names_them() -> None:
    assert hma.signal_name(Kind.MD5) == "video_md5"
    assert hma.signal_of("pdq", pdq(1).data.hex().upper()) == pdq(1)
    assert hma.signal_text(pdq(1)) == pdq(1).data.hex()
    with pytest.raises(Malformed):
        hma.signal_of("fax", "1")
    with pytest.raises(Malformed):
        hma.signal_name(Kind.PDNA)


def test_a_film_is_its_distinct_prints_that_say_enough() -> None:
    one, two, weak = (pdq(number).data.hex() for number in (1, 2, 3))
    text = json.dumps([f"{two},90,0.0", f"{one},50,1.0", f"{two},100,2.0", f"{weak},49,3.0"])
    film = hma.signal_of("vpdq", text)
    assert (film.kind, film.data) == (Kind.VPDQ, pdq(2).data + pdq(1).data)
    assert hma.signal_of("vpdq", hma.signal_text(film)) == film


@pytest.mark.parametrize("text", ["", "[]", "{}", "\u00e9", "[1]", json.dumps([f"{'0' * 64},49,0.0"])])
def test_a_film_without_a_print_is_none(text: str) -> None:
    with pytest.raises(Malformed):
        hma.signal_of("vpdq", text)
    content = {"id": 7, "signals": {"vpdq": text, "pdq": 7}}
    batch = collect(hma.read(BytesIO(json.dumps(content).encode()), now=NOW))
    assert (batch.items, sum(batch.refused.values())) == ((), 2)


def test_two_prints_of_a_kind_are_two_contents() -> None:
    found = json.loads(hma.write([item(1, source_id="7"), item(2, source_id="7")]))
    assert len(found) == 2
