"""What is compiled equals the definition bit for bit, on the vectors and on whatever Hypothesis draws."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.fingerprint import pdq as definition
from fingerprint.drawing import draw

fast = pytest.importorskip("amanat.fingerprint.fast")
VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "pdq.json").read_text(encoding="ascii"))


@pytest.mark.parametrize(
    "vector", VECTORS["prints"], ids=lambda vector: f"{vector['pattern']}-{vector['seed']}"
)
def test_compiled_prints_are_those_of_the_vectors(vector: dict[str, Any]) -> None:
    pixels = draw(*(vector[key] for key in ("pattern", "seed", "rows", "columns", "channels")))
    found = fast.pdq(pixels)
    assert (found.print.hex(), found.quality) == (vector["print"], vector["quality"])


@settings(max_examples=40)
@given(
    st.sampled_from(["noise", "flat", "blocks", "waves", "scene"]),
    st.integers(1, 2**31),
    st.integers(1, 200) | st.just(64),
    st.integers(1, 200) | st.just(64),
    st.sampled_from([1, 3]),
)
def test_compiled_equals_the_definition(
    pattern: str, seed: int, rows: int, columns: int, channels: int
) -> None:
    pixels = draw(pattern, seed, rows, columns, channels)
    assert fast.pdq(pixels) == definition.pdq(pixels)


def test_turned_and_cut_views_need_no_copy_by_the_caller() -> None:
    pixels = draw("scene", 41, 150, 210, 3)
    for view in (np.rot90(pixels), pixels[::-1, 5:-7], pixels[..., 0], pixels.swapaxes(0, 1)):
        assert fast.pdq(view) == definition.pdq(view)
