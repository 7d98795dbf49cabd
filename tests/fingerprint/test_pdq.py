"""The definition of PDQ against the vectors, against values worked out by hand, and its edges."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from amanat.fingerprint import pdq as definition
from amanat.fingerprint.pdq import pdq
from amanat.strict import encode_base64
from fingerprint.drawing import draw

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "pdq.json").read_text(encoding="ascii"))


def drawn(vector: dict[str, Any]) -> definition.Pixels:
    return draw(*(vector[key] for key in ("pattern", "seed", "rows", "columns", "channels")))


def digest(values: Any) -> str:
    return hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()


@pytest.mark.parametrize(
    "vector", VECTORS["prints"], ids=lambda vector: f"{vector['pattern']}-{vector['seed']}"
)
def test_every_step_is_that_of_the_vectors(vector: dict[str, Any]) -> None:
    pixels = drawn(vector)
    assert hashlib.sha256(pixels.tobytes()).hexdigest() == vector["pixels_sha256"]
    if "luma_sha256" in vector:
        luma = definition._luma(pixels)
        cells = definition._cells(luma)
        assert digest(luma) == vector["luma_sha256"]
        assert digest(cells) == vector["cells_sha256"]
        assert encode_base64(definition._dct(cells).astype("<f4").tobytes()) == vector["coefficients"]
    found = pdq(pixels)
    assert (found.print.hex(), found.quality) == (vector["print"], vector["quality"])


def test_the_table_is_that_of_the_vectors_and_rows_are_orthonormal() -> None:
    table = definition.cosines()
    assert encode_base64(table.astype("<f4").tobytes()) == VECTORS["cosines"]
    assert np.allclose(table @ table.T, np.eye(16), atol=1e-6)


@pytest.mark.parametrize(
    ("side", "width"), [(1, 1), (128, 1), (129, 2), (256, 2), (257, 3), (512, 4), (4000, 32)]
)
def test_the_window_is_half_a_cell_rounded_up(side: int, width: int) -> None:
    assert definition.window(side) == width


def test_the_box_averages_what_it_covers_and_is_cellser_at_the_ends() -> None:
    column = np.arange(16, dtype=np.float32)[:, None]
    seven = [(0 + 1 + 2 + 3) / 4, (0 + 1 + 2 + 3 + 4) / 5, (0 + 1 + 2 + 3 + 4 + 5) / 6, 3, 4, 5]
    assert definition._box_down(column, 7)[:6, 0].tolist() == seven
    assert definition._box_down(column, 7)[-1, 0] == (12 + 13 + 14 + 15) / 4
    assert definition._box_down(column, 1)[:, 0].tolist() == list(range(16))


def test_grey_has_one_print_whether_in_one_channel_or_three() -> None:
    grey = draw("scene", 31, 300, 200, 1)
    assert pdq(np.stack([grey] * 3, axis=2)) == pdq(grey)


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (4, 1000), (1000, 4), (1, 1)])
def test_a_side_below_five_pixels_has_no_print(rows: int, columns: int) -> None:
    assert pdq(draw("noise", 1, rows, columns, 3)) == definition.Pdq(bytes(32), 0)


def test_half_of_the_bits_of_a_picture_are_set() -> None:
    assert int.from_bytes(pdq(draw("scene", 32, 300, 400, 3)).print, "big").bit_count() == 128


def test_the_repr_hides_the_print() -> None:
    found = pdq(draw("scene", 33, 90, 90, 3))
    assert found.print.hex()[:6] not in repr(found)
    assert str(found.quality) in repr(found)
