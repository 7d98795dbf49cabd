"""The definition against the published code itself, where that is installed (`amanat[bench]`).

Without it the vectors stand in: they were checked against it, and `test_pdq.py` holds us to them.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.fingerprint.pdq import Pixels, pdq
from fingerprint.drawing import draw

pdqhash = pytest.importorskip("pdqhash")


def published(pixels: Pixels) -> tuple[bytes, int]:
    cube = np.stack([pixels] * 3, axis=2) if pixels.ndim == 2 else pixels
    bits, quality = pdqhash.compute(np.ascontiguousarray(cube))
    return np.packbits(bits.astype(np.uint8)).tobytes(), quality


@settings(max_examples=60)
@given(
    st.sampled_from(["noise", "flat", "blocks", "waves", "scene"]),
    st.integers(1, 2**31),
    st.integers(5, 300) | st.just(64),
    st.integers(5, 300) | st.just(64),
    st.sampled_from([1, 3]),
)
def test_the_same_pixels_have_the_published_print(
    pattern: str, seed: int, rows: int, columns: int, channels: int
) -> None:
    pixels = draw(pattern, seed, rows, columns, channels)
    found = pdq(pixels)
    assert (found.print, found.quality) == published(pixels)
