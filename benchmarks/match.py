"""How fast prints are found: us, faiss as HMA uses it, and threatexchange's index, on the same prints.

    python benchmarks/match.py                                    # 100,000 prints of each kind
    python benchmarks/match.py --sizes 10000000 --kinds uniform --peers ours multihash
    python benchmarks/match.py --prefixes 18 20 22                # of our index, to choose a layout

Kinds of prints: `uniform`, as chance makes them; `biased`, like those of pictures: 128 ones, and bits that go
together, most of all those of low frequencies; `clustered`, a hundred near copies of each picture. A third of
the queries is within 31 bits of a print, the others are of the same kind and near none or few.

Goals: a search at least 100 times as fast as faiss's BinaryMultiHash at 10^7 prints with recall 1.0; at most
400 bytes a print. Recall is against a scan of all prints. Times are of a query, in batches; on a machine
that others use, the time of the processor says more than that of the wall, and both are printed. `amanat`
searches through the mapped file, after one pass of queries; `in memory` is the same index in arrays. Bytes
are of our files, and for the peers what the process grew by.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from amanat.fingerprint.value import Prints
from amanat.matching.bands import build
from amanat.matching.index import Index
from amanat.matching.layout import SCAN, banded, choose_layout
from amanat.matching.write import create, remove
from match_measure import DISTANCE, Costs, Pairs, best, pairs, recall, tell, timed
from match_peers import PEERS, SLOW_QUERIES, TRUTH_QUERIES
from match_prints import KINDS, near, uniform

Options = argparse.Namespace


def main() -> None:
    """Run what was asked for, and print one table a size and kind."""
    options = read_options()
    print(f"machine   {platform.machine()}, {os.cpu_count()} processors, {processor()}")
    print(f"system    {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f}")
    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "numba", "faiss-cpu", "threatexchange")
    )
    print(f"versions  Python {platform.python_version()}, {packages}")
    warm_up()
    for size in options.sizes:
        for kind in options.kinds:
            compare(size, kind, options)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="*", default=[100_000], help="prints in the list")
    parser.add_argument(
        "--kinds", nargs="*", default=list(KINDS), choices=list(KINDS), help="kinds of prints"
    )
    parser.add_argument("--peers", nargs="*", default=list(WHO), choices=list(WHO), help="who to measure")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2], help="threads that search")
    parser.add_argument("--prefixes", type=int, nargs="*", default=[], help="layouts of ours to try")
    return parser.parse_args()


def warm_up() -> None:
    """Compile, so that no figure has it in it."""
    prints = uniform(np.random.default_rng(9), 5_000)
    for layout in (SCAN, choose_layout(5_000)):
        build(prints, layout).search(prints[:5], DISTANCE)


def compare(size: int, kind: str, options: argparse.Namespace) -> None:
    chance = np.random.default_rng(7)
    prints = KINDS[kind](chance, size)
    queries = np.concatenate([near(chance, prints[:: max(1, size // 100)][:100]), KINDS[kind](chance, 200)])
    queries = queries[chance.permutation(len(queries))]
    truth = pairs(build(prints, SCAN).search(queries[:TRUTH_QUERIES], DISTANCE))
    print(f"\n{size:,} prints, {kind}; {len(truth):,} near pairs in {TRUTH_QUERIES} queries")
    print("| what | build s | bytes a print | open ms | µs a query, processor / wall | recall | of faiss |")
    print("|---|---|---|---|---|---|---|")
    for prefix in options.prefixes:
        layout = banded(prefix)
        measure_ours(
            prints, queries, truth, f"prefix {prefix}", lambda rows, layout=layout: build(rows, layout)
        )
    base: Costs = {}
    for peer in options.peers:
        WHO[peer](prints, queries, truth, options, base)


def ours(prints: Prints, queries: Prints, truth: Pairs, options: Options, base: Costs) -> None:
    """The index in its folder, as processes share it; then the same in arrays."""
    numbers = np.arange(len(prints), dtype=np.uint64)
    with tempfile.TemporaryDirectory(prefix="amanat-bench-") as name:
        folder = Path(name) / "index"
        began = time.process_time()
        create(folder, prints, numbers)
        built = time.process_time() - began
        size = sum(path.stat().st_size for path in folder.iterdir()) / len(prints)
        opened = best(lambda: Index(folder))
        index = Index(folder)
        for threads in options.threads:
            cost = timed(
                lambda threads=threads: index.search(queries, DISTANCE, threads=threads), len(queries)
            )
            found = index.search(queries[:TRUTH_QUERIES], DISTANCE)
            right = recall(set(zip(found.query.tolist(), found.entry.tolist(), strict=True)), truth)
            tell(f"amanat, {threads} thread", built, size, opened, cost, right, base.get(threads))
        deleting(folder, index, prints)
    built_bands = build(prints)
    for threads in options.threads:
        cost = timed(
            lambda threads=threads: built_bands.search(queries, DISTANCE, threads=threads), len(queries)
        )
        right = recall(pairs(built_bands.search(queries[:TRUTH_QUERIES], DISTANCE)), truth)
        tell(f"amanat in memory, {threads} thread", built, size, 0, cost, right, base.get(threads))
    scan = build(prints, SCAN)
    cost = timed(lambda: scan.search(queries[:SLOW_QUERIES], DISTANCE), SLOW_QUERIES)
    tell("amanat's scan, 1 thread", 0, 32, 0, cost, 1.0, base.get(1))


def measure_ours(
    prints: Prints, queries: Prints, truth: Pairs, name: str, make: Callable[[Prints], Any]
) -> None:
    began = time.process_time()
    bands = make(prints)
    built = time.process_time() - began
    size = (bands.prints.nbytes + bands.table.nbytes + bands.filed.nbytes) / len(prints)
    cost = timed(lambda: bands.search(queries, DISTANCE), len(queries))
    tell(
        name,
        built,
        size,
        0,
        cost,
        recall(pairs(bands.search(queries[:TRUTH_QUERIES], DISTANCE)), truth),
        None,
    )


def deleting(folder: Path, index: Index, prints: Prints) -> None:
    """From the call that removes to an answer, through an index that was open before, without the entry."""
    entry = np.array([len(prints) // 2], np.uint64)
    query = prints[len(prints) // 2 :][:1]
    before = len(index.search(query, DISTANCE))
    began = time.perf_counter()
    remove(folder, entry)
    after = len(index.search(query, DISTANCE))
    spent = (time.perf_counter() - began) * 1000
    print(f"| amanat: removed and no longer found | {spent:.1f} ms | {before - after} entry less | | | | |")


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")


WHO: dict[str, Callable[..., None]] = {**PEERS, "ours": ours}

if __name__ == "__main__":
    main()
