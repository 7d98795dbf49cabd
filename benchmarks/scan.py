"""How fast an archive is scanned, against threatexchange called file by file, and against decoding alone.

    python benchmarks/scan.py [--files 2000] [--workers 1 2] [--list 100000]

A benign archive is made of scikit-image's samples: of ten files one has 12 megapixels, four are 1080p and
five are small; a third lies loose, a third in a zip, a third in a tar. `amanat` is what `amanat scan` does:
read, digests (SHA-256, SHA-1, MD5), decode, PDQ, search in a list, a row of a Parquet table. The others get
the same files loose, in a pool of as many processes: `threatexchange` hashes each with `pdq_from_file` and
asks its own index of the same list (the first files only, it takes long); `decoding alone` reads and decodes,
once as we do (the JPEG decoder makes large pictures smaller) and once every pixel with Pillow. Loading and
compiling are not counted. A machine that others use says little by the clock, so the processor's time is told
beside it. Goal: 0.8 of decoding alone. The last line says what 10^9 such files cost.
Needs `amanat[scan,bench]`.
"""

import argparse
import io
import multiprocessing
import os
import platform
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from threatexchange.signal_type.pdq.pdq_hasher import pdq_from_file
from threatexchange.signal_type.pdq.pdq_index import PDQIndex

from amanat.fingerprint.compute import load_fast
from amanat.fingerprint.image import decode_image
from amanat.fingerprint.value import Prints, format_hex
from amanat.scan.engine import Job, run
from amanat.scan.held import Held
from amanat.scan.plan import parts, pieces
from hash import SIZES, jpegs
from match_prints import uniform

MIX = ("12 MP", "1080p", "1080p", "1080p", "1080p", "small", "small", "small", "small", "small")
PACKAGES = ("numpy", "numba", "pillow", "daft", "pyarrow", "threatexchange")
WARM_FILES = 60
PEER_FILES = 260
BILLION = 10**9
Step = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one file, in milliseconds."""

    wall: float
    processor: float


def main() -> None:
    """Make the archive, run everything on it, print a table a number of workers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=2000, help="after those that warm up, default 2000")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="default 1 and 2")
    parser.add_argument("--list", type=int, default=100_000, help="prints on the list, default 100,000")
    parser.add_argument("--rounds", type=int, default=2, help="the best of so many, default 2")
    options = parser.parse_args()
    told = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    print(f"{platform.machine()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f};", end=" ")
    print(f"Python {platform.python_version()}, {told}; compiled: {load_fast()}")
    held = uniform(np.random.default_rng(5), options.list)
    with tempfile.TemporaryDirectory(prefix="amanat-bench-") as name:
        loose, size = make_archive(Path(name), WARM_FILES + options.files)
        print(
            f"{options.files} files, {size / len(loose) / 1000:,.0f} kB each; {options.list:,} prints listed"
        )
        for workers in options.workers:
            compare(Path(name), loose, held, workers, options.rounds)


def compare(folder: Path, loose: list[str], held: Prints, workers: int, rounds: int) -> None:
    """All tools in turn, several times; each at its best."""
    tools: dict[str, Callable[[], Cost]] = {
        "amanat scan": lambda: scan(folder, len(loose), held, workers),
        "decoding alone, as we decode": lambda: pool(loose, decode, workers),
        "decoding alone, every pixel": lambda: pool(loose, decode_all, workers),
        "threatexchange, file by file": lambda: pool(loose[:PEER_FILES], ask_peer, workers, held),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in tools}
    for _ in range(rounds):
        for name, tool in tools.items():
            costs[name].append(tool())
    print(f"\n{workers} workers")
    print("| what | files a second | ms a file, processor | we are, by clock | by processor |")
    print("|---|---|---|---|---|")
    best = {
        name: Cost(min(one.wall for one in each), min(one.processor for one in each))
        for name, each in costs.items()
    }
    ours = best["amanat scan"]
    for name, cost in best.items():
        ratios = f"{cost.wall / ours.wall:.2f} | {cost.processor / ours.processor:.2f}"
        print(f"| {name} | {1000 / cost.wall:,.0f} | {cost.processor:.1f} | {ratios} |", flush=True)
    hours = ours.processor * BILLION / 3.6e6
    print(f"10^9 such files: {hours:,.0f} processor hours, {hours / 64 / 24:,.1f} days of 64 processors")


def make_archive(folder: Path, count: int) -> tuple[list[str], int]:
    """The same files loose, and a third of them each loose, in a zip and in a tar; and their bytes."""
    made = {size: jpegs(SIZES[size]) for size in SIZES}
    for name in ("loose", "archive", "warm"):
        (folder / name).mkdir()
    paths, size = [], 0
    with (
        zipfile.ZipFile(folder / "archive" / "b.zip", "w") as zipped,
        tarfile.open(folder / "archive" / "c.tar", "w") as tarred,
    ):
        for at in range(count):
            each = made[MIX[at % len(MIX)]]
            data = distinct(each[at // len(MIX) % len(each)], at)
            path = folder / "loose" / f"{at:07}.jpg"
            path.write_bytes(data)
            paths.append(str(path))
            size += len(data)
            if at < WARM_FILES:
                os.link(path, folder / "warm" / path.name)
            if 3 * at < count:
                os.link(path, folder / "archive" / f"a{at:07}.jpg")
            elif 3 * at < 2 * count:
                zipped.writestr(path.name, data)
            else:
                add(tarred, path.name, data)
    return paths, size


def distinct(data: bytes, number: int) -> bytes:
    """Another file with the same picture: a comment before the rest of a JPEG."""
    return data[:2] + b"\xff\xfe\x00\x0a" + number.to_bytes(8, "big") + data[2:]


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))


def scan(folder: Path, count: int, held: Prints, workers: int) -> Cost:
    """The whole archive less the few files that only warm up, which have the same start and end."""
    whole, warm = (
        once(folder / name, held, workers, most=max(WARM_FILES, count // 3)) for name in ("archive", "warm")
    )
    return Cost(*(1000 * (whole[at] - warm[at]) / (count - WARM_FILES) for at in (0, 1)))


def once(source: Path, held: Prints, workers: int, *, most: int) -> tuple[float, float]:
    """Seconds by the clock and of the processor until the last part is there."""
    entries = np.arange(len(held), dtype=np.uint64)
    job = Job(Held(prints=held, entries=entries), workers=workers, many=True)
    began = now()
    planned = list(parts(pieces(str(source)), most=most))
    with closing(run(planned, job)) as made:
        for _ in planned:
            next(made)
        ended = now()
    return ended[0] - began[0], ended[1] - began[1]


def pool(paths: list[str], step: Step, workers: int, held: Prints | None = None) -> Cost:
    """Every file once, in a pool of fresh processes."""
    told = [] if held is None else format_hex(held)
    with multiprocessing.get_context("spawn").Pool(workers, prepare, (told,)) as processes:
        done(processes, step, paths[:WARM_FILES])
        began = now()
        done(processes, step, paths[WARM_FILES:])
        return cost_of(began, len(paths) - WARM_FILES)


def done(processes: Any, step: Step, paths: list[str]) -> None:
    for _ in processes.imap_unordered(step, paths, 8):
        pass


_index: list[PDQIndex] = []


def prepare(told: list[str]) -> None:
    _index.append(PDQIndex(list(zip(told, range(len(told)), strict=True))))


def ask_peer(path: str) -> int:
    text, _quality = pdq_from_file(Path(path))
    return len(_index[0].query(text))


def decode(path: str) -> int:
    return decode_image(Path(path).read_bytes()).width


def decode_all(path: str) -> int:
    with Image.open(path) as image:
        image.load()
        return image.width


def now() -> tuple[float, float]:
    """Seconds by the clock, and of the processor in this process and those it has started."""
    ticks = sum(map(sum, map(ticks_of, multiprocessing.active_children())))
    return time.perf_counter(), time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def ticks_of(process: Any) -> Iterator[int]:
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    yield from map(int, fields[11:13])


def cost_of(began: tuple[float, float], files: int) -> Cost:
    ended = now()
    return Cost(*(1000 * (ended[at] - began[at]) / files for at in (0, 1)))


if __name__ == "__main__":
    main()
