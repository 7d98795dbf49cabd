"""Updates are signed by the promise key of their own log, and are neither a checkpoint nor a promise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.receipt.leaf import cover_leaf, statement_leaf
from amanat.receipt.promise import open_promise, promise_key_name
from amanat.receipt.updates import (
    TAG_BYTES,
    WINDOW_LEAVES,
    Updates,
    format_updates,
    open_updates,
    parse_updates,
    short_tag,
    sign_updates,
    updates_of,
)
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.keys import ED25519, Signer
from amanat.tlog.note import parse_note
from receipt_makers import ORIGIN

SIGNER = Signer(promise_key_name(ORIGIN), ED25519, b"\x20" * 32)
LEAVES = [*(cover_leaf() for _ in range(5)), statement_leaf("An invented statement.")]
UPDATES = updates_of(ORIGIN, size=9, leaves=LEAVES)


@given(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1),
    st.integers(0, 2**40),
    st.lists(st.binary(min_size=TAG_BYTES, max_size=TAG_BYTES), max_size=5),
)
def test_updates_read_what_they_write(origin, first, tags):
    updates = Updates(origin, first, first + len(tags), tuple(tags))
    assert parse_updates(format_updates(updates)) == updates


@given(
    st.text()
    | st.lists(st.text(), min_size=4, max_size=6).map(lambda lines: "\n".join(["amanat-updates/v1", *lines]))
    | st.tuples(st.integers(-1, 3), st.integers(-1, 3), st.sampled_from(["", "AAAAAAAAAAA=", "AAAA"])).map(
        lambda parts: f"amanat-updates/v1\no\n{parts[0]}\n{parts[1]}\n{parts[2]}\n"
    )
)
def test_any_text_is_updates_or_malformed(text):
    try:
        updates = parse_updates(text)
    except Malformed:
        return
    assert format_updates(updates) == text


def test_every_leaf_has_the_start_of_its_tag_in_its_place():
    assert UPDATES.first == 3
    assert UPDATES.tags == tuple(short_tag(leaf) for leaf in LEAVES)
    assert UPDATES.tags[0] == LEAVES[0][16 : 16 + TAG_BYTES]


def test_they_open_for_the_key_of_their_log_alone():
    note = sign_updates(UPDATES, SIGNER)
    assert open_updates(note, SIGNER.verifier) == UPDATES
    other = Signer(SIGNER.name, ED25519, b"\x21" * 32)
    with pytest.raises(Unverified):
        open_updates(note, other.verifier)
    with pytest.raises(Malformed):
        open_updates(note, Signer(promise_key_name("another"), ED25519, b"\x20" * 32).verifier)
    with pytest.raises(ValueError, match="does not sign"):
        sign_updates(UPDATES, Signer("another", ED25519, b"\x20" * 32))


def test_they_are_no_checkpoint_and_no_promise_and_a_full_one_fits_into_a_note():
    note = sign_updates(UPDATES, SIGNER)
    with pytest.raises(Malformed):
        parse_checkpoint(parse_note(note).text)
    with pytest.raises(Malformed):
        open_promise(note, SIGNER.verifier)
    full = updates_of(ORIGIN, size=WINDOW_LEAVES, leaves=[cover_leaf() for _ in range(WINDOW_LEAVES)])
    assert open_updates(sign_updates(full, SIGNER), SIGNER.verifier) == full
    assert len(sign_updates(full, SIGNER)) < 45_000
