"""The chooser: PDQ by the definition, or compiled when that is worth loading. The bits are the same.

Numba takes seconds to load and saves hundredths of a second a picture, so a process begins with the
definition and changes over once it has been asked often. Without Numba it stays. Shown right by
`tests/fingerprint/test_compute.py`.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np

from amanat.fingerprint import pdq as definition
from amanat.fingerprint.pdq import Pdq, Pixels

__all__ = ["ENOUGH", "load_fast", "pdq"]

ENOUGH = 100
"""After so many pictures a process loads what is compiled."""


class _Choice:
    """What this process computes with. A race between threads loads twice and does no harm."""

    def __init__(self) -> None:
        self.compute: Callable[[Pixels], Pdq] = definition.pdq
        self.asked = 0
        self.settled = False


_choice = _Choice()


def pdq(pixels: Pixels) -> Pdq:
    """The print of `uint8` grey `(rows, columns)` or RGB `(rows, columns, 3)`."""
    _choice.asked += 1
    if _choice.asked > ENOUGH and not _choice.settled:
        load_fast()
    return _choice.compute(pixels)


def load_fast() -> bool:
    """Compile now, for whoever knows that there will be many pictures; False where Numba is not installed."""
    _choice.settled = True
    if find_spec("numba") is None:
        return False
    fast = import_module("amanat.fingerprint.fast").pdq
    for shape in ((65, 65), (65, 65, 3)):
        fast(np.zeros(shape, np.uint8))
    _choice.compute = fast
    return True
