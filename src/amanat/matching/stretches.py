"""Stretches of filed rows: where a turned prefix leads, and which rows there are near by their tags.

Compiled by Numba, for `kernels.py`. Memory is slow to answer one question and quick to answer many, so what
will be read is asked for ahead. Shown right by `tests/matching/test_bands.py`, against `linear.py`.
"""

from typing import Any

from numba import types

from amanat.matching.words import compiled, fetch, popcount, popcount16

__all__ = ["BROKEN", "ask", "look_up", "pass_over"]

BROKEN = -1
# A line of memory holds 32 tags; those of a stretch a little ahead are asked for.
LINE = BLOCK = 32
AHEAD = 3


@compiled
def ask(key: Any, table: Any, base: Any, masks: Any, first: Any, end: Any) -> None:
    """Ask for the places of the table that `look_up` reads: memory serves many at once, if it is asked."""
    for at in range(first, end):
        fetch(table, base + types.int64(key ^ masks[at]))


@compiled
def look_up(
    key: Any, table: Any, base: Any, masks: Any, first: Any, end: Any, ranges: Any, used: Any, marks: Any,
    shift: Any, rows: Any,
) -> Any:  # fmt: skip
    """The stretches of filed rows that a turned prefix leads to, behind those there are, and their length.

    Asks for the first and the last tag of each. BROKEN when the table points outside.
    """
    total = 0
    broken = False
    for at in range(first, end):
        mask = masks[at]
        place = base + types.int64(key ^ mask)
        low = types.int64(table[place])
        high = types.int64(table[place + 1])
        fetch(marks, shift + low)
        fetch(marks, shift + high - 1)
        ranges[used, 0] = shift + low
        ranges[used, 1] = shift + high
        ranges[used, 2] = types.int64(popcount(types.uint64(mask)))
        used += low != high
        total += high - low
        broken |= (low > high) | (high > rows)
    return (BROKEN, 0) if broken else (used, total)


@compiled
def _any_near(marks: Any, first: Any, tag: Any, masks: Any, left: Any) -> Any:
    """Whether any of BLOCK tags is near; without a branch, so that the processor compares many at once."""
    own, both = types.uint16(masks[0]), types.uint16(masks[1])
    found = types.uint16(0)
    for at in range(BLOCK):
        apart = types.uint16(marks[types.uint64(first + at)] ^ tag)
        near = (popcount16(types.uint16(apart & both)) <= left[1]) & (
            popcount16(types.uint16(apart & own)) <= left[0]
        )
        found |= types.uint16(near)
    return found != 0


@compiled
def pass_over(
    ranges: Any, first: Any, end: Any, last: Any, marks: Any, filed: Any, tag: Any, masks: Any, radius: Any,
    ring: Any, near: Any, count: Any,
) -> Any:  # fmt: skip
    """Put the places of rows whose tags are near into `near`; their number, or BROKEN when they do not fit.

    Asks for the tags of stretches ahead, up to the `last` of all bands, and for the numbers of rows that are
    near.
    """
    for stretch in range(first, end):
        left = (types.uint16(radius - ranges[stretch, 2]), types.uint16(ring - ranges[stretch, 2]))
        if stretch + AHEAD < last:
            for line in range(ranges[stretch + AHEAD, 0] + LINE, ranges[stretch + AHEAD, 1], LINE):
                fetch(marks, line)
        for block in range(ranges[stretch, 0], ranges[stretch, 1], BLOCK):
            after = min(block + BLOCK, ranges[stretch, 1])
            if after == block + BLOCK and not _any_near(marks, block, tag, masks, left):
                continue
            for at in range(block, after):
                apart = types.uint64(types.uint16(marks[at] ^ tag))
                if popcount(apart & masks[1]) <= left[1] and popcount(apart & masks[0]) <= left[0]:
                    if count == near.shape[0]:
                        return BROKEN
                    fetch(filed, at)
                    near[count] = at
                    count += 1
    return count
