"""The bands cut a print into all of its bits, once each, and no pair slips between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.matching.layout import SCAN, SCAN_BELOW, Layout, banded, choose_layout, turns
from matching.makers import near_prints, turned

BANDED = [banded(6), banded(20), banded(24), Layout((16,) * 16, (1,) * 16, 16)]
EACH_BIT = np.array(
    [[(1 << bit % 64) if bit // 64 == word else 0 for word in range(4)] for bit in range(256)], np.uint64
)


@pytest.mark.parametrize("layout", BANDED)
def test_each_bit_of_a_print_is_one_bit_of_one_key(layout):
    keys = [layout.keys(EACH_BIT, band) for band in range(layout.bands)]
    assert all((np.bitwise_count(key).sum() == width) for key, width in zip(keys, layout.widths, strict=True))
    assert (sum(np.bitwise_count(key).astype(int) for key in keys) == 1).all()
    assert all(key.max() == 1 << (width - 1) for key, width in zip(keys, layout.widths, strict=True))


@pytest.mark.parametrize("layout", BANDED)
@given(st.integers(0, 31), st.integers(0, 10**8))
def test_bits_spread_at_worst_still_leave_one_band_within_its_radius(layout, distance, rows):
    # The worst spread puts one bit more than its radius into each band; that takes one bit too many.
    radii = layout.radii_for(distance, rows)
    assert sum(radius + 1 for radius in radii) == distance + 1
    assert all(-1 <= radius <= most for radius, most in zip(radii, layout.radii, strict=True))


def test_turns_are_all_masks_of_up_to_so_many_bits_each_once():
    masks = turns(12, 2)
    assert sorted(masks.tolist()) == [mask for mask in range(1 << 12) if mask.bit_count() <= 2]
    assert masks[0] == 0


@pytest.mark.parametrize(
    ("widths", "radii"),
    [
        ((16,) * 15, (1,) * 15),
        ((16,) * 16, (1,) * 15 + (0,)),
        ((16,) * 16, (1,) * 15),
        ((128, 128), (15, 15)),
    ],
)
def test_bands_that_miss_bits_or_pairs_are_refused(widths, radii):
    with pytest.raises(Malformed):
        Layout(widths, radii, 16)


def test_short_lists_are_scanned_and_long_ones_stay_within_400_bytes_a_print():
    assert choose_layout(0) is choose_layout(SCAN_BELOW - 1) is SCAN
    for rows in (SCAN_BELOW, 100_000, 10**6, 10**7, 10**9):
        layout = choose_layout(rows)
        assert 32 + 8 + (2 + 4) * layout.bands + 4 * layout.table_starts()[-1] / rows <= 160


@given(st.integers(4, 24), st.integers(0, 2**32))
def test_of_two_prints_at_most_31_bits_apart_some_band_and_the_next_are_within_the_ring(prefix, seed):
    layout = banded(prefix)
    one = near_prints(40, seed)[:1]
    apart = one ^ turned(one, 31, seed)
    each = [int(np.bitwise_count(layout.keys(apart, band)[0])) for band in range(layout.bands)]
    rings = zip(each, each[1:] + each[:1], layout.radii, layout.radii[1:] + layout.radii[:1], strict=True)
    assert any(own <= radius and own + after <= radius + more + 1 for own, after, radius, more in rings)
