"""A reader that asks again: over a long way, one failure of the network is no reason to begin anew.

It asks again only where the answer could not be had; what is missing or broken stays so. Shown right by
`tests/tlog/test_patient.py`.
"""

from collections.abc import Callable

from amanat.errors import Unavailable
from amanat.tlog.store import Reader

__all__ = ["PatientReader"]

PAUSES_SECONDS = (0.5, 2.0, 8.0)


class PatientReader:
    """A `Reader` that tries three more times before it gives up."""

    def __init__(self, reader: Reader, sleep: Callable[[float], None]) -> None:
        self._reader = reader
        self._sleep = sleep

    def read(self, path: str) -> bytes:
        """As in `Reader`."""
        for pause in PAUSES_SECONDS:
            try:
                return self._reader.read(path)
            except Unavailable:
                self._sleep(pause)
        return self._reader.read(path)
