"""A copy of a log that never holds more than was proven, written in one fixed order.

    (1) look, exactly as a monitor does; what was seen is kept in `.mirror` inside the folder
    (2) wait for the quorum: a checkpoint that witnesses have not seen is not published
    (3) bundles, then tiles from level 0 up: each is proven part of the signed tree before it is written
    (4) the checkpoint, last

A crash in (1) or (2) leaves the copy as it was. In (3) it leaves files that are part of a signed tree and
that no published checkpoint needs yet; the next run proves them again, writes what is missing or false, and
goes on. In (4) the old checkpoint stands, or the new one. The recovery is the normal path. Shown right by
`tests/tlog/test_mirror.py`, and under SIGKILL by `tests/cli/test_log_mirror.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from amanat.errors import Malformed, Misconfigured, NotFound, Unverified
from amanat.tlog.audit import tiles_at
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.monitor import PATIENCE, Monitor, Seen, difference
from amanat.tlog.policy import Policy
from amanat.tlog.sightings import Alarm, Sighting, Sightings
from amanat.tlog.store import FolderStore, Reader, Store
from amanat.tlog.tile import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, format_tile_path
from amanat.tlog.verified import VerifiedReader

__all__ = ["Copied", "Mirror", "copy", "new_files"]

SEEN = ".mirror"


@dataclass(frozen=True, slots=True)
class Copied:
    """One look of a mirror: what was seen, the size that is published now, and how many files are new."""

    seen: Seen
    size: int
    files: int


class Mirror:
    """Keeps a copy of the log at `reader` in a folder."""

    def __init__(self, reader: Reader, folder: Path, policy: Policy, *, patience: int = PATIENCE) -> None:
        self._reader = reader
        self._store = FolderStore(folder)
        self.sightings = Sightings(folder / SEEN, policy)
        self._monitor = Monitor(reader, self.sightings, patience=patience)

    def look(self, after_each: Callable[[int, int], None] = lambda _done, _all: None) -> Copied | Alarm:
        """Bring the copy up to what the witnesses have seen; `after_each` is told files done, of how many.

        Raises `Unavailable`, and what a broken file of the log raises; the copy is then as it was.
        """
        # (1)
        old = self.published()
        if old is not None:
            # Its memory may be lost, or older than what it publishes.
            self.sightings.remember(old)
        seen = self._monitor.look()
        if isinstance(seen, Alarm):
            return seen
        new = seen.sighting
        # (2)
        if not new.witnessed:
            return Copied(seen, _size(old), 0)
        if old is not None:
            why = difference(old.checkpoint, new.checkpoint, self._reader)
            if why:
                return Alarm(f"against this mirror: {why}", old.note, new.note)
        # (3)
        files = copy(self._reader, self._store, new.checkpoint, _size(old), after_each=after_each)
        # (4)
        if old is None or old.note != new.note:
            self._store.write("checkpoint", new.note)
        return Copied(seen, new.checkpoint.size, files)

    def published(self) -> Sighting | None:
        """What the copy publishes; None when it is new. Raises `Misconfigured` when that does not hold."""
        try:
            return self.sightings.sight(self._store.read("checkpoint"))
        except NotFound:
            return None
        except (Malformed, Unverified) as error:
            hint = "The policy has changed, or the file was damaged. Begin with an empty folder."
            raise Misconfigured("does not hold under this policy", where="checkpoint", hint=hint) from error


def copy(
    reader: Reader,
    store: Store,
    checkpoint: Checkpoint,
    old_size: int,
    *,
    after_each: Callable[[int, int], None] = lambda _done, _all: None,
) -> int:
    """Write every file that this checkpoint needs and the one of `old_size` did not, each proven before.

    Returns how many were written; those that were there and hold are left alone.
    """
    verified = VerifiedReader(reader, checkpoint)
    tiles = list(new_files(old_size, checkpoint.size))
    written = 0
    for done, tile in enumerate(tiles, start=1):
        if not _holds(store, tile, verified):
            store.write(format_tile_path(tile), verified.read(format_tile_path(tile)))
            written += 1
        after_each(done, len(tiles))
    return written


def new_files(old_size: int, size: int) -> Iterator[Tile]:
    """The bundles, then the tiles from level 0 up, that `size` leaves need and `old_size` did not."""
    for level in (ENTRIES, *range(64)):
        shift = TILE_HEIGHT * max(level, 0)
        old, new = old_size >> shift, size >> shift
        if new == 0:
            return
        if new > old:
            yield from _tiles_from(level, old // TILE_WIDTH, new)


def _tiles_from(level: int, first: int, count: int) -> Iterator[Tile]:
    for tile in tiles_at(level, count - first * TILE_WIDTH):
        yield Tile(level, first + tile.number, tile.width)


def _holds(store: Store, tile: Tile, verified: VerifiedReader) -> bool:
    """Whether the file is in the copy and is part of the tree, to the byte."""
    path = format_tile_path(tile)
    if not store.exists(path):
        return False
    try:
        return verified.take(tile, store) == store.read(path)
    except (NotFound, Malformed):
        return False
    except Unverified as error:
        if error.where == path:
            return False
        raise


def _size(published: Sighting | None) -> int:
    return published.checkpoint.size if published else 0
