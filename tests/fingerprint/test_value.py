"""Prints as arrays, as text and as values."""

import base64

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.fingerprint.value import (
    Fingerprint,
    Kind,
    distance,
    distances,
    format_base64,
    format_fingerprint,
    format_hex,
    join_prints,
    parse_base64,
    parse_fingerprint,
    parse_hex,
    popcounts,
    split_prints,
)

PRINT = st.binary(min_size=32, max_size=32)
ROW = bytes(range(32))


def test_word_k_of_a_row_is_bytes_8k_to_8k_plus_8_big_endian() -> None:
    row = split_prints(ROW)
    assert row.dtype == np.uint64
    assert row.shape == (1, 4)
    assert [int(word) for word in row[0]] == [
        0x0001020304050607,
        0x08090A0B0C0D0E0F,
        0x1011121314151617,
        0x18191A1B1C1D1E1F,
    ]


@given(st.lists(PRINT, max_size=5))
def test_rows_go_to_bytes_hex_and_base64_and_back(rows: list[bytes]) -> None:
    prints = split_prints(b"".join(rows))
    assert prints.shape == (len(rows), 4)
    assert join_prints(prints) == b"".join(rows)
    assert format_hex(prints) == [row.hex() for row in rows]
    assert format_base64(prints) == [base64.b64encode(row).decode() for row in rows]
    assert (parse_hex(format_hex(prints)) == prints).all()
    assert (parse_base64(format_base64(prints)) == prints).all()


@given(PRINT, PRINT)
def test_the_distance_is_the_number_of_bits_that_differ(left: bytes, right: bytes) -> None:
    expected = bin(int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).count("1")
    rows = split_prints(left + right)
    assert distance(left, right) == expected
    assert distances(rows, rows[1]).tolist() == [expected, 0]
    assert distances(rows[:, None], rows).tolist() == [[0, expected], [expected, 0]]
    assert popcounts(rows).tolist() == [int.from_bytes(row, "big").bit_count() for row in (left, right)]


def test_the_farthest_two_prints_are_256_bits_apart() -> None:
    rows = split_prints(b"\x00" * 32 + b"\xff" * 32)
    assert distances(rows[0], rows[1]) == 256
    assert popcounts(rows).tolist() == [0, 256]


def test_prints_of_different_lengths_have_no_distance() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        distance(b"a", b"ab")


@pytest.mark.parametrize(
    "text", ["", "00" * 31, "00" * 33, "0" * 63, "AA" * 32, "00" * 32 + "\n", "zz" * 32, " " * 64]
)
def test_hex_that_is_not_64_lower_case_characters_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_hex([text])


def test_upper_case_is_read_only_where_asked_and_never_written() -> None:
    assert format_hex(parse_hex(["AB" * 32], any_case=True)) == ["ab" * 32]
    with pytest.raises(Malformed):
        parse_hex(["\u212a" + "a" * 63], any_case=True)


@pytest.mark.parametrize(
    "text", ["", "AAAA", base64.b64encode(ROW).decode().rstrip("="), base64.b64encode(ROW).decode() + "\n"]
)
def test_base64_that_is_not_canonical_or_not_32_bytes_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_base64([text])


def test_a_torn_row_is_refused() -> None:
    with pytest.raises(Malformed):
        split_prints(b"\x00" * 33)


@given(st.sampled_from(Kind), st.text(max_size=70) | st.binary(max_size=64).map(bytes.hex), st.booleans())
def test_any_text_is_a_fingerprint_that_formats_back_or_malformed(
    kind: Kind, text: str, any_case: bool
) -> None:
    try:
        value = parse_fingerprint(kind, text, any_case=any_case)
    except Malformed:
        return
    again = format_fingerprint(value)
    assert again == (text if kind.opaque or not any_case else text.lower())
    assert parse_fingerprint(kind, again) == value


@pytest.mark.parametrize(
    ("kind", "bits"),
    [("pdq", 256), ("sha256", 256), ("sha1", 160), ("md5", 128), ("vpdq", None), ("pdna", None)],
)
def test_each_kind_has_its_length(kind: str, bits: int | None) -> None:
    assert Kind(kind).bits == bits
    if bits:
        assert Fingerprint(Kind(kind), bytes(bits // 8)).kind == kind
        with pytest.raises(Malformed):
            Fingerprint(Kind(kind), bytes(bits // 8 + 1))


@pytest.mark.parametrize("data", [b"", b"\x00" * 33])
def test_a_vpdq_print_is_one_or_more_whole_prints(data: bytes) -> None:
    with pytest.raises(Malformed):
        Fingerprint(Kind.VPDQ, data)


@pytest.mark.parametrize("text", ["", "two words", "a\n", "é", "\x7f"])
def test_an_opaque_print_is_one_word_of_printable_ascii(text: str) -> None:
    with pytest.raises(Malformed):
        parse_fingerprint(Kind.PDNA, text)


@pytest.mark.parametrize("kind", Kind)
def test_the_repr_of_a_fingerprint_shows_none_of_its_bytes(kind: Kind) -> None:
    value = parse_fingerprint(kind, "ab" * ((kind.bits or 256) // 8))
    assert "ab" not in repr(value).replace("opaque", "")
    assert kind.name in repr(value)
