"""All public statements of a log, read from its proven entries.

    (1) every bundle is proven part of the signed tree before it is looked into
    (2) a bundle that is missing, cut off or false is an error: it never looks like silence
    (3) a statement that this program does not know is left out

Who signed the checkpoint is `amanat.tlog.trust`. Shown right by `tests/server/public/test_series.py`.
"""

from collections.abc import Callable, Iterator

from amanat.errors import Malformed
from amanat.receipt.leaf import StatementLeaf, parse_leaf
from amanat.receipt.statement import Statement, parse_statement
from amanat.tlog.audit import tiles_at
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.store import Reader
from amanat.tlog.tile import ENTRIES, TILE_WIDTH, format_tile_path, parse_bundle
from amanat.tlog.verified import VerifiedReader

__all__ = ["statements"]


def statements(
    reader: Reader, checkpoint: Checkpoint, *, after_each: Callable[[int], None] = lambda _entries: None
) -> Iterator[tuple[int, Statement]]:
    """Each statement with its index, in order; `after_each` is told entries done.

    Raises `Unverified`, `NotFound`, `Malformed` or `Unavailable` when not every entry could be proven.
    """
    verified = VerifiedReader(reader, checkpoint)
    for bundle in tiles_at(ENTRIES, checkpoint.size):
        first = bundle.number * TILE_WIDTH
        entries = parse_bundle(verified.read(format_tile_path(bundle)))
        for index, entry in enumerate(entries, start=first):
            found = _statement(entry)
            if found is not None:
                yield index, found
        after_each(first + bundle.width)


def _statement(entry: bytes) -> Statement | None:
    try:
        leaf = parse_leaf(entry)
        return parse_statement(leaf.text) if isinstance(leaf, StatementLeaf) else None
    except Malformed:
        return None
