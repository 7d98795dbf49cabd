"""What a follower of a log has seen: every checkpoint note, and the evidence against the log. One folder.

    checkpoints/<size>.note          a signed note, as it was served, with the cosignatures that came later
    evidence/<id>/before.note        the note seen before, if there was one
    evidence/<id>/after.note         the note that does not go with it
    evidence/<id>/why.txt            when it was seen and what is wrong, one line each

A note is written whole or not at all, so a kill at any moment loses nothing that was told. The same evidence
is kept once, however often it is shown. Keys come from the policy: a note on the disk that does not hold is
an error. Shown right by `tests/tlog/test_monitor.py`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from amanat.errors import Malformed, Misconfigured, Unverified
from amanat.strict import MAX_DECIMAL, format_time
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.note import add_signatures, format_note, parse_note
from amanat.tlog.policy import Policy
from amanat.tlog.store import FolderStore
from amanat.tlog.trust import SignedCheckpoint, check_signatures

__all__ = ["Alarm", "Sighting", "Sightings", "format_name", "parse_name"]

_NAME = re.compile(r"(0|[1-9][0-9]{0,18})\.note", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A checkpoint note whose signatures hold, and whether the policy's quorum has cosigned it."""

    note: bytes
    signed: SignedCheckpoint
    witnessed: bool

    @property
    def checkpoint(self) -> Checkpoint:
        """The tree it is about."""
        return self.signed.checkpoint


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong with the log, and the two notes that show it (the first is None at the first look)."""

    why: str
    before: bytes | None
    after: bytes


def format_name(size: int) -> str:
    """The name of the note of the checkpoint of this size."""
    return f"{size}.note"


def parse_name(name: str) -> int:
    """The inverse of `format_name`; raises `Malformed`."""
    match = _NAME.fullmatch(name)
    if not match or int(match[1]) > MAX_DECIMAL:
        raise Malformed("not the name of a checkpoint note", where="checkpoints")
    return int(match[1])


class Sightings:
    """The folder of one follower of one log."""

    def __init__(self, folder: Path, policy: Policy) -> None:
        self._folder = folder
        self._store = FolderStore(folder)
        self._policy = policy

    def sizes(self) -> tuple[int, ...]:
        """The sizes of all checkpoints seen, smallest first."""
        names = (path.name for path in (self._folder / "checkpoints").glob("*.note"))
        return tuple(sorted(parse_name(name) for name in names if not name.startswith(".")))

    def at(self, size: int) -> Sighting:
        """The checkpoint of this size; raises `NotFound`, or `Misconfigured` when it does not hold."""
        path = f"checkpoints/{format_name(size)}"
        try:
            sighting = self.sight(self._store.read(path))
        except (Malformed, Unverified) as error:
            hint = (
                "The policy has changed, or the file was damaged. Set the folder aside and begin a new one."
            )
            raise Misconfigured(
                "its signatures do not hold under this policy", where=path, hint=hint
            ) from error
        if sighting.checkpoint.size != size:
            raise Misconfigured("it is about another size", where=path)
        return sighting

    def last(self) -> Sighting | None:
        """The largest checkpoint seen; None when there is none yet."""
        sizes = self.sizes()
        return self.at(sizes[-1]) if sizes else None

    def sight(self, note: bytes) -> Sighting:
        """A note under the policy; nothing is kept. Raises `Malformed` or `Unverified`."""
        signed = check_signatures(note, self._policy)
        return Sighting(note, signed, self._policy.satisfied(signed.witnesses.keys()))

    def remember(self, sighting: Sighting) -> Sighting:
        """Keep a checkpoint durably; of one seen before, only cosignatures by further witnesses are new."""
        size = sighting.checkpoint.size
        if size in self.sizes():
            old = self.at(size)
            sighting = self._joined(old, sighting)
            if sighting is old:
                return old
        self._store.write(f"checkpoints/{format_name(size)}", sighting.note)
        return sighting

    def keep_evidence(self, alarm: Alarm, *, now: datetime) -> str:
        """Write both notes and why; the folder's path below this one. What is there already stays."""
        place = f"evidence/{sha256((alarm.before or b'') + alarm.after).hexdigest()[:16]}"
        if not self._store.exists(f"{place}/why.txt"):
            if alarm.before is not None:
                self._store.write(f"{place}/before.note", alarm.before)
            self._store.write(f"{place}/after.note", alarm.after)
            self._store.write(f"{place}/why.txt", f"{format_time(now)}\n{alarm.why}\n".encode())
        return place

    def evidence(self) -> int:
        """How many pieces of evidence are kept."""
        return sum(1 for _ in (self._folder / "evidence").glob("*/why.txt"))

    def _joined(self, old: Sighting, new: Sighting) -> Sighting:
        """The old note with the cosignatures of witnesses that it lacks: the first time of each is kept."""
        later = new.signed.witnesses.keys() - old.signed.witnesses.keys()
        before, after = parse_note(old.note), parse_note(new.note)
        if not later or before.text != after.text:
            return old
        lines = [
            line
            for witness in self._policy.witnesses
            if witness.name in later
            for line in after.by(witness.verifier)
        ]
        return self.sight(format_note(add_signatures(before, lines)))
