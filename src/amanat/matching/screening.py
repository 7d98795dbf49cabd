"""Which prints a list must not take: those that say nothing, and those that match half the world.

A print of a plain or broken picture, or one made to do harm, matches what it was not made from. `reason` says
what is wrong with one: by its bits alone, so nothing about a picture is needed. `floods` measures on prints
of benign pictures, the calibration set: a print that matches more than a set share of them is quarantined.
The limits keep every benign picture of quality 50 and more that we have tried, and are far from what chance
gives; `docs/reference/index-format.md` has the numbers. Shown right by `tests/matching/test_screening.py`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from amanat.fingerprint.value import MATCH_DISTANCE, PRINT_BITS, PRINT_BYTES, Prints, popcounts
from amanat.matching.bands import Bands

__all__ = ["CALIBRATION_SHARE", "floods", "reasons"]

# A print has as many ones as zeros, but for ties: 256 fair coins fall outside once in 10^15.
LOW_WEIGHT, HIGH_WEIGHT = 64, 192
# 64 hex digits fall on all 16 values: 3.8 bits by chance.
LEAST_ENTROPY_BITS = 2.0
# A print and itself, moved by a period, differ in 128 bits by chance; in what we tried, in 40 or more. Moved
# by 1 and by 16 they are neighbours along and across, so long runs are found as well.
PERIODIC_BITS = 24
PERIODS = (1, 2, 4, 8, 16, 32, 64, 128)
CALIBRATION_SHARE = 0.001

Mask = NDArray[np.bool_]


def reasons(prints: Prints) -> list[str | None]:
    """For each print why it is refused, or None when nothing is wrong with it."""
    told: list[str | None] = [None] * len(prints)
    bits = np.unpackbits(prints.astype(">u8").view(np.uint8).reshape(len(prints), PRINT_BYTES), axis=1)
    for reason, test in _TESTS.items():
        for row in np.nonzero(test(prints, bits))[0].tolist():
            told[row] = told[row] or reason
    return told


def floods(prints: Prints, calibration: Bands, *, share: float = CALIBRATION_SHARE) -> Mask:
    """Which prints match more than this share of the calibration set; none when it is empty."""
    hits = calibration.search(prints, MATCH_DISTANCE)
    counts = np.bincount(hits.query, minlength=len(prints))
    return counts > share * len(calibration.prints)


def _entropy(_prints: Prints, bits: NDArray[np.uint8]) -> Mask:
    digits = np.packbits(bits.reshape(len(bits), 64, 4), axis=2)[:, :, 0] >> 4
    counts = np.stack([(digits == digit).sum(axis=1) for digit in range(16)], axis=1)
    shares = counts / (PRINT_BITS // 4)
    logs = np.log2(shares, where=shares > 0, out=np.zeros_like(shares))
    return np.asarray(-(shares * logs).sum(axis=1) < LEAST_ENTROPY_BITS)


def _periodic(_prints: Prints, bits: NDArray[np.uint8]) -> Mask:
    found = np.zeros(len(bits), np.bool_)
    for period in PERIODS:
        found |= (bits != np.roll(bits, period, axis=1)).sum(axis=1) <= PERIODIC_BITS
    return found


def _weight(prints: Prints, _bits: NDArray[np.uint8]) -> Mask:
    weights = popcounts(prints)
    return np.asarray((weights < LOW_WEIGHT) | (weights > HIGH_WEIGHT))


_TESTS: dict[str, Callable[[Prints, NDArray[np.uint8]], Mask]] = {
    "all bits are zero": lambda prints, _bits: popcounts(prints) == 0,
    "all bits are one": lambda prints, _bits: popcounts(prints) == PRINT_BITS,
    "too few or too many bits are one": _weight,
    "it repeats itself": _periodic,
    "too few different digits": _entropy,
}
