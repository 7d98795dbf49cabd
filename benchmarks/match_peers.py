"""The peers of `match.py`: faiss's flat and multi-hash indexes, and threatexchange's."""

import argparse
import pickle
import tempfile
import time
from typing import Any

import faiss
import numpy as np

from amanat.fingerprint.value import Prints, format_hex
from match_measure import DISTANCE, Costs, Pairs, as_bytes, best, recall, resident, tell, timed

__all__ = ["PEERS", "SLOW_QUERIES", "TRUTH_QUERIES"]

SLOW_QUERIES = 15
TRUTH_QUERIES = 60
MOST_FOR_PYTHON = 1_000_000
Options = argparse.Namespace


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


PEERS = {"multihash": multihash, "flat": flat, "python": python}
