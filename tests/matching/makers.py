"""Invented prints: at random, near each other, and of the kinds that hurt an index."""

import numpy as np

from amanat.fingerprint.value import Prints


def random_prints(count: int, seed: int = 1) -> Prints:
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), dtype=np.uint64)


def turned(prints: Prints, bits: int, seed: int = 2) -> Prints:
    """Each print with exactly so many of its bits turned."""
    chance = np.random.default_rng(seed)
    result = prints.copy()
    for row in result:
        for bit in chance.choice(256, bits, replace=False):
            row[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    return result


def near_prints(count: int, seed: int, *, more: int = 0) -> Prints:
    """Prints within 0 to 40 bits of four centres that depend on the seed alone."""
    centres = random_prints(4, seed)
    chance = np.random.default_rng([seed, more])
    rows = centres[chance.integers(0, 4, count)]
    bits = chance.permuted(np.tile(np.arange(256), (count, 1)), axis=1) < chance.integers(0, 41, (count, 1))
    masks = np.packbits(bits, axis=1).view(">u8").astype(np.uint64).reshape(count, 4)
    return rows ^ masks
