"""Every format by its name: how it is read, whether it can be written, and what it is for.

Shown right by `tests/exchange/test_formats.py`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import BinaryIO

from amanat.errors import NotFound
from amanat.exchange import arachnid, csv, hma, ncmec, stopncii, threatexchange, vics
from amanat.exchange.changes import Gone, Line
from amanat.exchange.hashlist import Item

__all__ = ["FORMATS", "Format", "format_named"]


@dataclass(frozen=True, slots=True)
class Format:
    """A partner's format. `read` takes a binary file, the source to name, and the present moment."""

    name: str
    what: str
    source: str
    read: Callable[..., Iterator[Line]]
    write: Callable[[Iterable[Item | Gone]], bytes] | None = None
    ending: str = "json"

    def lines(self, file: BinaryIO, *, now: datetime, source: str = "") -> Iterator[Line]:
        """What a file lists and takes back; raises `Malformed`."""
        return self.read(file, source=source or self.source, now=now.replace(microsecond=0))


_ALL = (
    Format("csv", "CSV with a header line, the columns of our own list", "csv", csv.read, csv.write, "csv"),
    Format(
        "threatexchange",
        "ThreatExchange: a page of threat_updates",
        threatexchange.SOURCE,
        threatexchange.read,
        threatexchange.write,
    ),
    *(
        Format(
            f"simple.{name}",
            f"ThreatExchange: a cache file simple.{name}.te",
            threatexchange.SOURCE,
            partial(threatexchange.read_simple, type_name=name),
            ending="te",
        )
        for name in threatexchange.TYPES
    ),
    Format(
        "lines",
        "one line a print: `pdq <hex>`, as `tx hash` writes",
        "lines",
        threatexchange.read_lines,
        threatexchange.write_lines,
        "txt",
    ),
    Format("ncmec", "NCMEC Hash Sharing v2: a page of entries", ncmec.SCHEME, ncmec.read, ncmec.write, "xml"),
    Format("stopncii", "StopNCII: a page of FetchHashes", stopncii.SOURCE, stopncii.read, stopncii.write),
    Format("vics", "Project VIC and CAID JSON, 1.x and 2.0", vics.SOURCE, vics.read, vics.write),
    Format(
        "vics-notes",
        "the same, with paths, names and comments kept",
        vics.SOURCE,
        partial(vics.read, with_notes=True),
    ),
    Format(
        "arachnid", "Arachnid Shield: an answer about prints", arachnid.SOURCE, arachnid.read, arachnid.write
    ),
    Format("hma", "HMA: bank contents", "hma", hma.read, hma.write),
)
FORMATS = {each.name: each for each in _ALL}


def format_named(name: str) -> Format:
    """The format of this name; raises `NotFound`."""
    if name not in FORMATS:
        raise NotFound("no such format", where="format", hint=f"Known: {', '.join(FORMATS)}.")
    return FORMATS[name]
