"""The chooser: PDQ by the definition, or compiled when that is worth loading. The bits are the same.

Numba takes seconds to load and saves hundredths of a second a picture, so a process begins with the
definition and changes over once it has been asked often. Without Numba it stays. Shown right by
`tests/fingerprint/test_compute.py`.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np

from amanat.fingerprint import pdq as definition
from amanat.fingerprint.grid import Weigh, blurred_cells, weighed
from amanat.fingerprint.pdq import MIN_SIDE, Floats, Pdq, Pixels
from amanat.fingerprint.picture import Picture, whole

__all__ = ["ENOUGH", "load_fast", "pdq", "picture_pdq"]

ENOUGH = 100
"""After so many pictures a process loads what is compiled."""


class _Computes(Protocol):
    """What the definition and its compiled twin have in common."""

    def pdq(self, pixels: Pixels) -> Pdq: ...

    def from_cells(self, cells: Floats) -> Pdq: ...


class _Choice:
    """What this process computes with. A race between threads loads twice and does no harm."""

    def __init__(self) -> None:
        self.module: _Computes = definition
        self.weigh: Weigh = weighed
        self.asked = 0
        self.settled = False


_choice = _Choice()


def pdq(pixels: Pixels) -> Pdq:
    """The print of `uint8` grey `(rows, columns)` or RGB `(rows, columns, 3)`, as they are."""
    return _chosen().pdq(pixels)


def picture_pdq(picture: Picture) -> Pdq:
    """The print of a picture; nearly that of the whole one when it was made smaller."""
    if picture.is_whole or min(picture.width, picture.height) < MIN_SIDE:
        return pdq(picture.pixels)
    return _chosen().from_cells(blurred_cells(picture, _choice.weigh))


def load_fast() -> bool:
    """Compile now, for whoever knows that there will be many pictures; False where Numba is not installed."""
    _choice.settled = True
    if find_spec("numba") is None:
        return False
    fast = import_module("amanat.fingerprint.fast")
    for shape in ((65, 65), (65, 65, 3)):
        fast.pdq(np.zeros(shape, np.uint8))
    blurred_cells(whole(np.zeros((65, 65), np.uint8)), fast.weighed)
    _choice.module, _choice.weigh = fast, fast.weighed
    return True


def _chosen() -> _Computes:
    _choice.asked += 1
    if _choice.asked > ENOUGH and not _choice.settled:
        load_fast()
    return _choice.module
