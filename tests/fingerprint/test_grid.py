"""The cells of a picture that was made smaller are nearly those of the whole one."""

import numpy as np
import pytest
from PIL import Image

from amanat.fingerprint import pdq as definition
from amanat.fingerprint.compute import picture_pdq
from amanat.fingerprint.grid import blurred_cells
from amanat.fingerprint.pdq import Pixels, pdq
from amanat.fingerprint.picture import ORIENTATIONS, Picture, turn, whole
from amanat.fingerprint.value import distance
from fingerprint.drawing import draw


def hills(seed: int, rows: int, columns: int, channels: int) -> Pixels:
    """Smooth light and dark with a little noise, as in a photograph."""
    random = np.random.default_rng(seed)
    planes = [Image.fromarray(random.integers(0, 256, (23, 17), np.uint8)) for _ in range(channels)]
    grown = np.stack([np.asarray(one.resize((columns, rows), Image.Resampling.BICUBIC)) for one in planes], 2)
    noisy = grown * 0.9 + random.integers(0, 25, grown.shape)
    return noisy.astype(np.uint8).squeeze()


def averaged(pixels: Pixels, block: int) -> Picture:
    rows, columns = (side // block for side in pixels.shape[:2])
    blocks = pixels[: rows * block, : columns * block].reshape(rows, block, columns, block, -1)
    small = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
    return Picture(small.squeeze(), np.arange(rows + 1) * block, np.arange(columns + 1) * block)


@pytest.mark.parametrize("shape", [(65, 200), (300, 257, 3), (90, 64), (700, 129)])
def test_of_whole_pixels_the_cells_are_those_of_the_definition(shape: tuple[int, ...]) -> None:
    pixels = draw("scene", 51, shape[0], shape[1], (len(shape) == 3 and 3) or 1)
    exact = definition._cells(definition._luma(pixels))
    assert np.abs(blurred_cells(whole(pixels)) - exact).max() < 0.01


@pytest.mark.parametrize("seed", [52, 53, 54])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_smaller_copy_has_nearly_the_print_of_the_whole_picture(seed: int, channels: int) -> None:
    pixels = hills(seed, 2048, 1536, channels)
    small = averaged(pixels, 3 if seed == 53 else 2)
    found, exact = picture_pdq(small), pdq(pixels[: small.height, : small.width])
    assert distance(found.print, exact.print) <= 6
    assert abs(found.quality - exact.quality) <= 1


@pytest.mark.parametrize("channels", [1, 3])
def test_the_compiled_sums_are_the_same_bit_for_bit(channels: int) -> None:
    fast = pytest.importorskip("amanat.fingerprint.fast")
    for rows, columns in ((900, 1300), (620, 515)):
        small = averaged(draw("noise", 57, rows, columns, channels), 2)
        assert np.array_equal(blurred_cells(small, fast.weighed), blurred_cells(small))


def test_turned_blocks_have_the_print_of_the_turned_picture() -> None:
    pixels = hills(55, 1200, 1000, 1)
    small = averaged(pixels, 2)
    for how in ORIENTATIONS:
        exact = pdq(turn(whole(pixels), how).pixels)
        assert distance(picture_pdq(turn(small, how)).print, exact.print) <= 6


def test_a_large_file_with_a_side_below_five_pixels_has_no_print() -> None:
    picture = Picture(draw("noise", 1, 4, 600, 1), np.arange(5), np.arange(601) * 2)
    assert picture_pdq(picture) == definition.Pdq(bytes(32), 0)
