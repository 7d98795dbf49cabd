"""How often an edited copy is found, and how often a stranger is taken for one.

    python benchmarks/edits.py [--images FOLDER] [--invented 200] [--distance 31]

Every benign picture (those of scikit-image, or of FOLDER, and invented ones) is edited in each way, saved as
JPEG, decoded and asked against the prints of all originals, once with its upright print alone and once with
our query variants (eight orientations, bars trimmed). Recall is the share of copies whose original is found;
to match another picture's original is a false match. Intervals are 95 %: Wilson for recall; for false matches
a bootstrap over pictures, because pairs that share a picture are not independent, and the rule of three where
there was none. Needs `amanat[media]` and scikit-image.
"""

import argparse
import io
import math
import platform
from collections.abc import Callable
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from amanat.errors import Malformed
from amanat.fingerprint.compute import load_fast
from amanat.fingerprint.image import decode_image
from amanat.fingerprint.value import MIN_QUALITY, Prints, distances, split_prints
from amanat.fingerprint.variants import variants

Edit = Callable[[Image.Image], Image.Image]
SIDE = 1000


def crop(share: float) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        across, down = round(image.width * share), round(image.height * share)
        return image.crop((across, down, image.width - across, image.height - down))

    return edit


def letterbox(share: float, *, down: bool = True) -> Edit:
    def edit(image: Image.Image) -> Image.Image:
        bar = round((image.height if down else image.width) * share)
        size = (image.width, image.height + 2 * bar) if down else (image.width + 2 * bar, image.height)
        framed = Image.new("RGB", size)
        framed.paste(image, (0, bar) if down else (bar, 0))
        return framed

    return edit


def text(image: Image.Image) -> Image.Image:
    """A line of text across a twelfth of the height."""
    written = image.copy()
    size = image.height / 12
    ImageDraw.Draw(written).text(
        (image.width / 10, image.height - 2 * size), "An invented caption", "white", font_size=size
    )
    return written


def resized(factor: float) -> Edit:
    return lambda image: image.resize((round(image.width * factor), round(image.height * factor)))


def turned(how: Image.Transpose) -> Edit:
    return lambda image: image.transpose(how)


EDITS: dict[str, tuple[Edit, int]] = {
    "saved again, JPEG 90": (lambda image: image, 90),
    "JPEG 50": (lambda image: image, 50),
    "JPEG 20": (lambda image: image, 20),
    "half the size": (resized(0.5), 90),
    "a quarter of the size": (resized(0.25), 90),
    "twice the size": (resized(2), 90),
    "narrower by a fifth": (lambda image: image.resize((image.width * 4 // 5, image.height)), 90),
    "line of text": (text, 90),
    "crop 1 % a side": (crop(0.01), 90),
    "crop 2 % a side": (crop(0.02), 90),
    "crop 5 % a side": (crop(0.05), 90),
    "crop 10 % a side": (crop(0.10), 90),
    "bars above and below, 10 %": (letterbox(0.10), 90),
    "bars left and right, 50 %": (letterbox(0.50, down=False), 90),
    "mirror": (turned(Image.Transpose.FLIP_LEFT_RIGHT), 90),
    "turned by 90": (turned(Image.Transpose.ROTATE_90), 90),
    "turned by 180": (turned(Image.Transpose.ROTATE_180), 90),
    "rotated by 2": (lambda image: image.rotate(2, Image.Resampling.BICUBIC), 90),
    "mirror, bars, JPEG 50": (
        lambda image: letterbox(0.1)(turned(Image.Transpose.FLIP_LEFT_RIGHT)(image)),
        50,
    ),
}


def saved(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def originals(folder: Path | None) -> list[Image.Image]:
    """Pictures with a print that counts, at most 1,000 pixels a side."""
    found = []
    for path in sorted((folder or Path(skimage.data.__file__).parent).rglob("*")):
        if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp"):
            with Image.open(path) as opened:
                image = opened.convert("RGB")
            image.thumbnail((SIDE, SIDE))
            try:
                quality = prints(saved(image, 95), varied=False)
            except Malformed:
                continue
            if len(quality):
                found.append(image)
    return found


def invented(seed: int) -> Image.Image:
    """Clouds as light and dark as those of a photograph at every scale, and a few things in front of them."""
    random = np.random.default_rng(seed)
    size = (SIDE, SIDE * 3 // 4)
    planes = []
    for _ in range(3):
        light = np.zeros(size[::-1])
        for octave in range(1, 8):
            noise = Image.fromarray(random.random((3 * 2**octave // 2, 2 * 2**octave), np.float32))
            light += np.asarray(noise.resize(size, Image.Resampling.BICUBIC)) / 2**octave
        planes.append(255 * (light - light.min()) / np.ptp(light))
    image = Image.fromarray(np.stack(planes, axis=2).astype(np.uint8))
    for _ in range(random.integers(2, 7)):
        left, top = random.integers(0, size[0] - 100), random.integers(0, size[1] - 100)
        box = (left, top, left + random.integers(60, 500), top + random.integers(60, 400))
        draw = ImageDraw.Draw(image)
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape([int(one) for one in box], fill=tuple(random.integers(0, 256, 3).tolist()))
    return image


def prints(data: bytes, *, varied: bool) -> Prints:
    """The prints to ask with; none when the picture says too little."""
    made = variants(decode_image(data), turned=varied, trimmed=varied)
    return split_prints(b"".join(one.print for _, one in made if one.quality >= MIN_QUALITY))


def nearest(asked: Prints, listed: Prints) -> NDArray[np.uint16]:
    """For each listed print the least distance of any that is asked with."""
    if not len(asked):
        return np.full(len(listed), 256, np.uint16)
    return distances(asked[:, None], listed).min(axis=0)


def wilson(found: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    z = 1.96
    share = found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def false_matches(wrong: NDArray[np.bool_]) -> str:
    """The pairs of two different pictures that match, per million, with the interval."""
    count = len(wrong)
    pairs = count * (count - 1)
    if not wrong.any():
        return f"0 of {pairs:,} pairs; below {3e6 / count:,.0f} to {3e6 / pairs:,.0f} per million"
    random = np.random.default_rng(1)
    shares = []
    for _ in range(1000):
        chosen = random.integers(0, count, count)
        shares.append(wrong[np.ix_(chosen, chosen)].sum() / pairs)
    low, high = np.percentile(shares, [2.5, 97.5]) * 1e6
    return f"{wrong.sum()} of {pairs:,} pairs; {low:,.0f} to {high:,.0f} per million"


def main() -> None:
    """Edit, ask, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--images", type=Path, help="a folder of benign pictures, each there once")
    parser.add_argument("--invented", type=int, default=0, help="so many invented pictures besides")
    parser.add_argument("--distance", type=int, default=31, help="default 31")
    options = parser.parse_args()
    load_fast()
    pictures = originals(options.images) + [invented(seed) for seed in range(options.invented)]
    count = len(pictures)
    listed = split_prints(
        b"".join(prints(saved(one, 95), varied=False)[0].astype(">u8").tobytes() for one in pictures)
    )
    print(f"{count} pictures, {options.distance} bits, Python {platform.python_version()}")
    print(f"{'edit':28} {'upright print alone':>24} {'with variants':>24}")
    wrong = {varied: np.zeros((count, count), bool) for varied in (False, True)}
    for name, (edit, quality) in EDITS.items():
        row = f"{name:28}"
        files = [saved(edit(picture), quality) for picture in pictures]
        for varied in (False, True):
            near = (
                np.array([nearest(prints(data, varied=varied), listed) for data in files]) <= options.distance
            )
            found = int(near.diagonal().sum())
            low, high = wilson(found, count)
            row += f"  {found / count:6.3f} ({low:.3f} to {high:.3f})"
            wrong[varied] |= near & ~np.eye(count, dtype=bool)
        print(row, flush=True)
    for varied, what in ((False, "upright print alone"), (True, "with variants")):
        print(f"False matches in any of {len(EDITS)} edits, {what}: {false_matches(wrong[varied])}")


if __name__ == "__main__":
    main()
