"""What `match.py` measures with: times, recall, memory, and a line of the table."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from amanat.fingerprint.value import Prints, join_prints
from amanat.matching.hits import Hits

__all__ = ["Costs", "DISTANCE", "Pairs", "as_bytes", "best", "pairs", "recall", "resident", "tell", "timed"]

DISTANCE = 31
Pairs = set[tuple[int, int]]
Costs = dict[int, float]


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
