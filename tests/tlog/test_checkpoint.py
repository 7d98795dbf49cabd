"""Checkpoints are read strictly: one spelling for each tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.strict import encode_base64
from amanat.tlog.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from tlog.makers import ORIGIN, text_law

ROOT = encode_base64(bytes(32))


def test_a_checkpoint_is_three_lines_and_extensions():
    text = f"{ORIGIN}\n42\n{ROOT}\nfirst\nsecond\n"
    assert parse_checkpoint(text) == Checkpoint(ORIGIN, 42, bytes(32), ("first", "second"))


@pytest.mark.parametrize(
    "size", ["-5", "+7", "0_9", "٣", "07", "", " 7", "7 ", "1e3", "0x1", str(2**63), "9" * 5000]
)
def test_a_size_in_another_spelling_is_refused(size):
    with pytest.raises(Malformed):
        parse_checkpoint(f"{ORIGIN}\n{size}\n{ROOT}\n")


@pytest.mark.parametrize(
    "root", [ROOT[:-1], ROOT[:-2] + "B=", ROOT + " ", ROOT.replace("A", "-", 1), "AAAA", ""]
)
def test_a_root_in_another_spelling_or_length_is_refused(root):
    with pytest.raises(Malformed):
        parse_checkpoint(f"{ORIGIN}\n42\n{root}\n")


@pytest.mark.parametrize(
    "text",
    ["", "\n", f"{ORIGIN}\n42\n", f"{ORIGIN}\n42\n{ROOT}", f"\n42\n{ROOT}\n", f"{ORIGIN}\n42\n{ROOT}\n\n"],
)
def test_missing_and_empty_lines_are_refused(text):
    with pytest.raises(Malformed):
        parse_checkpoint(text)


@given(
    st.text()
    | st.builds(
        lambda size, root, more: f"o\n{size}\n{encode_base64(root)}\n{more}",
        st.integers(-9, 2**64),
        st.binary(min_size=31, max_size=33),
        st.text(alphabet="a\n"),
    )
)
def test_any_text_is_a_checkpoint_or_malformed(text):
    text_law(parse_checkpoint, format_checkpoint, text)
