"""The eight orientations and the picture without its bars."""

import json
from pathlib import Path

import numpy as np
import pytest

from amanat.fingerprint.pdq import Pixels, pdq
from amanat.fingerprint.value import distance
from amanat.fingerprint.variants import ORIENTATIONS, Variant, orient, trim_bars, variants
from fingerprint.drawing import draw

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "pdq.json").read_text(encoding="ascii"))
SCENE = draw("scene", 20, 240, 320, 3)


def barred(top: int = 0, bottom: int = 0, left: int = 0, right: int = 0, colour: int = 0) -> Pixels:
    return np.pad(SCENE, ((top, bottom), (left, right), (0, 0)), constant_values=colour)


def test_the_orientations_are_those_of_the_vectors() -> None:
    expected = VECTORS["orientations"]["prints"]
    found = dict(variants(SCENE, oriented=True, trimmed=False))
    assert {
        turn.value: {"print": one.print.hex(), "quality": one.quality} for turn, one in found.items()
    } == expected


def test_a_turned_copy_is_found_by_the_orientation_that_turns_it_back() -> None:
    upright = pdq(SCENE).print
    back = {Variant.ROTATE_90: Variant.ROTATE_270, Variant.ROTATE_270: Variant.ROTATE_90}
    for turn in ORIENTATIONS:
        found = dict(variants(orient(SCENE, turn), oriented=True, trimmed=False))
        assert found[back.get(turn, turn)].print == upright


def test_only_the_upright_print_is_made_unless_more_is_asked() -> None:
    assert [turn for turn, _ in variants(barred(top=30), oriented=False, trimmed=False)] == [Variant.UPRIGHT]


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_bars_of_any_colour_are_cut_to_the_pixel(colour: int) -> None:
    inner = trim_bars(barred(top=30, bottom=12, left=7, colour=colour))
    assert inner is not None
    assert np.array_equal(inner, SCENE)
    found = dict(variants(barred(top=40, bottom=40, colour=colour), oriented=False, trimmed=True))
    assert found[Variant.TRIMMED] == pdq(SCENE)
    assert distance(found[Variant.UPRIGHT].print, found[Variant.TRIMMED].print) > 31


def test_two_bars_may_have_two_colours_and_a_little_noise() -> None:
    noise = draw("noise", 5, 30, 320, 3) // 16
    inner = trim_bars(np.vstack([noise, SCENE, 255 - noise]))
    assert inner is not None
    assert np.array_equal(inner, SCENE)


def test_a_picture_without_bars_a_flat_one_and_a_tiny_rest_have_no_trimmed_print() -> None:
    assert trim_bars(SCENE) is None
    assert trim_bars(np.zeros((300, 300, 3), np.uint8)) is None
    assert trim_bars(np.pad(SCENE[:63], ((90, 90), (0, 0), (0, 0)))) is None
    assert trim_bars(barred(top=721)) is None
    assert trim_bars(barred(top=719)) is not None


def test_the_trimmed_vectors_hold() -> None:
    for vector in VECTORS["trimmed"]:
        pixels = draw(*(vector[key] for key in ("pattern", "seed", "rows", "columns", "channels")))
        bars = vector["black"]
        pixels[: bars["top"]] = 0
        pixels[240 - bars["bottom"] :] = 0
        pixels[:, : bars["left"]] = 0
        pixels[:, 320 - bars["right"] :] = 0
        inner = trim_bars(pixels)
        if vector["rest"] is None:
            assert inner is None
        else:
            assert inner is not None
            assert inner.shape[:2] == (vector["rest"]["rows"], vector["rest"]["columns"])
            assert pdq(inner).print.hex() == vector["rest"]["print"]
