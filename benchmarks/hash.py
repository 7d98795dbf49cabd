"""How fast files become prints, against the peers, and how far apart the prints are.

    python benchmarks/hash.py [--seconds 4] [--images FOLDER]

For a 12-megapixel, a 1080p and a small JPEG (benign sample pictures of scikit-image, enlarged), the same
bytes go through each tool in turn, in rounds, in one process: what `amanat hash` does with a picture
(decode, PDQ; digests apart), `threatexchange`, `pdqhash` on what Pillow decodes, `imagehash` (pHash,
another and coarser print), `perception` where it is installed, and decoding alone. Figures are medians of
processor time, because a shared machine tells little by the clock. Then the drift: over all samples, and
those of FOLDER if given, the bits between our print and that of `threatexchange`, which hashes every
pixel. Goal: 20 times `threatexchange` on 12 megapixels. Needs `amanat[media,bench]`.
"""

import argparse
import io
import os
import platform
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import imagehash
import numpy as np
import pdqhash
import skimage.data
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_bytes

from amanat.fingerprint.compute import load_fast, pdq, picture_pdq
from amanat.fingerprint.digests import digest_bytes
from amanat.fingerprint.image import decode_image
from amanat.fingerprint.value import distance

SIZES = {"12 MP": (4000, 3000), "1080p": (1920, 1080), "small": (480, 360)}
SAMPLES = ("astronaut", "chelsea", "coffee", "rocket", "hubble_deep_field")
LIMIT_BITS, LIMIT_QUALITY = 10, 80


def samples() -> list[Path]:
    """The pictures that come with scikit-image."""
    folder = Path(skimage.data.__file__).parent
    return [path for path in sorted(folder.iterdir()) if path.suffix in (".png", ".jpg")]


def jpegs(size: tuple[int, int]) -> list[bytes]:
    """Sample photographs at one size, with grain, so that they cost what a photograph costs."""
    random = np.random.default_rng(1)
    files = []
    for name in SAMPLES:
        picture = (
            Image.fromarray(getattr(skimage.data, name)())
            .convert("RGB")
            .resize(size, Image.Resampling.BICUBIC)
        )
        grain = np.asarray(picture).astype(np.int16) + random.integers(-6, 7, (size[1], size[0], 1), np.int16)
        out = io.BytesIO()
        Image.fromarray(grain.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=90)
        files.append(out.getvalue())
    return files


def decoded(data: bytes) -> Image.Image:
    """Every pixel, by Pillow."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


TOOLS: dict[str, Callable[[bytes], object]] = {
    "amanat": lambda data: picture_pdq(decode_image(data)),
    "amanat + digests": lambda data: (digest_bytes(data), picture_pdq(decode_image(data))),
    "amanat, decode only": decode_image,
    "amanat, every pixel": lambda data: pdq(np.asarray(decoded(data))),
    "threatexchange": pdq_from_bytes,
    "pdqhash": lambda data: pdqhash.compute(np.asarray(decoded(data))),
    "imagehash pHash": lambda data: imagehash.phash(decoded(data)),
    "Pillow, decode only": decoded,
}

with suppress(ImportError):
    from perception.hashers import PDQHash

    TOOLS["perception PDQ"] = lambda data: PDQHash().compute(decoded(data))


def timed(files: list[bytes], seconds: float) -> dict[str, float]:
    """Median seconds a file of each tool, taken in turns until the time is over."""
    taken: dict[str, list[float]] = {name: [] for name in TOOLS}
    until = time.process_time() + seconds * len(TOOLS)
    rounds = 0
    while rounds < 2 or time.process_time() < until:
        for name, tool in TOOLS.items():
            data = files[rounds % len(files)]
            start = time.process_time()
            tool(data)
            taken[name].append(time.process_time() - start)
        rounds += 1
    return {name: statistics.median(times) for name, times in taken.items()}


def drift(paths: list[Path]) -> list[tuple[int, int]]:
    """Bits between us and `threatexchange`, and its quality: JPEG and PNG copies, as they are and large."""
    found = []
    for path in paths:
        with Image.open(path) as opened:
            original = opened.convert("RGB")
        original.thumbnail((4000, 4000))
        for picture in (original, enlarged(original)):
            for kind in ("JPEG", "PNG"):
                out = io.BytesIO()
                picture.save(out, kind, **({"quality": 90} if kind == "JPEG" else {"compress_level": 1}))
                theirs, quality = pdq_from_bytes(out.getvalue())
                ours = picture_pdq(decode_image(out.getvalue()))
                found.append((distance(ours.print, bytes.fromhex(theirs)), quality))
    return found


def enlarged(picture: Image.Image) -> Image.Image:
    """At least 2,000 pixels on the longer side."""
    factor = max(1, 2000 / max(picture.size))
    return picture.resize(
        (round(picture.width * factor), round(picture.height * factor)), Image.Resampling.LANCZOS
    )


def told(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"{name} not installed"


def main() -> None:
    """Run everything and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4, help="a tool and size, default 4")
    parser.add_argument("--images", type=Path, help="a folder of benign pictures for the drift")
    options = parser.parse_args()
    packages = ("numpy", "numba", "pillow", "threatexchange", "pdqhash", "imagehash", "perception")
    print(f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()};", end=" ")
    print(", ".join(map(told, packages)), f"; compiled: {load_fast()}")
    for label, size in SIZES.items():
        medians = timed(jpegs(size), options.seconds)
        print(f"\n{label} ({size[0]} x {size[1]})")
        for name, seconds in medians.items():
            ratio = medians["threatexchange"] / seconds
            print(
                f"  {name:20} {1000 * seconds:9.2f} ms {1 / seconds:8.1f} a second",
                f"{ratio:6.1f} x threatexchange",
            )
        whole = medians["amanat"] / medians["amanat, decode only"]
        print(f"  our print takes {whole:.2f} times our decoding alone")
    report(drift(samples()), "scikit-image samples")
    if options.images:
        report(
            drift([path for path in sorted(options.images.rglob("*")) if path.is_file()]),
            "pictures of the folder",
        )


def report(found: list[tuple[int, int]], what: str) -> None:
    """The drift of those that count, and how many are over the limit."""
    bits = [one for one, quality in found if quality >= LIMIT_QUALITY]
    over = sum(one > LIMIT_BITS for one in bits)
    print(f"\nDrift from threatexchange, {what}: {len(bits)} files of quality >= {LIMIT_QUALITY},", end=" ")
    print(f"mean {statistics.mean(bits):.2f} bits, 99th percentile {np.percentile(bits, 99):.0f},", end=" ")
    print(f"at most {max(bits)}, over {LIMIT_BITS}: {over}")


if __name__ == "__main__":
    main()
