"""Growing a log: integrate a batch of leaves, sign the new tree, write its tiles and entry bundles.

Pure but for the store it is given; who decides which leaves, and in which order the steps run, is the caller.
`write_tiles` only adds files: after a crash at any point the same call gives the same bytes. Shown right by
`tests/tlog/test_sequencer.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from amanat.errors import Conflict
from amanat.tlog.checkpoint import Checkpoint, format_checkpoint
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import Signer, sign_note
from amanat.tlog.store import Store
from amanat.tlog.tile import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    format_bundle,
    format_tile_path,
    read_entries,
    read_tile,
)
from amanat.tlog.tree import Frontier, root

__all__ = ["Batch", "integrate", "sign_checkpoint", "write_tiles"]


@dataclass(frozen=True, slots=True)
class Batch:
    """Leaves that join the log from `first_index` on, and the frontier of the tree with them."""

    first_index: int
    leaves: tuple[bytes, ...]
    frontier: Frontier

    def checkpoint(self, origin: str) -> Checkpoint:
        """The checkpoint of the tree with this batch, for the log of this origin."""
        return Checkpoint(origin, self.frontier.size, self.frontier.root())


def integrate(frontier: Frontier, leaves: Sequence[bytes]) -> Batch:
    """The batch of these leaves (whole entries, not hashes) after the tree of this frontier."""
    grown = frontier.extend(leaf_hash(leaf) for leaf in leaves)
    return Batch(frontier.size, tuple(leaves), grown)


def sign_checkpoint(batch: Batch, signer: Signer) -> bytes:
    """The signed note of the batch's checkpoint; the signer's name is the origin."""
    return sign_note(format_checkpoint(batch.checkpoint(signer.name)), signer)


def write_tiles(
    store: Store,
    old_size: int,
    leaves: Sequence[bytes],
    *,
    after_each: Callable[[str], None] = lambda _path: None,
) -> None:
    """Write every bundle and tile that the log of `old_size` leaves gains with these.

    What is there already stays as it is; other bytes at the same path raise `Conflict`: a log never changes.
    `after_each` is told each path.
    """
    for path, data in _files(store, old_size, leaves):
        _add(store, path, data)
        after_each(path)


def _files(store: Store, old_size: int, leaves: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    size = old_size + len(leaves)
    for tile, entries in _filled(store, ENTRIES, old_size, leaves):
        yield format_tile_path(tile), format_bundle(entries)
    level, items = 0, [leaf_hash(leaf) for leaf in leaves]
    while size:
        above = []
        for tile, hashes in _filled(store, level, old_size, items):
            yield format_tile_path(tile), b"".join(hashes)
            if tile.width == TILE_WIDTH:
                above.append(root(hashes))
        level, items, old_size, size = level + 1, above, old_size // TILE_WIDTH, size // TILE_WIDTH


def _filled(
    store: Store, level: int, old_count: int, new: Sequence[bytes]
) -> Iterator[tuple[Tile, Sequence[bytes]]]:
    """The tiles that change at one level, where `old_count` places were filled, with all they now hold."""
    kept = _kept(store, level, old_count) if new else ()
    items = [*kept, *new]
    first = (old_count - len(kept)) // TILE_WIDTH
    for offset in range(0, len(items), TILE_WIDTH):
        inside = items[offset : offset + TILE_WIDTH]
        yield Tile(level, first + offset // TILE_WIDTH, len(inside)), inside


def _kept(store: Store, level: int, old_count: int) -> tuple[bytes, ...]:
    """What the last, partial tile of the old tree held."""
    number, width = divmod(old_count, TILE_WIDTH)
    if not width:
        return ()
    tile = Tile(level, number, width)
    return read_entries(store, tile) if level == ENTRIES else read_tile(store, tile)


def _add(store: Store, path: str, data: bytes) -> None:
    if not store.exists(path):
        store.write(path, data)
    elif store.read(path) != data:
        raise Conflict("the log already has other bytes here", where=path)
