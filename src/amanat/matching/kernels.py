"""The loops of a search, compiled by Numba: walking the bands, and the scan.

`bands.py` does without when Numba is not there. Each loop releases the interpreter lock, keeps no state, and
stays inside its arrays whatever the bytes of an index file say. Shown right by
`tests/matching/test_bands.py`, against `linear.py`.
"""

from typing import Any

import numpy as np
from numba import types

from amanat.matching.stretches import BROKEN, ask, look_up, pass_over
from amanat.matching.words import apart_of, compiled, count_keys, fetch, file_rows, key_of, popcount

__all__ = ["BROKEN", "count_keys", "file_rows", "scan", "walk"]

TOO_MANY = -2


@compiled
def scan(prints: Any, queries: Any, first: Any, distance: Any, hits: Any) -> Any:
    """All pairs of `queries[first:]`, block by block: the hits found, or one more than fit."""
    found = 0
    for start in range(0, prints.shape[0], 1024):
        end = min(start + 1024, prints.shape[0])
        for number in range(first, queries.shape[0]):
            query = queries[number]
            for row in range(start, end):
                apart = apart_of(prints, row, query)
                if apart <= distance:
                    if found == hits.shape[0]:
                        return found + 1
                    hits[found, 0] = number
                    hits[found, 1] = row
                    hits[found, 2] = apart
                    found += 1
    return found


@compiled
def _first_band(prints: Any, row: Any, query: Any, fields: Any, radii: Any, apart: Any) -> Any:
    """The first band that leads to this row, so that each pair is told once; `apart` is room to work in."""
    bands = fields.shape[0]
    for band in range(bands):
        turned = types.uint64(0)
        for word in range(4):
            difference = (prints[row, word] ^ query[word]) >> fields[band, word, 0]
            kept = (types.uint64(1) << fields[band, word, 1]) - types.uint64(1)
            turned += popcount(difference & kept)
        apart[band] = types.int64(turned)
    for band in range(bands):
        after = band + 1 if band + 1 < bands else 0
        ring = radii[band] + radii[after] + 1
        if apart[band] <= radii[band] and apart[band] + apart[after] <= ring:
            return band
    return BROKEN


@compiled
def _scan_one(prints: Any, queries: Any, number: Any, distance: Any, hits: Any, found: Any) -> Any:
    query = queries[number]
    for row in range(prints.shape[0]):
        apart = apart_of(prints, row, query)
        if apart <= distance:
            hits[found, 0], hits[found, 1], hits[found, 2] = number, row, apart
            found += 1
    return found


@compiled
def _verify(
    prints: Any, queries: Any, number: Any, distance: Any, hits: Any, found: Any, fields: Any, radii: Any,
    filed: Any, near: Any, ends: Any, room: Any,
) -> Any:  # fmt: skip
    query = queries[number]
    flat = prints.reshape(prints.size)
    for at in range(ends[-1]):
        near[at] = filed[near[at]]
        fetch(flat, 4 * near[at])
    start = 0
    for band in range(ends.shape[0]):
        for at in range(start, ends[band]):
            row = near[at]
            if row >= prints.shape[0]:
                return BROKEN
            apart = apart_of(prints, row, query)
            if apart <= distance and _first_band(prints, row, query, fields, radii, room) == band:
                hits[found, 0], hits[found, 1], hits[found, 2] = number, row, apart
                found += 1
        start = ends[band]
    return found


@compiled
def _gather(
    queries: Any, number: Any, rows: Any, fields: Any, radii: Any, rests: Any, tags: Any,
    starts: Any, table: Any, marks: Any, filed: Any, masks: Any, mask_starts: Any, ranges: Any, near: Any,
    ends: Any, keys: Any,
) -> Any:  # fmt: skip
    """What the bands of one query lead to: BROKEN, TOO_MANY for a scan, or how many rows."""
    bands = fields.shape[0]
    for band in range(bands):
        keys[band] = key_of(queries, number, fields[band])
        ask(keys[band] >> rests[band], table, starts[band], masks, mask_starts[band], mask_starts[band + 1])
    used = 0
    looked = 0
    for band in range(bands):
        used, total = look_up(
            keys[band] >> rests[band], table, starts[band], masks, mask_starts[band], mask_starts[band + 1],
            ranges, used, marks, band * rows, rows,
        )  # fmt: skip
        looked += total
        ends[band] = used
        if used == BROKEN:
            return BROKEN
    return TOO_MANY if looked > rows // 2 else _sift(
        keys, radii, rests, tags, marks, filed, ranges, near, ends
    )  # fmt: skip


@compiled
def _sift(
    keys: Any, radii: Any, rests: Any, tags: Any, marks: Any, filed: Any, ranges: Any, near: Any, ends: Any
) -> Any:  # fmt: skip
    """Pass over the stretches of all bands; `ends[band]` becomes where the rows of a band end in `near`."""
    bands = keys.shape[0]
    count = 0
    first = 0
    last = ends[bands - 1]
    for band in range(bands):
        after = band + 1 if band + 1 < bands else 0
        low = (types.uint64(1) << rests[band]) - types.uint64(1)
        tag = types.uint16((keys[band] & low) | (keys[after] << rests[band]))
        ring = radii[band] + radii[after] + 1
        count = pass_over(
            ranges, first, ends[band], last, marks, filed, tag, tags[band], radii[band], ring, near, count
        )  # fmt: skip
        if count == BROKEN:
            return TOO_MANY
        first, ends[band] = ends[band], count
    return count


@compiled
def walk(
    prints: Any, queries: Any, first: Any, distance: Any, hits: Any, fields: Any, radii: Any, rests: Any,
    tags: Any, starts: Any, table: Any, marks: Any, filed: Any, masks: Any, mask_starts: Any, most: Any,
) -> Any:  # fmt: skip
    """Search `queries[first:]` through the bands; the next query to do, and how many hits are in `hits`.

    It stops early when the hits may not fit. A query whose bands lead to half of all rows, or leave more than
    `most` to look at, is scanned. The next query is BROKEN when the table or the filed rows point outside.
    """
    rows = prints.shape[0]
    ends = np.empty(fields.shape[0], np.int64)
    room = np.empty(fields.shape[0], np.int64)
    keys = np.empty(fields.shape[0], np.uint64)
    ranges = np.empty((masks.shape[0] + 1, 3), np.int64)
    near = np.empty(most, np.int64)
    found = 0
    for number in range(first, queries.shape[0]):
        count = _gather(
            queries, number, rows, fields, radii, rests, tags, starts, table, marks, filed, masks,
            mask_starts, ranges, near, ends, keys,
        )  # fmt: skip
        if count == BROKEN:
            return BROKEN, 0
        if found + (rows if count == TOO_MANY else count) > hits.shape[0]:
            return number, found
        if count == TOO_MANY:
            found = _scan_one(prints, queries, number, distance, hits, found)
        else:
            found = _verify(
                prints, queries, number, distance, hits, found, fields, radii, filed, near, ends, room
            )  # fmt: skip
        if found == BROKEN:
            return BROKEN, 0
    return queries.shape[0], found
