"""The vectors of PDQ: pixels that any language can draw from a seed, and every step to the print."""

import hashlib
from typing import Any

from amanat.fingerprint import pdq as definition
from amanat.fingerprint.picture import ORIENTATIONS, trim_bars, turn, whole
from amanat.strict import encode_base64
from fingerprint.drawing import draw

SHAPES = (
    ("noise", 1, 200, 150, 3),
    ("noise", 2, 96, 131, 1),
    ("noise", 3, 64, 64, 3),
    ("noise", 4, 5, 5, 3),
    ("noise", 5, 4, 90, 3),
    ("flat", 6, 120, 80, 3),
    ("flat", 7, 64, 64, 1),
    ("flat", 8, 300, 257, 3),
    ("blocks", 9, 64, 65, 3),
    ("blocks", 10, 128, 129, 3),
    ("blocks", 11, 512, 384, 1),
    ("waves", 12, 63, 200, 3),
    ("waves", 13, 333, 257, 1),
    ("waves", 14, 700, 500, 3),
    ("scene", 15, 480, 640, 3),
    ("scene", 16, 64, 64, 3),
    ("scene", 17, 513, 512, 1),
    ("scene", 18, 90, 1000, 3),
    ("scene", 19, 1024, 768, 3),
)


def documents() -> dict[str, Any]:
    """Each file by its name."""
    turned = draw("scene", 20, 240, 320, 3)
    return {
        "pdq": {
            "cosines": _floats(definition.cosines()),
            "prints": [_vector(*shape) for shape in SHAPES],
            "orientations": {
                **_drawing("scene", 20, 240, 320, 3),
                "prints": {how.value: _print(turn(whole(turned), how).pixels) for how in ORIENTATIONS},
            },
            "trimmed": [_trimmed(margins) for margins in ((30, 30, 0, 0), (0, 0, 17, 40), (0, 0, 0, 0))],
        }
    }


def _vector(pattern: str, seed: int, rows: int, columns: int, channels: int) -> dict[str, Any]:
    pixels = draw(pattern, seed, rows, columns, channels)
    steps: dict[str, Any] = {}
    if min(rows, columns) >= definition.MIN_SIDE:
        luma = definition._luma(pixels)
        cells = definition._cells(luma)
        steps = {
            "luma_sha256": _digest(luma),
            "cells_sha256": _digest(cells),
            "coefficients": _floats(definition._dct(cells)),
        }
    return {
        **_drawing(pattern, seed, rows, columns, channels),
        "pixels_sha256": hashlib.sha256(pixels.tobytes()).hexdigest(),
        **steps,
        **_print(pixels),
    }


def _trimmed(margins: tuple[int, int, int, int]) -> dict[str, Any]:
    """A picture with black bars: what is cut, and the print of the rest."""
    top, bottom, left, right = margins
    pixels = draw("scene", 21, 240, 320, 3)
    pixels[:top] = 0
    pixels[240 - bottom :] = 0
    pixels[:, :left] = 0
    pixels[:, 320 - right :] = 0
    inner = trim_bars(whole(pixels))
    rest = None
    if inner is not None:
        rest = {"rows": inner.height, "columns": inner.width, **_print(inner.pixels)}
    bars = {"top": top, "bottom": bottom, "left": left, "right": right}
    return {**_drawing("scene", 21, 240, 320, 3), "black": bars, "rest": rest}


def _drawing(pattern: str, seed: int, rows: int, columns: int, channels: int) -> dict[str, Any]:
    return {"pattern": pattern, "seed": seed, "rows": rows, "columns": columns, "channels": channels}


def _print(pixels: definition.Pixels) -> dict[str, Any]:
    found = definition.pdq(pixels)
    return {"print": found.print.hex(), "quality": found.quality}


def _digest(values: definition.Floats) -> str:
    return hashlib.sha256(values.astype("<f4").tobytes()).hexdigest()


def _floats(values: definition.Floats) -> str:
    return encode_base64(values.astype("<f4").tobytes())
