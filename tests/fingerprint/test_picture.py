"""Pictures turned and cut, with the blocks they stand for."""

import numpy as np
import pytest

from amanat.fingerprint.pdq import Pixels
from amanat.fingerprint.picture import ORIENTATIONS, Picture, Turn, trim_bars, turn, whole
from fingerprint.drawing import draw

SCENE = draw("scene", 20, 240, 320, 3)


def barred(top: int = 0, bottom: int = 0, left: int = 0, right: int = 0, colour: int = 0) -> Picture:
    return whole(np.pad(SCENE, ((top, bottom), (left, right), (0, 0)), constant_values=colour))


def trimmed(pixels: Pixels) -> Pixels | None:
    inner = trim_bars(whole(pixels))
    return None if inner is None else inner.pixels


@pytest.mark.parametrize(
    ("how", "corner"),
    [
        (Turn.UPRIGHT, (0, 0)),
        (Turn.ROTATE_90, (0, -1)),
        (Turn.ROTATE_180, (-1, -1)),
        (Turn.ROTATE_270, (-1, 0)),
        (Turn.FLIP_X, (-1, 0)),
        (Turn.FLIP_Y, (0, -1)),
        (Turn.FLIP_PLUS_1, (0, 0)),
        (Turn.FLIP_MINUS_1, (-1, -1)),
    ],
)
def test_each_turn_brings_its_corner_to_the_upper_left(how: Turn, corner: tuple[int, int]) -> None:
    turned = turn(whole(SCENE), how)
    assert (turned.pixels[0, 0] == SCENE[corner]).all()
    sideways = how in (Turn.ROTATE_90, Turn.ROTATE_270, Turn.FLIP_PLUS_1, Turn.FLIP_MINUS_1)
    assert (turned.height, turned.width) == ((320, 240) if sideways else (240, 320))
    assert turned.is_whole


def test_the_eight_turns_are_eight() -> None:
    assert len({turn(whole(SCENE), how).pixels.tobytes() for how in ORIENTATIONS}) == 8


def test_a_small_last_block_comes_first_when_the_picture_is_turned() -> None:
    picture = Picture(SCENE[:3, :2], np.array([0, 4, 8, 9]), np.array([0, 4, 7]))
    turned = turn(picture, Turn.ROTATE_180)
    assert turned.row_edges.tolist() == [0, 1, 5, 9]
    assert turned.column_edges.tolist() == [0, 3, 7]
    assert not turned.is_whole
    assert turn(turned, Turn.ROTATE_180).row_edges.tolist() == [0, 4, 8, 9]


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_bars_of_any_colour_are_cut_to_the_pixel(colour: int) -> None:
    inner = trim_bars(barred(top=30, bottom=12, left=7, colour=colour))
    assert inner is not None
    assert np.array_equal(inner.pixels, SCENE)
    assert (inner.height, inner.width) == (240, 320)


def test_two_bars_may_have_two_colours_and_a_little_noise() -> None:
    noise = draw("noise", 5, 30, 320, 3) // 16
    inner = trimmed(np.vstack([noise, SCENE, 255 - noise]))
    assert inner is not None
    assert np.array_equal(inner, SCENE)


def test_a_picture_without_bars_a_flat_one_and_a_tiny_rest_are_not_trimmed() -> None:
    assert trimmed(SCENE) is None
    assert trimmed(np.zeros((300, 300, 3), np.uint8)) is None
    assert trimmed(np.zeros((1, 1), np.uint8)) is None
    assert trimmed(np.pad(SCENE[:63], ((90, 90), (0, 0), (0, 0)))) is None
    assert trim_bars(barred(top=721)) is None
    assert trim_bars(barred(top=719)) is not None


def test_blocks_are_cut_with_their_pixels() -> None:
    pixels = np.pad(SCENE, ((10, 0), (0, 0), (0, 0)))
    picture = Picture(pixels, np.arange(251) * 4, np.arange(321) * 2)
    inner = trim_bars(picture)
    assert inner is not None
    assert (inner.height, inner.width) == (960, 640)


def test_the_repr_shows_no_pixels() -> None:
    assert "array" not in repr(whole(SCENE))
