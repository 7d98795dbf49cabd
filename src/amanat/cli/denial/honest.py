"""A server that does nothing wrong, used by many at once: nothing of it may be taken for an attack.

What a reporter does counts as one operation each:

    report    sent, and its promise checked
    return    the thread is there, event for event, as it was sent
    message   sent, and its promise checked
    receipt   of each of the two events: taken from the public log and verified

A follower looks at every checkpoint on the way, the server is stopped and started again half way, and at the
end a scan of the whole log must show every promised leaf, `amanat check` no error, every file must hold and
the witness must have refused nothing. Shown right by `tests/cli/test_denial.py`.
"""

import http.client
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from amanat import clock
from amanat.cli.denial.looking import Exposed
from amanat.cli.denial.sending import JSON, Report, as_body, new_report
from amanat.cli.denial.stage import Stage, wait_until
from amanat.errors import Conflict, Error, Unavailable
from amanat.receipt.chain import Fresh, Made
from amanat.receipt.opening import open_leaf
from amanat.receipt.promise import open_promise
from amanat.receipt.receipt import Receipt, format_receipt
from amanat.receipt.verify import verify_receipt
from amanat.tlog.checkpoint import Checkpoint
from amanat.tlog.fsck import faults
from amanat.tlog.hashing import EMPTY_ROOT, leaf_hash
from amanat.tlog.keys import Verifier
from amanat.tlog.monitor import Monitor
from amanat.tlog.proof import prove_inclusion_from
from amanat.tlog.sightings import Alarm, Sighting, Sightings
from amanat.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileHashes, format_tile_path, parse_bundle
from amanat.tlog.trust import verify_checkpoint
from amanat.tlog.verified import VerifiedReader, filled_width

__all__ = ["EACH", "honest"]

EACH = 5
"""Operations of one reporter."""
TOGETHER = 8
WAVE = 200


@dataclass(slots=True)
class Reporter:
    """Somebody who reported, came back and wrote again; and both events."""

    report: Report
    events: tuple[Made, Made]


@dataclass(slots=True)
class _Follower:
    """Sees each checkpoint as `amanat log monitor` does, and knows where every leaf lies."""

    server: Stage
    places: dict[bytes, int] = field(default_factory=dict)
    read: int = 0
    now: Sighting | None = None
    monitor: Monitor = field(init=False)

    def __post_init__(self) -> None:
        sightings = Sightings(self.server.folder / "sightings", self.server.policy)
        self.monitor = Monitor(self.server.reader, sightings)

    def look(self) -> None:
        """One look; raises `Conflict` for an alarm."""
        seen = self.monitor.look()
        if isinstance(seen, Alarm):
            raise Conflict(f"a follower of the log gave alarm: {seen.why}", where="monitor")
        if seen.sighting.witnessed:
            self.now = seen.sighting
            self._read(seen.sighting.checkpoint)

    def holds(self, leaves: Iterable[bytes]) -> bool:
        """Whether all of them are in the witnessed log by now."""
        self.look()
        return all(leaf in self.places for leaf in leaves)

    def _read(self, tree: Checkpoint) -> None:
        verified = VerifiedReader(self.server.reader, tree)
        for number in range(self.read // TILE_WIDTH, -(-tree.size // TILE_WIDTH)):
            bundle = Tile(ENTRIES, number, filled_width(tree.size, ENTRIES, number))
            entries = parse_bundle(verified.read(format_tile_path(bundle)))
            self.places.update((entry, number * TILE_WIDTH + at) for at, entry in enumerate(entries))
        self.read = tree.size


def honest(
    server: Stage, operations: int, *, after_each: Callable[[int], None] = lambda _done: None
) -> Exposed:
    """At least so many operations; what would be taken for an attack, or None."""
    follower, key, done, waiting = _Follower(server), server.promise_key(), 0, list[Reporter]()
    try:
        while done < operations:
            count = min(WAVE, -(-(operations - done) // EACH))
            sent = list(_wave(server, count, key))
            _take_receipts(server, waiting, follower)
            if done <= operations // 2 < done + count * EACH:
                server.stop("server")
                server.serve()
            done, waiting = done + count * EACH, sent
            after_each(done)
        _take_receipts(server, waiting, follower)
        _look_at_everything(server)
    except Error as error:
        return str(error)
    return None


def _wave(server: Stage, count: int, key: Verifier) -> Iterator[Reporter]:
    """So many reporters, several at a time, each with a connection of their own."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        yield from pool.map(lambda _number: _reporter(server, key), range(count))


def _reporter(server: Stage, key: Verifier) -> Reporter:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        report, fields = new_report()
        _check_promise(_post(connection, "/report/sealed", fields), report.event, key)
        locator = report.chain.keys.locator
        _check_thread(json.loads(_post(connection, "/return/thread", {"locator": locator})), report)
        message = report.chain.event(
            "message", "Invented.", by_reporter=True, now=clock.now(), fresh=Fresh(0, EMPTY_ROOT)
        )
        fields = {"locator": locator, "seq": message.seq, "leaf": message.leaf, "sealed": message.record}
        _check_promise(_post(connection, "/return/event", fields), message, key)
    finally:
        connection.close()
    return Reporter(report, (report.event, message))


def _post(connection: http.client.HTTPConnection, path: str, fields: dict[str, Any]) -> bytes:
    try:
        connection.request("POST", path, as_body(fields), JSON)
        answer = connection.getresponse()
        body = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable("no answer", where=path) from error
    if answer.status not in {200, 201}:
        raise Unavailable(f"the server answered {answer.status}", where=path)
    return body


def _check_promise(note: bytes, event: Made, key: Verifier) -> None:
    if open_promise(note, key).leaf_hash != leaf_hash(event.leaf):
        raise Conflict("a promise for another leaf", where="promise")


def _check_thread(thread: dict[str, Any], report: Report) -> None:
    sealed = json.loads(as_body({"sealed": report.event.record}))["sealed"]
    if thread["report_id"] != report.chain.report_id or [e["sealed"] for e in thread["events"]] != [sealed]:
        raise Conflict("the thread is not what was sent", where="thread")


def _take_receipts(server: Stage, reporters: list[Reporter], follower: _Follower) -> None:
    """Wait until all their leaves are witnessed, and verify a receipt of each."""
    leaves = [event.leaf for reporter in reporters for event in reporter.events]
    wait_until(lambda: follower.holds(leaves))
    if not leaves or follower.now is None:
        return
    note, tree, tiles = follower.now.note, follower.now.checkpoint, _Kept(server)
    for leaf in leaves:
        index = follower.places[leaf]
        path = prove_inclusion_from(TileHashes(tiles, tree.size), tree.size, index)
        receipt = format_receipt(Receipt(open_leaf(1, leaf), index, path, note))
        verify_receipt(receipt, server.policy)


class _Kept:
    """Reads each published file once for a whole wave."""

    def __init__(self, server: Stage) -> None:
        self._reader, self._files = server.reader, dict[str, bytes]()

    def read(self, path: str) -> bytes:
        if path not in self._files:
            self._files[path] = self._reader.read(path)
        return self._files[path]


def _look_at_everything(server: Stage) -> None:
    server.say("check")
    tree = verify_checkpoint(server.wait_for_witnessed(), server.policy).checkpoint
    for fault in faults(server.reader, tree):
        raise Conflict(f"a bad file: {fault.what}", where=fault.path)
    if "REFUSED" in server.say("witness", "status", "--data", str(server.folder / "witness")):
        raise Conflict("the witness has refused a tree", where="witness")
