"""Invented prints for `match.py`: at random, like those of pictures, and in clusters of near copies."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from amanat.fingerprint.value import Prints

__all__ = ["KINDS", "near", "uniform"]


def uniform(chance: np.random.Generator, count: int) -> Prints:
    return chance.integers(0, 2**64, (count, 4), dtype=np.uint64)


def biased(chance: np.random.Generator, count: int) -> Prints:
    """The 128 largest of 256 coefficients, which 12 hidden causes move together, low frequencies most."""
    rows, columns = np.divmod(np.arange(256), 16)
    loud = 1.5 / (1 + 0.25 * (rows + columns))
    causes = (np.random.default_rng(1).standard_normal((12, 256)) * loud).astype(np.float32)
    return np.concatenate([_biased_block(chance, causes, size) for size in blocks(count)])


def _biased_block(chance: np.random.Generator, causes: Any, count: int) -> Prints:
    values = chance.standard_normal((count, 256), np.float32)
    values += chance.standard_normal((count, 12), np.float32) @ causes
    bits = values > np.partition(values, 127, axis=1)[:, 127:128]
    return np.packbits(bits[:, ::-1], axis=1).view(">u8").astype(np.uint64)


def clustered(chance: np.random.Generator, count: int) -> Prints:
    """Each of count / 100 pictures a hundred times, each with up to 10 bits turned."""
    centres = uniform(chance, max(1, count // 100))
    prints = centres[chance.integers(0, len(centres), count)]
    return turned(chance, prints, 10)


def near(chance: np.random.Generator, prints: Prints) -> Prints:
    return turned(chance, prints, 31)


def turned(chance: np.random.Generator, prints: Prints, most: int) -> Prints:
    result = prints.copy()
    for _ in range(most):
        places = chance.integers(0, 256, len(result))
        result[np.arange(len(result)), places // 64] ^= np.uint64(1) << (places % 64).astype(np.uint64)
    return result


def blocks(count: int, size: int = 50_000) -> Iterator[int]:
    for start in range(0, count, size):
        yield min(size, count - start)


KINDS = {"uniform": uniform, "biased": biased, "clustered": clustered}
