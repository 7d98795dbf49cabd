"""Whatever bytes come, the answer is a picture or `Malformed`."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.fingerprint.image import decode_image
from fingerprint.makers import heic, image_file, scene

pytestmark = pytest.mark.filterwarnings("ignore")
SMALL = scene(71, 40, 56)
WHOLE = {kind: image_file(SMALL, kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")} | {
    "HEIC": heic(np.asarray(scene(72, 64, 64)))
}


def decodes(data: bytes) -> bool:
    try:
        picture = decode_image(data)
    except Malformed:
        return False
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.size
    return True


@given(st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_malformed(data: bytes) -> None:
    decodes(data)


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_a_file_with_changed_bytes_is_a_picture_or_malformed(kind: str, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(WHOLE[kind])
    for _ in range(chance.choice((1, 3, 20))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    decodes(bytes(data))


@pytest.mark.parametrize("kind", [kind for kind in WHOLE if kind != "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_a_file_that_is_cut_off_is_refused(kind: str, share: float) -> None:
    assert decodes(WHOLE[kind])
    assert not decodes(WHOLE[kind][: int(len(WHOLE[kind]) * share)])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"8BPS\0\x01",
        b"P6 9 9 255\n" + bytes(243),
    ],
)
def test_formats_that_were_not_asked_for_are_refused(data: bytes) -> None:
    assert not decodes(data)
