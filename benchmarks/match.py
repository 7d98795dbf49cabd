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
import pickle
import platform
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from amanat.fingerprint.value import Prints, format_hex, join_prints
from amanat.matching.bands import build
from amanat.matching.hits import Hits
from amanat.matching.index import Index
from amanat.matching.layout import SCAN, banded, choose_layout
from amanat.matching.write import create, remove
from match_prints import KINDS, near, uniform

DISTANCE = 31
QUERIES = 300
SLOW_QUERIES = 15
TRUTH_QUERIES = 60
MOST_FOR_PYTHON = 1_000_000
Pairs = set[tuple[int, int]]
Options = argparse.Namespace
Costs = dict[int, float]


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
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS), help="who to measure")
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
        PEERS[peer](prints, queries, truth, options, base)


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


def multihash(prints: Prints, queries: Prints, truth: Pairs, options: Options, base: Costs) -> None:
    """IndexBinaryMultiHash(256, 16, 16) below an ID map, one bit turned, as threatexchange does."""
    index = faiss.IndexBinaryIDMap2(faiss.IndexBinaryMultiHash(256, 16, 16))
    faiss.downcast_IndexBinary(index.index).nflip = DISTANCE // 16
    base |= measure_faiss("faiss MultiHash", index, prints, queries, truth, options.threads, SLOW_QUERIES * 4)


def flat(prints: Prints, queries: Prints, truth: Pairs, options: Options, _base: Costs) -> None:
    """IndexBinaryFlat: every print, with the processor's own instructions."""
    index = faiss.IndexBinaryIDMap2(faiss.IndexBinaryFlat(256))
    measure_faiss("faiss BinaryFlat", index, prints, queries, truth, options.threads, SLOW_QUERIES)


def measure_faiss(
    name: str, index: Any, prints: Prints, queries: Prints, truth: Pairs, threads: list[int], count: int
) -> dict[int, float]:
    rows, asked = as_bytes(prints), as_bytes(queries[:count])
    began, before = time.process_time(), resident()
    index.add_with_ids(rows, np.arange(len(rows)))
    built, size = time.process_time() - began, (resident() - before) / len(rows)
    with tempfile.TemporaryDirectory(prefix="amanat-bench-") as folder:
        path = f"{folder}/index"
        opened = reopened(index, path)
    costs = {}
    for each in threads:
        faiss.omp_set_num_threads(each)
        cost = timed(lambda: index.range_search(asked, DISTANCE + 1), len(asked))
        limits, _, found = index.range_search(as_bytes(queries[:TRUTH_QUERIES]), DISTANCE + 1)
        asked_by = np.repeat(np.arange(TRUTH_QUERIES), np.diff(limits.astype(int)))
        right = recall(
            set(
                zip(
                    asked_by.tolist(),
                    found.tolist(),
                    strict=True,
                )
            ),
            truth,
        )
        tell(f"{name}, {each} thread", built, size, opened, cost, right, None)
        costs[each] = cost[0] if each == 1 else cost[1]
    return costs


def reopened(index: Any, path: str) -> float:
    try:
        faiss.write_index_binary(index, path)
    except RuntimeError:
        return 0.0
    return best(lambda: faiss.read_index_binary(path), rounds=1)


def python(prints: Prints, queries: Prints, truth: Pairs, _options: Options, base: Costs) -> None:
    """threatexchange's PDQIndex, called as HMA calls it: one hex string a query; pickled to be kept."""
    from threatexchange.signal_type.pdq.pdq_index import PDQIndex

    if len(prints) > MOST_FOR_PYTHON:
        print("| threatexchange PDQIndex | not run: Python objects for each print do not fit | | | | | |")
        return
    entries = list(zip(format_hex(prints), range(len(prints)), strict=True))
    asked = format_hex(queries[: SLOW_QUERIES * 4])
    began, before = time.process_time(), resident()
    index = PDQIndex(entries)
    built, size = time.process_time() - began, (resident() - before) / len(prints)
    data = pickle.dumps(index)
    opened = best(lambda: pickle.loads(data), rounds=1)
    faiss.omp_set_num_threads(1)
    cost = timed(lambda: [index.query(text) for text in asked], len(asked))
    known = enumerate(format_hex(queries[:TRUTH_QUERIES]))
    found = {(at, match.metadata) for at, text in known for match in index.query(text)}
    tell("threatexchange PDQIndex, 1 thread", built, size, opened, cost, recall(found, truth), base.get(1))


PEERS: dict[str, Callable[..., None]] = {"multihash": multihash, "flat": flat, "python": python, "ours": ours}


def pairs(hits: Hits) -> Pairs:
    return set(zip(hits.query.tolist(), hits.row.tolist(), strict=True))


def recall(found: Pairs, truth: Pairs) -> float:
    return len(found & truth) / len(truth) if truth else 1.0


def as_bytes(prints: Prints) -> Any:
    return np.frombuffer(join_prints(prints), np.uint8).reshape(-1, 32)


def timed(work: Callable[[], object], count: int) -> tuple[float, float]:
    """Microseconds an item, of the processor and of the wall: best of three rounds, after one to get warm."""
    work()
    rounds = [_once(work) for _ in range(3)]
    return min(cpu for cpu, _ in rounds) / count * 1e6, min(wall for _, wall in rounds) / count * 1e6


def _once(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def best(work: Callable[[], object], rounds: int = 3) -> float:
    return min(_once(work)[1] for _ in range(rounds)) * 1000


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "unknown")


def tell(
    name: str,
    built: float,
    size: float,
    opened: float,
    cost: tuple[float, float],
    right: float,
    base: float | None,
) -> None:
    ratio = "" if base is None else f"{base / (cost[1] if '2 thread' in name else cost[0]):,.1f} times"
    figures = [
        f"{built:.1f}",
        f"{size:,.0f}",
        f"{opened:.1f}",
        f"{cost[0]:,.0f} / {cost[1]:,.0f}",
        f"{right:.3f}",
    ]
    print(f"| {' | '.join([name, *figures, ratio])} |", flush=True)


if __name__ == "__main__":
    main()
