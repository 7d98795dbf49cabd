"""A record shows what named people confirmed, and no private name."""

import pytest

from amanat.errors import NotAllowed
from amanat.record.reading import read_source
from amanat.record.record import Entry, Record, Review, lost_anchors
from record_makers import NOON, item_of, source_of

TEXT = (
    "The clerk Ana Bel said that 12 files were lost. The injured were Tor Vint and Ilo Karr. Tor Vint left."
)
SOURCE = source_of(TEXT, title="Minutes")
BY = Review("confirmed", "Bilal", NOON)
SAID = item_of(
    SOURCE, "statement", "The clerk Ana Bel said that 12 files were lost", {"stance": "asserts"},
    speaker="The clerk Ana Bel", content="12 files were lost",
)  # fmt: skip
HURT = item_of(
    SOURCE, "harm", "The injured were Tor Vint and Ilo Karr.", {"outcome": "injured"},
    names="Tor Vint and Ilo Karr", outcome="injured",
)  # fmt: skip


def test_only_what_was_confirmed_or_edited_is_shown():
    states = ["pending", "obsolete"]
    entries = [Entry(SAID, Review(state)) for state in states] + [
        Entry(SAID, Review("rejected", "Bilal", NOON))
    ]
    assert list(Record("R", (SOURCE,), tuple(entries)).shown()) == []
    assert len(list(Record("R", (SOURCE,), (Entry(SAID, BY), Entry(HURT, BY))).shown())) == 2


def test_a_decision_needs_a_name_and_a_time():
    for by, at in (("", NOON), ("Bilal", None)):
        with pytest.raises(NotAllowed):
            Review("confirmed", by, at)
    with pytest.raises(ValueError, match="maybe"):
        Review("maybe")


def test_private_names_and_lists_of_names_are_hidden_everywhere():
    entries = (Entry(SAID, BY, private={"Ana  Bel": "clerk"}), Entry(HURT, BY))
    said, hurt = Record("R", (SOURCE,), entries).shown()
    assert said.item.quote.exact == "The clerk [clerk] said that 12 files were lost"
    assert said.item.words["speaker"].exact == "The clerk [clerk]"
    assert hurt.item.quote.exact == "The injured were [name] and [name]."
    for shown in (said, hurt):
        everything = repr(shown.item)
        assert not any(
            name in everything for name in ("Ana Bel", "Tor Vint", "Ilo Karr", "Tor", "Karr", "Ana")
        )
    assert hurt.item.interval.low == 2


def test_items_that_a_new_version_has_lost_are_told():
    newer = read_source(source_of(TEXT.replace("12 files", "13 files")))
    assert [item for item, _ in lost_anchors([SAID, HURT], newer)] == [SAID]
