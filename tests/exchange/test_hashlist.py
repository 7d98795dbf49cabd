import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.exchange.hashlist import HashList, Item, format_list, make_list, parse_list
from amanat.fingerprint.value import Kind
from exchange.lists import LATER, NOW, hashlists, item, items, listed, pdq


@given(hashlists())
def test_a_list_is_read_back_as_it_was(hashlist: HashList) -> None:
    assert parse_list(format_list(hashlist)) == hashlist


@given(st.binary(max_size=200) | hashlists().map(format_list), st.data())
def test_any_bytes_are_a_list_with_these_very_bytes_or_malformed(data: bytes, draw: st.DataObject) -> None:
    if data:
        at = draw.draw(st.integers(0, len(data) - 1))
        data = data[:at] + draw.draw(st.binary(max_size=2)) + data[at + 1 :]
    try:
        hashlist = parse_list(data)
    except Malformed:
        return
    assert format_list(hashlist) == data


@given(st.lists(items(), max_size=5), st.randoms())
def test_the_order_in_which_items_come_changes_nothing(held: list[Item], random) -> None:
    distinct = list({one.key: one for one in held}.values())
    shuffled = random.sample(distinct, len(distinct))
    assert make_list("desk", distinct, version=1, made=NOW) == make_list(
        "desk", shuffled, version=1, made=NOW
    )


def test_neither_a_list_nor_an_item_shows_a_print() -> None:
    one = item(0xABCDEF, source_id="their-7")
    for shown in (repr(one), repr(listed(one)), repr(one.fingerprint)):
        assert "abcdef" not in shown.lower()
        assert "their-7" not in shown


def test_only_active_prints_are_given_to_an_index() -> None:
    hashlist = listed(item(1), item(2, withdrawn=LATER), item(3))
    prints, rows = hashlist.prints()
    assert prints[:, 3].tolist() == [1, 3]
    assert [row.fingerprint for row in rows] == [pdq(1), pdq(3)]
    assert hashlist.active(Kind.MD5) == ()


def test_an_empty_list_has_no_prints() -> None:
    prints, rows = listed().prints()
    assert prints.shape == (0, 4)
    assert rows == ()


@pytest.mark.parametrize("text", ["a\tb", "a\nb", " a", "a" * 1001, "\ud800"])
def test_what_would_break_a_line_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        item(1, terms=text)


def test_a_time_without_its_zone_is_a_defect() -> None:
    with pytest.raises(ValueError, match="aware"):
        item(1, first_seen=NOW.replace(tzinfo=None))
