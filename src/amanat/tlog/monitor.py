"""Following a log: each new checkpoint must be signed and must continue the one seen before.

    (1) fetch the checkpoint; the log's signature, and every known witness's, must hold
    (2) it is of the same log, and not smaller than what was seen
    (3) the tiles make its root; a proof of consistency is computed from them and checked
    (4) only then is it remembered

The log's word is taken for nothing: a proof comes from tiles that are shown to make the signed root, so a
proof that then fails is a second history, signed. Files that cannot be read or do not fit are another matter,
of a broken server perhaps: they are tried again, and after `PATIENCE` times in a row they are an alarm too,
because a log could hide a second history behind them. Shown right by `tests/tlog/test_monitor.py`.
"""

from dataclasses import dataclass

from amanat.errors import Malformed, NotFound, Unverified
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.proof import check_consistency, prove_consistency_from
from amanat.tlog.sightings import Alarm, Sighting, Sightings
from amanat.tlog.store import Reader
from amanat.tlog.tile import TileHashes
from amanat.tlog.verified import VerifiedReader

__all__ = ["PATIENCE", "Monitor", "Seen", "difference"]

PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that continues the one before: is it new, and who of the witnesses is new on it."""

    sighting: Sighting
    before: Sighting | None
    later_witnesses: frozenset[str]

    @property
    def grown(self) -> bool:
        """Whether this tree was not seen before."""
        return self.before is None or self.before.checkpoint.size < self.sighting.checkpoint.size


class Monitor:
    """Follows the log at `reader`; `patience` is how often its files may fail to prove a new checkpoint."""

    def __init__(self, reader: Reader, sightings: Sightings, *, patience: int = PATIENCE) -> None:
        self._reader = reader
        self._sightings = sightings
        self._patience = patience
        self._unproven = 0

    def look(self) -> Seen | Alarm:
        """One look at the log. Raises `Unavailable`, and what a broken file raises."""
        before = self._sightings.last()
        # (1)
        note = self._reader.read("checkpoint")
        try:
            now = self._sightings.sight(note)
        except Unverified as error:
            return Alarm(f"its signatures do not hold: {error}", before.note if before else None, note)
        # (2) (3)
        for rival in self._rivals(before, now.checkpoint.size):
            why = self._judge(rival.checkpoint if rival else None, now.checkpoint)
            if why:
                return Alarm(why, rival.note if rival else None, note)
        # (4)
        return _seen(before, self._sightings.remember(now))

    def _rivals(self, last: Sighting | None, size: int) -> tuple[Sighting | None, ...]:
        """What the new checkpoint must go with; against a second root at one size nothing shows more."""
        if last is None or size >= last.checkpoint.size or size not in self._sightings.sizes():
            return (last,)
        return (self._sightings.at(size), last)

    def _judge(self, before: Checkpoint | None, now: Checkpoint) -> str:
        """What is wrong with the new checkpoint after the old one, or nothing."""
        try:
            why = difference(before, now, self._reader)
        except (NotFound, Malformed, Unverified) as error:
            self._unproven += 1
            if self._unproven < self._patience:
                raise
            return f"its files do not prove that the new tree continues the old one: {error}"
        self._unproven = 0
        return why


def difference(before: Checkpoint | None, now: Checkpoint, reader: Reader) -> str:
    """Why `now` does not continue `before`, as a sentence; empty when it is proven that it does.

    Raises `NotFound`, `Malformed`, `Unverified` or `Unavailable` when the tiles do not show either.
    """
    if before is not None:
        if before.origin != now.origin:
            return "another log is served here than before"
        if now.size < before.size:
            return f"the log went back from {before.size} entries to {now.size}"
        if now.size == before.size:
            return "" if now.root == before.root else f"it signed two different trees of {now.size} entries"
    verified = TileHashes(VerifiedReader(reader, now), now.size)
    if before is None:
        return ""
    hashes = prove_consistency_from(verified, now.size, before.size)
    try:
        check_consistency(before.size, before.root, now.size, now.root, hashes)
    except Unverified:
        return f"its tree of {now.size} entries does not continue its tree of {before.size}: a second history"
    return ""


def _seen(before: Sighting | None, now: Sighting) -> Seen:
    if before is None or before.checkpoint.size != now.checkpoint.size:
        return Seen(now, before, frozenset())
    return Seen(now, before, frozenset(now.signed.witnesses.keys() - before.signed.witnesses.keys()))
