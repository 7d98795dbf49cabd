"""A segment reads back as it was written, maps at once, and any other bytes are refused."""

import hashlib
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, NotFound
from amanat.matching.layout import SCAN, banded
from amanat.matching.segment import PAGE_BYTES, Header, check_segment, open_segment, write_segment
from amanat.strict import canonical_json
from matching.makers import random_prints

DIGESTS = st.lists(st.binary(min_size=32, max_size=32), min_size=5, max_size=5).map(tuple)
LAYOUTS = st.sampled_from([SCAN, *map(banded, range(4, 25))])
HEADERS = st.builds(Header, st.integers(0, 2**32 - 1), LAYOUTS, DIGESTS)
FIELDS = st.sampled_from(["rows", "bands", "prefix", "sha256", "x"])
LEAVES = st.none() | st.booleans() | st.integers(-9, 2**40) | st.text(max_size=5)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=17) | st.dictionaries(FIELDS, inner), max_leaves=20
)


@pytest.fixture
def written(tmp_path):
    """A segment of so many rows, and its bytes."""

    def write(count: int):
        path = tmp_path / f"segment-{count}"
        with path.open("wb") as file:
            write_segment(file, random_prints(count), np.arange(count, dtype=np.uint64) * 3)
        return path

    return write


@pytest.mark.parametrize("count", [0, 1, 100, 5_000])
def test_what_was_written_is_mapped(written, count):
    path = written(count)
    segment = open_segment(path)
    assert np.array_equal(segment.bands.prints, random_prints(count))
    assert segment.entries.tolist() == [row * 3 for row in range(count)]
    assert segment.bands.search(random_prints(count)[:3]).row.tolist() == list(range(min(count, 3)))
    assert check_segment(path).rows == count


@given(HEADERS)
def test_a_first_page_reads_back_to_the_same_bytes(header):
    page = header.format()
    assert Header.parse(page) == header
    assert Header.parse(page).format() == page


@given(HEADERS, st.integers(0, PAGE_BYTES * 8 - 1))
def test_a_first_page_with_one_bit_turned_is_refused(header, bit):
    page = bytearray(header.format())
    page[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Malformed):
        Header.parse(bytes(page))


@given(st.binary(max_size=PAGE_BYTES + 1))
def test_other_bytes_are_no_first_page(data):
    with pytest.raises(Malformed):
        Header.parse(data)


@given(VALUES)
def test_a_first_page_with_a_right_checksum_over_wrong_fields_is_refused(value):
    text = canonical_json(value)[: PAGE_BYTES - 60]
    page = (b"amanat index v2\n" + len(text).to_bytes(4, "big") + text).ljust(PAGE_BYTES - 32, b"\0")
    with pytest.raises(Malformed):
        Header.parse(page + hashlib.sha256(page).digest())


@pytest.mark.parametrize("change", [-1, 1, -PAGE_BYTES])
def test_a_file_that_is_cut_short_or_too_long_is_refused(written, change):
    path = written(100)
    data = path.read_bytes()
    path.write_bytes(data[:change] if change < 0 else data + b"\0")
    with pytest.raises(Malformed, match="cut short"):
        open_segment(path)


def test_a_byte_changed_in_any_section_is_found_by_the_check(written):
    path = written(5_000)
    data = path.read_bytes()
    with path.open("rb") as file:
        places = Header.parse(file.read(PAGE_BYTES)).places()
    for end in places[1:]:
        wrong = bytearray(data)
        wrong[end - 1] ^= 1
        path.write_bytes(wrong)
        with pytest.raises(Malformed, match="section"):
            check_segment(path)


def test_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        open_segment(tmp_path / "segment-0")


def test_a_segment_cut_short_while_it_was_written_has_no_first_page():
    class Full(io.BytesIO):
        def seek(self, *_arguments: int) -> int:
            raise OSError("no space left")

    file = Full()
    with pytest.raises(OSError, match="no space"):
        write_segment(file, random_prints(3), np.arange(3, dtype=np.uint64))
    with pytest.raises(Malformed):
        Header.parse(file.getvalue()[:PAGE_BYTES])
