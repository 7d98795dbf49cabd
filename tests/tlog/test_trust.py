"""A checkpoint is believed by the policy's keys alone, and its time is the earliest a quorum vouches for."""

from datetime import UTC, datetime

import pytest

from amanat.errors import Malformed, Unverified
from amanat.tlog.cosignature import cosign
from amanat.tlog.note import (
    COSIGNATURE,
    Note,
    Signature,
    Signer,
    Verifier,
    add_signatures,
    format_note,
    parse_note,
    sign_note,
)
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.trust import check_signatures, verify_checkpoint
from tlog.makers import EAST, LOG, NORTH, NORTH_PQ, ORIGIN, SOUTH, SOUTH_PQ, WEST, entries, signed, signer

KEYS = {"n": NORTH, "s": SOUTH, "e": EAST, "w": WEST}
LINES = "".join(f"witness {name} {key.verifier}\n" for name, key in KEYS.items())
NOTE = parse_note(signed(entries(5)))


def policy(quorum: str = "group g 3 n s e w\nquorum g\n") -> Policy:
    return parse_policy(f"log {LOG.verifier}\n{LINES}{quorum}")


def seen(times: dict[str, int], note: Note = NOTE) -> bytes:
    """The checkpoint cosigned by these witnesses at these seconds."""
    lines = [cosign(note.text, KEYS[name], time) for name, time in times.items()]
    return format_note(add_signatures(note, lines))


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_quorum_makes_a_checkpoint_believed():
    result = verify_checkpoint(seen({"n": 30, "s": 10, "w": 20}), policy())
    assert (result.checkpoint.origin, result.checkpoint.size) == (ORIGIN, 5)
    assert result.witnesses == {"n": at(30), "s": at(10), "w": at(20)}
    assert result.in_log_by == at(30)


def test_the_time_is_the_earliest_at_which_the_quorum_was_reached():
    assert verify_checkpoint(seen({"n": 40, "s": 10, "e": 30, "w": 20}), policy()).in_log_by == at(30)
    assert verify_checkpoint(seen({"n": 40, "s": 10}), policy("quorum n\n")).in_log_by == at(40)
    assert verify_checkpoint(seen({"n": 40, "s": 10}), policy("group g any n s\nquorum g\n")).in_log_by == at(
        10
    )


def test_without_a_quorum_it_is_not_yet_witnessed():
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_checkpoint(seen({"n": 1, "s": 2}), policy())
    result = check_signatures(seen({"n": 1, "s": 2}), policy())
    assert result.in_log_by is None
    assert set(result.witnesses) == {"n", "s"}


def test_quorum_none_gives_no_time():
    result = verify_checkpoint(seen({"n": 1}), policy("quorum none\n"))
    assert result.in_log_by is None
    assert result.witnesses == {"n": at(1)}


def test_lines_by_strangers_are_ignored_and_the_logs_line_may_be_the_last():
    stranger = cosign(NOTE.text, signer("dan.example", COSIGNATURE), 1)
    note = parse_note(seen({"n": 1, "s": 2, "e": 3}))
    mixed = Note(note.text, (stranger, *reversed(note.signatures)))
    assert verify_checkpoint(format_note(mixed), policy()).in_log_by == at(3)


def test_a_known_witness_with_a_bad_line_rejects_even_when_the_others_suffice():
    bad = Signature(WEST.name, WEST.verifier.key_id, bytes(72))
    note = add_signatures(parse_note(seen({"n": 1, "s": 2, "e": 3})), [bad])
    with pytest.raises(Unverified):
        verify_checkpoint(format_note(note), policy())


def test_one_witness_with_two_lines_counts_once_at_its_first_time():
    twice = (cosign(NOTE.text, NORTH, 9), cosign(NOTE.text, NORTH, 4), cosign(NOTE.text, SOUTH, 5))
    note = format_note(Note(NOTE.text, (*NOTE.signatures, *twice)))
    assert check_signatures(note, policy()).witnesses == {"n": at(4), "s": at(5)}
    with pytest.raises(Unverified):
        verify_checkpoint(note, policy())


def test_a_log_that_the_policy_does_not_know_is_refused_whatever_it_carries():
    with pytest.raises(Unverified, match="does not know"):
        verify_checkpoint(signed(entries(5), signer("dan.example/log")), policy("quorum none\n"))


def test_another_key_under_the_logs_name_is_refused():
    impostor = Signer(ORIGIN, LOG.kind, bytes(32))
    with pytest.raises(Unverified, match="did not sign"):
        verify_checkpoint(signed(entries(5), impostor), policy("quorum none\n"))


def test_one_log_cannot_sign_for_another():
    other = signer("other.example/log")
    both = parse_policy(f"log {LOG.verifier}\nlog {other.verifier}\nquorum none\n")
    note = sign_note(NOTE.text, other)
    with pytest.raises(Unverified, match="did not sign"):
        verify_checkpoint(note, both)


def test_a_changed_size_root_or_origin_is_refused():
    data = seen({"n": 1, "s": 2, "e": 3})
    for old, new in ((b"\n5\n", b"\n6\n"), (NOTE.text.split("\n")[2].encode(), b"A" * 43 + b"=")):
        with pytest.raises(Unverified):
            verify_checkpoint(data.replace(old, new), policy())


def test_a_log_may_change_its_key_while_both_are_in_the_policy():
    new = Signer(ORIGIN, LOG.kind, bytes(range(32)))
    both = parse_policy(f"log {LOG.verifier}\nlog {new.verifier}\nquorum none\n")
    assert verify_checkpoint(signed(entries(5), new), both).checkpoint.size == 5
    assert verify_checkpoint(signed(entries(5)), both).checkpoint.size == 5


def test_a_witness_with_a_key_of_another_type_is_tolerated_and_never_counts():
    later = Verifier("later.example", 0x07, bytes(range(1, 200)))
    line = Signature(later.name, later.key_id, bytes(2428))
    note = format_note(add_signatures(NOTE, [line]))
    base = f"log {LOG.verifier}\nwitness x {later}\n"
    assert verify_checkpoint(note, parse_policy(f"{base}quorum none\n")).witnesses == {}
    with pytest.raises(Unverified):
        verify_checkpoint(note, parse_policy(f"{base}quorum x\n"))


PQ = parse_policy(
    f"log {LOG.verifier}\nwitness n {NORTH_PQ.verifier}\nwitness s {SOUTH.verifier}\n"
    f"witness e {EAST.verifier}\ngroup g 2 n s e\nquorum g\n"
)


def cosigned(*lines: Signature, text: str = NOTE.text) -> bytes:
    return format_note(add_signatures(parse_note(sign_note(text, LOG)), lines))


def test_an_ml_dsa_cosignature_counts_beside_one_of_ed25519():
    text = NOTE.text
    both = cosigned(cosign(text, NORTH_PQ, 20), cosign(text, SOUTH, 10))
    result = verify_checkpoint(both, PQ)
    assert (result.witnesses, result.in_log_by) == ({"n": at(20), "s": at(10)}, at(20))
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_checkpoint(cosigned(cosign(text, NORTH_PQ, 20)), PQ)


def test_a_line_by_the_other_key_of_a_witness_is_that_of_a_stranger():
    text = NOTE.text
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_checkpoint(cosigned(cosign(text, NORTH_PQ, 20), cosign(text, NORTH, 20)), PQ)
    bad = Signature(SOUTH_PQ.name, SOUTH_PQ.verifier.key_id, bytes(2428))
    assert verify_checkpoint(cosigned(cosign(text, NORTH_PQ, 20), cosign(text, SOUTH, 10), bad), PQ)


def test_a_bad_ml_dsa_line_by_a_known_witness_rejects_even_when_the_others_suffice():
    good = [cosign(NOTE.text, key, 10) for key in (SOUTH, EAST)]
    bad = cosign(NOTE.text.replace("\n5\n", "\n6\n"), NORTH_PQ, 10)
    with pytest.raises(Unverified, match="does not hold"):
        verify_checkpoint(cosigned(*good, bad), PQ)


def test_an_ml_dsa_cosignature_of_time_0_does_not_count_and_an_earlier_one_does_not_hide_a_later():
    text, zero = NOTE.text, cosign(NOTE.text, NORTH_PQ, 0)
    with pytest.raises(Unverified, match="not yet witnessed"):
        verify_checkpoint(cosigned(zero, cosign(text, SOUTH, 10)), PQ)
    lines = [*NOTE.signatures, zero, cosign(text, NORTH_PQ, 30), cosign(text, SOUTH, 10)]
    assert verify_checkpoint(format_note(Note(text, tuple(lines))), PQ).in_log_by == at(30)


def test_extension_lines_may_be_there_and_are_vouched_for_by_no_ml_dsa_cosignature():
    longer = f"{NOTE.text}more\n"
    lines = [cosign(NOTE.text, NORTH_PQ, 20), cosign(longer, SOUTH, 10)]
    assert verify_checkpoint(cosigned(*lines, text=longer), PQ).checkpoint.extensions == ("more",)
    with pytest.raises(Unverified):
        verify_checkpoint(cosigned(lines[0], cosign(NOTE.text, SOUTH, 10), text=longer), PQ)


def test_a_time_that_no_calendar_has_is_unverified():
    with pytest.raises(Unverified):
        verify_checkpoint(seen({"n": 2**63 - 1}), policy("quorum n\n"))


def test_what_is_no_checkpoint_is_malformed():
    for data in (b"", b"text\n", sign_note(f"amanat-promise/v1\n{ORIGIN}\nx\n", LOG)):
        with pytest.raises(Malformed):
            verify_checkpoint(data, policy("quorum none\n"))
