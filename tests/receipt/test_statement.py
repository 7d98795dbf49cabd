import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.receipt.statement import (
    FiguresRelease,
    KeyChange,
    PolicyChange,
    Withdrawal,
    format_statement,
    parse_statement,
)
from amanat.tlog.keys import generate_signer

OLD, NEW = (generate_signer("amanat.example/log").verifier for _ in range(2))
OTHER = generate_signer("other.example/log").verifier
CHANGES = [
    KeyChange("log", "announced", OLD, NEW),
    KeyChange("promise", "retired", OLD, NEW),
    PolicyChange(f"# ours\nlog {OLD}\nquorum none\n"),
    Withdrawal(bytes(range(32))),
    FiguresRelease(7, bytes(range(32))),
]


@pytest.mark.parametrize("statement", CHANGES)
def test_a_statement_is_read_as_it_was_written(statement) -> None:
    assert parse_statement(format_statement(statement)) == statement


@pytest.mark.parametrize("statement", CHANGES)
@given(at=st.integers(0, 400), letter=st.sampled_from("\n x+#é\0"))
def test_a_changed_statement_is_malformed_or_writes_back_to_the_same_text(
    statement, at: int, letter: str
) -> None:
    text = format_statement(statement)
    text = text[:at] + letter + text[at + 1 :]
    law(text)


@given(
    st.text(),
    st.sampled_from(
        ["", "amanat-key-change/v1\n", "amanat-policy/v1\n", "amanat-withdrawal/v1\n", "amanat-figures/v1\n"]
    ),
)
def test_any_text_is_malformed_or_writes_back_to_itself(text: str, first: str) -> None:
    law(first + text)


def law(text: str) -> None:
    try:
        statement = parse_statement(text)
    except Malformed:
        return
    assert format_statement(statement) == text


@pytest.mark.parametrize(
    "change",
    [
        ("witness", "announced", OLD, NEW),
        ("log", "stolen", OLD, NEW),
        ("log", "retired", OLD, OLD),
        ("log", "retired", OLD, OTHER),
    ],
)
def test_what_is_no_change_of_a_key_is_malformed(change) -> None:
    with pytest.raises(Malformed):
        KeyChange(*change)
