from hypothesis import given
from hypothesis import strategies as st

from amanat.exchange.changes import Batch, Gone, Refused, apply, collect, difference
from amanat.exchange.hashlist import Category, Item
from exchange.lists import LATER, NOW, hashlists, item, items, listed, pdq


def test_what_a_partner_lists_is_added_and_what_it_takes_back_is_withdrawn_at_once() -> None:
    old = listed(item(1), item(2))
    new = apply(old, collect([item(3), Gone("amna", fingerprint=pdq(1))]), now=LATER, note="a file of amna")
    assert [one.fingerprint for one in new.active()] == [pdq(2), pdq(3)]
    assert new.version == 2
    assert new.provenance == ("a file of amna",)
    changes = difference(old, new)
    assert [one.fingerprint for one in changes.added] == [pdq(3)]
    assert [one.fingerprint for one in changes.withdrawn] == [pdq(1)]
    assert changes.changed == ()


def test_a_withdrawal_by_id_takes_every_print_of_the_recording_and_nobody_elses() -> None:
    old = listed(item(1, source_id="7"), item(2, source_id="7"), item(1, source="dan", source_id="7"))
    new = apply(old, collect([Gone("amna", "7")]), now=LATER)
    assert [one.source for one in new.active()] == ["dan"]


def test_the_last_word_of_a_file_counts() -> None:
    listed_again = apply(listed(), collect([Gone("amna", fingerprint=pdq(1)), item(1)]), now=LATER)
    taken_back = apply(listed(), collect([item(1), Gone("amna", fingerprint=pdq(1))]), now=LATER)
    assert len(listed_again.active()) == 1
    assert taken_back.active() == ()


def test_when_something_was_first_seen_is_kept() -> None:
    new = apply(listed(item(1)), collect([item(1, first_seen=LATER, terms="match only")]), now=LATER)
    assert new.items[0].first_seen == NOW
    assert new.items[0].terms == "match only"


def test_a_complete_file_withdraws_what_its_source_no_longer_lists() -> None:
    old = listed(item(1), item(2), item(3, source="dan"))
    new = apply(old, collect([item(2)]), now=LATER, complete=True)
    assert [one.fingerprint for one in new.active()] == [pdq(2), pdq(3)]


def test_a_changed_category_is_a_change() -> None:
    old = listed(item(1))
    new = apply(old, collect([item(1, category=Category("ncmec", "A1"))]), now=LATER)
    assert len(difference(old, new).changed) == 1


def test_entries_that_cannot_be_read_are_counted_and_stop_nothing() -> None:
    batch = collect([Refused("not hex"), item(1), Refused("not hex")])
    assert batch.refused == {"not hex": 2}
    assert len(batch.items) == 1


@given(hashlists(), st.lists(items(), max_size=3))
def test_the_same_file_twice_changes_only_the_version(old, lines: list[Item]) -> None:
    once = apply(old, Batch(tuple(lines)), now=LATER)
    twice = apply(once, Batch(tuple(lines)), now=LATER)
    assert twice.items == once.items
    assert twice.version == once.version + 1


@given(hashlists(), hashlists())
def test_a_difference_leads_from_the_old_version_to_the_new(old, new) -> None:
    changes = difference(old, new)
    active = {one.key for one in old.active()} - {one.key for one in changes.withdrawn}
    assert active | {one.key for one in changes.added} == {one.key for one in new.active()}
