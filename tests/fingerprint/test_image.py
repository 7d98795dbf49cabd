"""Every kind of picture comes out as people would see it, and large ones small."""

import importlib.util
import io
import struct

import numpy as np
import pytest
from PIL import Image

from amanat.errors import Malformed
from amanat.fingerprint.compute import picture_pdq
from amanat.fingerprint.image import KEPT_SIDE, decode_image
from amanat.fingerprint.limits import Limits
from amanat.fingerprint.pdq import pdq
from amanat.fingerprint.value import distance
from fingerprint.drawing import draw
from fingerprint.makers import heic, image_file, scene

SCENE = scene()
PLAIN = pdq(np.asarray(SCENE)).print


def print_of(data: bytes) -> bytes:
    return picture_pdq(decode_image(data)).print


@pytest.mark.parametrize(
    ("kind", "options", "bits"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 80}, 10),
        ("JPEG", {"quality": 90}, 10),
        ("JPEG", {"quality": 90, "progressive": True}, 10),
        ("AVIF", {"quality": 80}, 10),
    ],
)
def test_each_format_has_the_print_of_its_pixels(kind: str, options: dict[str, object], bits: int) -> None:
    assert distance(print_of(image_file(SCENE, kind, **options)), PLAIN) <= bits


@pytest.mark.skipif(not importlib.util.find_spec("pi_heif"), reason="pi-heif is not installed")
def test_heic_is_read_and_turned_as_it_says() -> None:
    pixels = np.asarray(SCENE)
    assert distance(print_of(heic(pixels)), PLAIN) <= 10
    turned = decode_image(heic(pixels, turned=1))
    assert (turned.width, turned.height) == (240, 320)
    assert distance(picture_pdq(turned).print, pdq(np.rot90(pixels)).print) <= 10


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(kind: str, orientation: int) -> None:
    lying = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = SCENE if orientation == 1 else SCENE.transpose(Image.Transpose(lying[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    quality = {} if kind in ("PNG", "TIFF") else {"quality": 95}
    found = decode_image(image_file(stored, kind, exif=exif, **quality))
    assert (found.width, found.height) == SCENE.size
    assert distance(picture_pdq(found).print, PLAIN) <= 10


def test_palette_cmyk_one_bit_and_grey_are_what_they_look_like() -> None:
    grey = pdq(np.asarray(SCENE.convert("L"))).print
    assert distance(print_of(image_file(SCENE.convert("L"), "PNG")), grey) == 0
    indexed = SCENE.quantize(255)
    for kind in ("PNG", "GIF", "BMP", "TIFF"):
        assert print_of(image_file(indexed, kind)) == pdq(np.asarray(indexed.convert("RGB"))).print
    assert distance(print_of(image_file(SCENE.convert("CMYK"), "JPEG", quality=95)), PLAIN) <= 10
    assert distance(print_of(image_file(SCENE.convert("CMYK"), "TIFF")), PLAIN) <= 10
    assert distance(print_of(image_file(SCENE.convert("YCbCr"), "JPEG", quality=95)), PLAIN) <= 10
    one_bit = SCENE.convert("1")
    expected = pdq(np.asarray(one_bit).astype(np.uint8) * 255).print
    assert print_of(image_file(one_bit, "PNG")) == print_of(image_file(one_bit, "TIFF")) == expected


def test_sixteen_bits_keep_their_upper_eight() -> None:
    grey = np.asarray(SCENE.convert("L"))
    deep = Image.fromarray(grey.astype(np.uint16) * 256 + 77)
    for kind in ("PNG", "TIFF"):
        assert print_of(image_file(deep, kind)) == pdq(grey).print


def test_floating_point_and_thirty_two_bits_are_refused() -> None:
    grey = np.asarray(SCENE.convert("L"))
    for values in (grey.astype(np.float32), grey.astype(np.int32) * 70_000, -grey.astype(np.int32)):
        with pytest.raises(Malformed):
            decode_image(image_file(Image.fromarray(values), "TIFF"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_alpha_is_laid_on_white(kind: str) -> None:
    pixels = np.asarray(SCENE.convert("RGBA")).copy()
    pixels[:, :160, 3] = 0
    seen = np.asarray(SCENE).copy()
    seen[:, :160] = 255
    options = {"lossless": True} if kind == "WEBP" else {}
    assert print_of(image_file(Image.fromarray(pixels), kind, **options)) == pdq(seen).print


def test_a_transparent_colour_of_a_palette_is_white_too() -> None:
    indexed = SCENE.quantize(16)
    seen = np.where((np.asarray(indexed) == 3)[..., None], 255, np.asarray(indexed.convert("RGB")))
    found = print_of(image_file(indexed, "PNG", transparency=3))
    assert found == pdq(seen.astype(np.uint8)).print


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_of_an_animation_the_first_frame_counts(kind: str) -> None:
    others = [scene(seed) for seed in (62, 63)]
    moving = image_file(SCENE, kind, save_all=True, append_images=others)
    assert distance(print_of(moving), PLAIN) <= (31 if kind == "GIF" else 10)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(1024, 1024), (2050, 1300), (1600, 600), (2900, 2100)])
def test_large_pictures_are_held_small_and_keep_their_print(kind: str, size: tuple[int, int]) -> None:
    large = SCENE.resize(size, Image.Resampling.BICUBIC)
    data = image_file(large, kind, **({"quality": 90} if kind == "JPEG" else {"compress_level": 1}))
    found = decode_image(data)
    assert (found.width, found.height) == size
    assert KEPT_SIDE <= min(found.pixels.shape[:2]) <= max(found.pixels.shape[:2]) < 2 * KEPT_SIDE + 80
    exact = pdq(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    assert distance(picture_pdq(found).print, exact.print) <= 10


def test_a_turned_large_picture_has_the_print_of_the_turned_one() -> None:
    large = SCENE.resize((1999, 1301), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = large.transpose(Image.Transpose.ROTATE_90)
    found = decode_image(image_file(stored, "JPEG", quality=95, exif=exif))
    assert (found.width, found.height) == (1999, 1301)
    assert distance(picture_pdq(found).print, pdq(np.asarray(large)).print) <= 10


@pytest.mark.filterwarnings("ignore")
def test_damaged_exif_does_no_harm() -> None:
    data = image_file(SCENE, "JPEG", quality=95, exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xff" + b"\xff" * 40)
    assert distance(print_of(data), PLAIN) <= 10


def png_that_says(width: int, height: int) -> bytes:
    head = bytearray(image_file(SCENE, "PNG"))
    head[16:24] = struct.pack(">II", width, height)
    import zlib

    head[29:33] = struct.pack(">I", zlib.crc32(bytes(head[12:29])))
    return bytes(head)


@pytest.mark.parametrize("size", [(30_000, 30_000), (2_000_000_000, 2), (12_000, 12_000)])
def test_more_pixels_than_the_limit_are_refused_before_they_are_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Malformed, match="pixels"):
        decode_image(png_that_says(*size))


def test_the_limits_are_the_callers() -> None:
    data = image_file(SCENE, "PNG")
    with pytest.raises(Malformed, match="1,000 bytes"):
        decode_image(data, limits=Limits(picture_bytes=1000))
    with pytest.raises(Malformed, match="70,000 pixels"):
        decode_image(data, limits=Limits(declared_pixels=70_000))
    with pytest.raises(Malformed, match="to decode"):
        decode_image(data, limits=Limits(decoded_pixels=70_000))
    assert decode_image(data, limits=Limits(decoded_pixels=76_800)).width == 320


def test_nothing_in_the_message_is_from_the_file() -> None:
    with pytest.raises(Malformed) as caught:
        decode_image(b"secret-name " * 50)
    assert "secret" not in str(caught.value)
    assert draw("noise", 1, 1, 1, 1).shape == (1, 1)
