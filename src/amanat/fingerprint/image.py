"""Pictures decoded within limits, to pixels small enough to fingerprint. Nothing is written, nothing is
shown.

JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF, and HEIC where pi-heif is installed. What people would see is what
is fingerprinted: turned as EXIF says, alpha on white, palette, CMYK and 16 bits brought to 8-bit grey or
RGB, the first frame of an animation. Large pictures are made smaller, by the JPEG decoder itself where it
can. Whatever a file does, it gives a `Picture` or `Malformed`; time is limited by whoever runs this in a
worker (`workers.py`). Shown right by `tests/fingerprint/test_image.py` and `test_hostile_images.py`.
"""

import io
import warnings
from importlib.util import find_spec

import numpy as np
from PIL import Image, UnidentifiedImageError

from amanat.errors import Malformed
from amanat.fingerprint.limits import DEFAULT, Limits
from amanat.fingerprint.picture import Edges, Picture, Turn, turn

__all__ = ["KEPT_SIDE", "decode_image", "reduced"]

KEPT_SIDE = 512
"""Downscaling keeps at least this many pixels of each side: eight for each cell of the 64."""
_WHERE = "picture"
_ORIENTATION = 0x0112
_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"]
_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
_TURNS = {
    2: Turn.FLIP_Y,
    3: Turn.ROTATE_180,
    4: Turn.FLIP_X,
    5: Turn.FLIP_PLUS_1,
    6: Turn.ROTATE_270,
    7: Turn.FLIP_MINUS_1,
    8: Turn.ROTATE_90,
}

# We refuse by our own limits; this one would warn below them.
Image.MAX_IMAGE_PIXELS = DEFAULT.declared_pixels
warnings.filterwarnings("ignore", module=r"PIL\.")
if find_spec("pi_heif") is not None:
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)
    _FORMATS.append("HEIF")


def decode_image(data: bytes, *, limits: Limits = DEFAULT) -> Picture:
    """The upright picture of a file, smaller when it is large; raises `Malformed`."""
    if len(data) > limits.picture_bytes:
        raise Malformed(f"more than {limits.picture_bytes:,} bytes", where=_WHERE)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            return _decoded(image, limits)
    except Malformed:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Malformed("far too many pixels", where=_WHERE) from error
    except UnidentifiedImageError as error:
        raise Malformed("not a picture of a known format", where=_WHERE) from error
    except Exception as error:  # decoders raise whatever they stumble over, IndexError and MemoryError too
        raise Malformed("damaged, cut off, or too large to decode", where=_WHERE) from error


def _decoded(image: Image.Image, limits: Limits) -> Picture:
    width, height = image.size
    if width * height > limits.declared_pixels:
        raise Malformed(f"more than {limits.declared_pixels:,} pixels", where=_WHERE)
    if image.format in ("JPEG", "MPO"):
        image.draft("L", (KEPT_SIDE, KEPT_SIDE))
    if image.width * image.height > limits.decoded_pixels:
        raise Malformed(f"more than {limits.decoded_pixels:,} pixels to decode", where=_WHERE)
    image.load()
    scale = round(width / image.width)
    return turn(reduced(_plain(image), of=(width, height), scale=scale), _orientation(image))


def reduced(image: Image.Image, *, of: tuple[int, int] | None = None, scale: int = 1) -> Picture:
    """The picture of an image that is `scale` times smaller than the file says, made smaller if it is large.

    Whole blocks are averaged, each side by its own factor, so that at least `KEPT_SIDE` pixels of it stay.
    """
    width, height = of or image.size
    across, down = (max(1, side // KEPT_SIDE) for side in image.size)
    small = image if across == down == 1 else image.reduce((across, down))
    pixels = np.asarray(_flattened(small))
    return Picture(pixels, _edges(height, scale * down), _edges(width, scale * across))


def _edges(side: int, block: int) -> Edges:
    """Where each block begins, and the end; the last block may be smaller."""
    return np.append(np.arange(0, side, block), side)


def _orientation(image: Image.Image) -> Turn:
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION, 1), Turn.UPRIGHT)
    except Exception:  # a picture with damaged EXIF is shown as it lies
        return Turn.UPRIGHT


def _plain(image: Image.Image) -> Image.Image:
    """8 bits a channel, in grey or RGB, with or without alpha."""
    if image.mode in _SIXTEEN_BITS or image.mode == "I":
        return _upper_bits(image)
    if image.mode == "F":
        raise Malformed("floating-point pixels, which have no agreed brightness", where=_WHERE)
    if image.has_transparency_data:
        return image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image.convert("RGB")


def _upper_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    if values.min() < 0 or values.max() > 0xFFFF:
        raise Malformed("more than 16 bits a pixel", where=_WHERE)
    return Image.fromarray((values >> 8).astype(np.uint8))


def _flattened(image: Image.Image) -> Image.Image:
    """Alpha laid on white."""
    if image.mode not in ("LA", "RGBA"):
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
