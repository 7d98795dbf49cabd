import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Conflict, Malformed
from amanat.sealing.field import FieldAddress, seal_field
from amanat.sealing.padding import pad
from amanat.server.intake import rules
from server.makers import sealed_report


@pytest.mark.parametrize(
    ("state", "kind", "after"),
    [
        ("received", "acknowledged", "acknowledged"),
        ("received", "closed", "closed"),
        ("received", "message", "received"),
        ("acknowledged", "closed", "closed"),
        ("acknowledged", "message", "acknowledged"),
        ("closed", "reopened", "acknowledged"),
        ("closed", "message", "closed"),
        ("received", "assigned", "acknowledged"),
        ("acknowledged", "assigned", "acknowledged"),
        ("closed", "assigned", "closed"),
        ("received", "identity_viewed", "received"),
        ("closed", "content_erased", "erased"),
    ],
)
def test_states_follow_each_other_as_they_may(state: str, kind: str, after: str) -> None:
    assert rules.state_after(state, kind) == after


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("acknowledged", "acknowledged"),
        ("closed", "acknowledged"),
        ("closed", "closed"),
        ("received", "reopened"),
        ("received", "received"),
        ("erased", "message"),
        ("erased", "reopened"),
        ("erased", "content_erased"),
    ],
)
def test_what_cannot_follow_is_a_conflict(state: str, kind: str) -> None:
    with pytest.raises(Conflict):
        rules.state_after(state, kind)


@pytest.mark.parametrize("waits", [True, False])
def test_a_step_that_answers_nobody_leaves_open_who_has_the_next_word(waits: bool) -> None:
    for kind in ("assigned", "identity_viewed"):
        assert rules.waits_after(waits, kind, by_reporter=False) is waits
    assert not rules.waits_after(waits, "message", by_reporter=False)
    assert rules.waits_after(waits, "message", by_reporter=True)


def test_a_real_record_and_a_real_report_are_let_in() -> None:
    _, sent = sealed_report()
    assert rules.check_sealed_report(sent["sealed"]) == sent["sealed"]
    assert rules.check_record(sent["record"], where="record") == sent["record"]


@pytest.mark.parametrize("size", [4096, 16384, 65536, 262144])
def test_records_of_every_padded_size_are_let_in_and_no_other(size: int) -> None:
    sealed = seal_field(bytes(32), FieldAddress("a", "event", "record", "0", 0), pad(bytes(size - 4)))
    assert rules.check_record(sealed, where="record") == sealed
    for other in (sealed + b"x", sealed[:-1]):
        with pytest.raises(Malformed, match="record"):
            rules.check_record(other, where="record")


@given(st.binary(max_size=200))
def test_anything_else_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        rules.check_sealed_report(data)
    with pytest.raises(Malformed):
        rules.check_record(data, where="record")


def test_plain_text_of_the_right_size_is_refused() -> None:
    with pytest.raises(Malformed):
        rules.check_sealed_report(b"my name is".ljust(5000))
    with pytest.raises(Malformed):
        rules.check_record(b"my name is".ljust(4096 + 43), where="record")


def test_an_invented_answer_looks_like_a_record_and_is_always_the_same() -> None:
    one, other = bytes(16), bytes(15) + b"\1"
    invented = rules.invented_record(b"secret", one)
    assert rules.check_record(invented, where="record") == invented
    assert invented == rules.invented_record(b"secret", one)
    assert invented != rules.invented_record(b"secret", other)
    assert invented != rules.invented_record(b"another", one)
    assert len(bytes.fromhex(rules.invented_report_id(b"secret", one))) == 16
    assert rules.invented_report_id(b"secret", one) != rules.invented_report_id(b"secret", other)
