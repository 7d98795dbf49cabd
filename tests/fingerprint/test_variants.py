"""The prints of a picture turned and without its bars."""

import json
from pathlib import Path

import numpy as np

from amanat.fingerprint.pdq import pdq
from amanat.fingerprint.picture import ORIENTATIONS, Turn, trim_bars, turn, whole
from amanat.fingerprint.value import distance
from amanat.fingerprint.variants import TRIMMED, variants
from fingerprint.drawing import draw

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "pdq.json").read_text(encoding="ascii"))
SCENE = whole(draw("scene", 20, 240, 320, 3))


def test_the_orientations_are_those_of_the_vectors() -> None:
    found = dict(variants(SCENE, turned=True))
    made = {name: {"print": one.print.hex(), "quality": one.quality} for name, one in found.items()}
    assert made == VECTORS["orientations"]["prints"]


def test_a_turned_copy_is_found_by_the_orientation_that_turns_it_back() -> None:
    upright = pdq(SCENE.pixels).print
    back = {Turn.ROTATE_90: Turn.ROTATE_270, Turn.ROTATE_270: Turn.ROTATE_90}
    for how in ORIENTATIONS:
        found = dict(variants(turn(SCENE, how), turned=True))
        assert found[back.get(how, how)].print == upright


def test_only_the_upright_print_is_made_unless_more_is_asked() -> None:
    barred = whole(np.pad(SCENE.pixels, ((60, 60), (0, 0), (0, 0))))
    assert [name for name, _ in variants(barred)] == ["upright"]
    found = dict(variants(barred, trimmed=True))
    assert found[TRIMMED] == pdq(SCENE.pixels)
    assert distance(found["upright"].print, found[TRIMMED].print) > 31
    assert [name for name, _ in variants(SCENE, trimmed=True)] == ["upright"]


def test_a_mirrored_copy_with_bars_is_found_by_both_variants_together() -> None:
    mirrored = turn(SCENE, Turn.FLIP_Y).pixels
    found = dict(variants(whole(np.pad(mirrored, ((60, 60), (0, 0), (0, 0)))), turned=True, trimmed=True))
    assert len(found) == 16
    assert found["trimmed-flip-y"] == pdq(SCENE.pixels)


def test_the_trimmed_vectors_hold() -> None:
    for vector in VECTORS["trimmed"]:
        pixels = draw(*(vector[key] for key in ("pattern", "seed", "rows", "columns", "channels")))
        bars = vector["black"]
        pixels[: bars["top"]] = 0
        pixels[240 - bars["bottom"] :] = 0
        pixels[:, : bars["left"]] = 0
        pixels[:, 320 - bars["right"] :] = 0
        inner = trim_bars(whole(pixels))
        rest = None
        if inner is not None:
            found = pdq(inner.pixels)
            rest = {"rows": inner.height, "columns": inner.width, "print": found.print.hex()}
            rest["quality"] = found.quality
        assert rest == vector["rest"]
