from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.exchange import csv
from amanat.exchange.changes import collect
from amanat.exchange.hashlist import Item
from exchange.lists import NOW, items, pdq

PRINT = pdq(1).data.hex()


def read(text: str):
    return collect(csv.read(BytesIO(text.encode()), source="amna", now=NOW))


@given(st.lists(items(), max_size=5))
def test_csv_loses_nothing(held: list[Item]) -> None:
    batch = collect(csv.read(BytesIO(csv.write(held)), source="x", now=NOW))
    assert list(batch.items) == held
    assert batch.refused == {}


def test_a_file_without_a_header_is_kind_and_print() -> None:
    assert read(f"pdq,{PRINT.upper()}\n").items[0].fingerprint == pdq(1)


def test_columns_come_in_any_order_after_a_byte_order_mark() -> None:
    (one,) = read(f"\ufeffprint,first_seen,kind\n{PRINT},2026-05-03T10:00:00+05:00,pdq\n").items
    assert one.first_seen == datetime(2026, 5, 3, 5, tzinfo=UTC)


def test_a_date_of_withdrawal_that_cannot_be_read_withdraws_all_the_same() -> None:
    (one,) = read(f"kind,print,withdrawn\npdq,{PRINT},yes\n").items
    assert not one.active


def test_one_bad_row_does_not_stop_the_others() -> None:
    batch = read(f"kind,print\npdq,zz\nfax,1\npdq\npdq,{PRINT}\n")
    assert len(batch.items) == 1
    assert sum(batch.refused.values()) == 3
    assert "zz" not in str(batch.refused)


def test_an_unknown_column_is_refused() -> None:
    with pytest.raises(Malformed):
        read("kind,print,name_of_the_child\n")
