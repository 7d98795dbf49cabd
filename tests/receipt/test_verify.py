"""A receipt verifies by the policy's keys alone, and fails when any one thing in it is not so."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from amanat.errors import Malformed, Unverified
from amanat.receipt.leaf import statement_leaf
from amanat.receipt.opening import Opening
from amanat.receipt.receipt import format_receipt
from amanat.receipt.verify import verify_receipt, verify_side_by_side
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import ED25519, Signer
from amanat.tlog.policy import parse_policy
from amanat.tlog.window import DatedPolicy, Window
from receipt_makers import (
    AMNA,
    LOG,
    NOON,
    ORIGIN,
    PAYLOAD,
    POLICY,
    WITNESSES,
    Making,
    header,
    policy_text,
    witness,
)


def changed(making: Making, **changes) -> bytes:
    """The receipt with parts of its opening changed."""
    receipt = making.receipt()
    return format_receipt(
        dataclasses.replace(receipt, opening=dataclasses.replace(receipt.opening, **changes))
    )


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_receipt_shows_what_its_level_shows(level):
    making = Making(level=level)
    verdict = verify_receipt(making.bytes(), POLICY)
    assert (verdict.level, verdict.origin, verdict.index, verdict.size) == (level, ORIGIN, 6, 11)
    assert verdict.leaf_hash == leaf_hash(making.leaf())
    assert verdict.witnesses == ("w1", "w2", "w3", "w4")
    assert verdict.header == (header() if level >= 2 else None)
    assert verdict.payload == (PAYLOAD if level >= 3 else None)
    assert verdict.challenge == (making.challenge if level == 4 else None)


@pytest.mark.parametrize(("size", "index"), [(1, 0), (2, 1), (7, 6), (8, 0), (255, 254), (257, 256)])
def test_a_receipt_holds_anywhere_in_a_tree(size, index):
    assert verify_receipt(Making(size=size, index=index).bytes(), POLICY).index == index


def test_an_event_after_the_first_can_be_shown_up_to_its_words():
    for level in (1, 2, 3):
        verdict = verify_receipt(Making(level=level, seq=1).bytes(), POLICY)
        assert verdict.header is None or verdict.header.kind == "acknowledged"
    with pytest.raises(Malformed):
        verify_receipt(Making(level=4, seq=1).bytes(), POLICY)


def test_in_the_log_by_is_when_the_quorum_was_complete():
    times = ((1, 4000), (2, 1000), (3, 3000), (4, 2000))
    verdict = verify_receipt(Making(times=times).bytes(), POLICY)
    assert verdict.in_log_by == datetime.fromtimestamp(3000, UTC)


def test_three_of_four_witnesses_are_enough_and_two_are_not():
    three = Making(times=((1, 1000), (3, 2000), (4, 3000)))
    assert verify_receipt(three.bytes(), POLICY).witnesses == ("w1", "w3", "w4")
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_receipt(dataclasses.replace(three, times=three.times[:2]).bytes(), POLICY)


def test_without_a_quorum_in_the_policy_nobody_bounds_the_time():
    verdict = verify_receipt(Making().bytes(), parse_policy(policy_text(threshold=0)))
    assert verdict.in_log_by is None
    assert verdict.witnesses == ()


def test_a_receipt_of_an_unknown_log_fails():
    stranger = Signer("other.example/log", ED25519, b"\x10" * 32)
    with pytest.raises(Unverified, match="does not know this log"):
        verify_receipt(Making(log=stranger).bytes(), POLICY)


def test_a_receipt_by_another_key_under_the_log_s_name_fails():
    with pytest.raises(Unverified):
        verify_receipt(Making(log=Signer(ORIGIN, ED25519, b"\x66" * 32)).bytes(), POLICY)


def test_a_known_witness_with_a_wrong_signature_rejects_the_receipt():
    receipt = Making().receipt()
    text, _, lines = receipt.checkpoint_note.decode().rpartition("\n\n")
    fourth = next(line for line in lines.splitlines() if "witness4" in line)
    other = Making(size=12).receipt().checkpoint_note.decode()
    wrong = next(line for line in other.splitlines() if "witness4" in line)
    note = f"{text}\n\n{lines}".replace(fourth, wrong).encode()
    with pytest.raises(Unverified):
        verify_receipt(format_receipt(dataclasses.replace(receipt, checkpoint_note=note)), POLICY)


def test_lines_by_strangers_are_ignored():
    receipt = Making().receipt()
    stranger = "— stranger.example AAAAAAAAAAAAAAAA\n".encode()
    note = receipt.checkpoint_note + stranger
    assert (
        verify_receipt(format_receipt(dataclasses.replace(receipt, checkpoint_note=note)), POLICY).level == 3
    )


def test_the_same_witness_twice_counts_once():
    receipt = Making(times=((1, 1000), (2, 2000))).receipt()
    again = next(line for line in receipt.checkpoint_note.splitlines(keepends=True) if b"witness1" in line)
    note = receipt.checkpoint_note + again
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_receipt(format_receipt(dataclasses.replace(receipt, checkpoint_note=note)), POLICY)


def test_a_receipt_fails_when_one_hash_is_changed():
    receipt = Making().receipt()
    for number in range(len(receipt.hashes)):
        hashes = list(receipt.hashes)
        hashes[number] = bytes(32)
        with pytest.raises(Unverified, match="root"):
            verify_receipt(format_receipt(dataclasses.replace(receipt, hashes=tuple(hashes))), POLICY)


@pytest.mark.parametrize(
    "change", [lambda hashes: hashes[:-1], lambda hashes: (*hashes, bytes(32)), lambda hashes: hashes[::-1]]
)
def test_a_receipt_fails_when_the_path_is_cut_longer_or_turned_round(change):
    receipt = Making().receipt()
    with pytest.raises(Unverified):
        verify_receipt(format_receipt(dataclasses.replace(receipt, hashes=change(receipt.hashes))), POLICY)


@pytest.mark.parametrize("index", [0, 5, 7, 10, 11, 2**63 - 1])
def test_a_receipt_fails_at_another_index(index):
    receipt = Making().receipt()
    with pytest.raises(Unverified):
        verify_receipt(format_receipt(dataclasses.replace(receipt, index=index)), POLICY)


def test_a_receipt_fails_with_another_leaf():
    with pytest.raises(Unverified, match="root"):
        verify_receipt(changed(Making(level=1), leaf=Making(seq=1).leaf()), POLICY)


def test_a_receipt_fails_when_the_salt_is_changed():
    with pytest.raises(Unverified, match="commits to something else"):
        verify_receipt(changed(Making(), salt=bytes(32)), POLICY)


def test_a_receipt_fails_when_the_header_is_changed():
    back_dated = dataclasses.replace(header(), claimed_time=NOON.replace(year=2025))
    with pytest.raises(Unverified, match="commits to something else"):
        verify_receipt(changed(Making(level=2), header=back_dated), POLICY)


def test_a_receipt_fails_when_the_words_are_changed():
    with pytest.raises(Unverified, match="words"):
        verify_receipt(changed(Making(), payload={**PAYLOAD, "text": "Nothing happened."}), POLICY)


def test_a_receipt_fails_when_the_digest_is_changed():
    with pytest.raises(Unverified):
        verify_receipt(changed(Making(level=2), payload_digest=bytes(32)), POLICY)


def test_level_4_holds_for_the_challenge_that_was_asked():
    making = Making(level=4)
    assert verify_receipt(making.bytes(), POLICY, challenge=making.challenge).challenge == making.challenge
    with pytest.raises(Unverified, match="challenge"):
        verify_receipt(making.bytes(), POLICY, challenge="Another question")


def test_a_stolen_receipt_does_not_answer_a_challenge():
    for asked in ("Is this yours?", ""):
        with pytest.raises(Unverified, match="challenge"):
            verify_receipt(Making(level=3).bytes(), POLICY, challenge=asked)


def test_a_signature_over_another_challenge_or_by_another_author_fails():
    making = Making(level=4)
    with pytest.raises(Unverified, match="signature"):
        verify_receipt(changed(making, challenge="Another question"), POLICY)
    with pytest.raises(Unverified, match="signature"):
        verify_receipt(dataclasses.replace(making, author_seed=b"\x77" * 32).bytes(), POLICY)


def test_a_public_statement_can_be_shown_at_level_1():
    class Statement(Making):
        def leaf(self):
            return statement_leaf("The log begins.")

        def opening(self):
            return Opening(1, self.leaf())

    assert verify_receipt(Statement().bytes(), POLICY).level == 1


def test_keys_are_never_taken_from_the_receipt():
    strangers = tuple(
        dataclasses.replace(item, seed=bytes([9, number]) * 16) for number, item in enumerate(WITNESSES)
    )
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_receipt(Making().bytes(), parse_policy(policy_text(witnesses=strangers)))


OLD_LOG = Signer(ORIGIN, ED25519, b"\x66" * 32)
NEW, OLD = (DatedPolicy(parse_policy(policy_text(log=log))) for log in (LOG, OLD_LOG))
PROVEN = datetime(2026, 3, 4, 12, 3, tzinfo=UTC)


def test_a_receipt_from_before_a_change_of_keys_holds_under_the_policy_of_its_time():
    for making, number in ((Making(), 0), (Making(log=OLD_LOG), 1)):
        found, verdict = verify_side_by_side(making.bytes(), [NEW, OLD])
        assert (found, verdict.level) == (number, 3)


def test_a_receipt_that_holds_under_no_policy_is_told_why_for_each():
    with pytest.raises(Unverified, match="none of the 2") as found:
        verify_side_by_side(Making(times=()).bytes(), [NEW, OLD])
    assert "Policy 1: checkpoint: not yet witnessed" in found.value.hint
    assert "Policy 2: checkpoint: the log did not sign" in found.value.hint
    with pytest.raises(Malformed):
        verify_side_by_side(b"no receipt", [NEW, OLD])
    with pytest.raises(Unverified, match="did not sign"):
        verify_side_by_side(Making().bytes(), [OLD])


def test_a_policy_does_not_vouch_for_another_time_than_its_own():
    for since, until in ((PROVEN, PROVEN), (None, PROVEN), (PROVEN, None)):
        assert verify_receipt(Making().bytes(), POLICY, window=Window(since, until)).in_log_by == PROVEN
    second = timedelta(seconds=1)
    for window in (Window(PROVEN + second), Window(None, PROVEN - second)):
        with pytest.raises(Unverified, match="another time"):
            verify_receipt(Making().bytes(), POLICY, window=window)
        both = [DatedPolicy(POLICY, window), NEW]
        assert verify_side_by_side(Making().bytes(), both)[0] == 1
    with pytest.raises(Unverified, match="no witness says when"):
        verify_receipt(Making().bytes(), parse_policy(policy_text(threshold=0)), window=Window(PROVEN))


def test_the_makers_are_who_they_say():
    assert witness(1) == WITNESSES[0]
    assert AMNA.author_public == header().author_pk
