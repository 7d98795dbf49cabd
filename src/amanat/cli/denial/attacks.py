"""What an insider with root may try against a report, and what exposes it: protocol section 8, row by row.

Each attack does the real thing (rows deleted in the database, files changed, keys read, backups restored) and
then looks only as an outsider can: with the promise, the receipt, the public log, the policy. It returns how
it was exposed, or None when nobody outside could tell. Shown right by `tests/cli/test_denial.py`.
"""

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from amanat import clock
from amanat.cli.denial.stage import Report, Stage, wait_until
from amanat.errors import Error, Unverified
from amanat.receipt.chain import Fresh
from amanat.receipt.leaf import cover_leaf
from amanat.receipt.promise import Promise, open_promise, sign_promise
from amanat.receipt.verify import Verdict, verify_receipt
from amanat.tlog.audit import audit, entries_of
from amanat.tlog.client import cosign_all
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import generate_signer
from amanat.tlog.sequencer import integrate, sign_checkpoint, write_tiles
from amanat.tlog.store import FolderStore
from amanat.tlog.tree import Frontier
from amanat.tlog.trust import verify_checkpoint

__all__ = ["ATTACKS", "Attack", "honest"]

Exposed = str | None
FORGET = """CREATE TRIGGER forget AFTER INSERT ON intake_event BEGIN
  DELETE FROM intake_event WHERE id = NEW.id;
  DELETE FROM intake_report WHERE id = NEW.report_id;
  DELETE FROM ledger_entry WHERE id = NEW.entry_id;
END"""


@dataclass(frozen=True, slots=True)
class Attack:
    """One row of the table: what is tried, and the function that tries it and looks."""

    name: str
    run: Callable[[Stage], Exposed]


def drop_before_logging(server: Stage) -> Exposed:
    """Throw the report away and answer with something that looks like a promise."""
    key, report = server.promise_key(), server.report()
    genuine = open_promise(report.promise, key)
    forged = sign_promise(
        Promise(genuine.origin, bytes(32), genuine.accepted, genuine.max_delay_seconds),
        generate_signer(key.name),
    )
    return _refused(lambda: open_promise(forged, key), "the page sees no valid promise: NOT received")


def promise_and_never_log(server: Stage) -> Exposed:
    """Give the promise and delete the rows in the same moment."""
    key = server.promise_key()
    _in_database(server, FORGET)
    report = server.report()
    _in_database(server, "DROP TRIGGER forget")
    promise = open_promise(report.promise, key)
    later = promise.accepted + timedelta(seconds=5)
    note = server.wait_for_witnessed(lambda signed: bool(signed.in_log_by and signed.in_log_by > later))
    tree = verify_checkpoint(note, server.policy).checkpoint
    audit(server.reader, tree)
    if any(leaf_hash(entry) == promise.leaf_hash for entry in entries_of(server.reader, tree.size)):
        return None
    return f"the signed promise, and a full scan of {tree.size} witnessed entries without its leaf"


def change_what_is_logged(server: Stage) -> Exposed:
    """Replace a logged leaf everywhere, and sign the tree anew."""
    report, receipt = _logged(server)
    leaves = [cover_leaf() if leaf == report.event.leaf else leaf for leaf in _leaves(server)]
    forged = _forge(server, leaves)
    for bundle in (server.data / "log" / "tile" / "entries").rglob("*.p/*"):
        bundle.write_bytes(bundle.read_bytes().replace(report.event.leaf, cover_leaf()))
    audited = _refused(lambda: audit(server.reader, server.checkpoint().checkpoint), "")
    if audited is None or not verify_receipt(receipt, server.policy):
        return None
    return _refused(
        lambda: verify_checkpoint(forged, server.policy),
        "the receipt still holds, the files no longer make the signed root, no witness signs the new one",
    )


def restore_a_backup(server: Stage) -> Exposed:
    """Go back to yesterday's backup, as if today's report had never come."""
    server.wait_for_witnessed()
    backup = server.copy_data("backup")
    report, receipt = _logged(server)
    server.stop("server")
    shutil.rmtree(server.data)
    shutil.move(backup, server.data)
    server.serve()
    size = server.checkpoint().checkpoint.size
    wait_until(lambda: server.checkpoint().checkpoint.size > size)
    tree = server.checkpoint().checkpoint
    if report.event.leaf in set(entries_of(server.reader, tree.size)):
        return None
    if not verify_receipt(receipt, server.policy):
        return None
    return _refused(
        lambda: verify_checkpoint(server.get("/log/checkpoint"), server.policy),
        "the witness refuses the smaller tree; the receipt is newer than the log that is shown",
    )


def show_two_histories(server: Stage) -> Exposed:
    """Show somebody a log of their own, signed by the real key, in which the report never was."""
    report, _receipt = _logged(server)
    leaves = [leaf for leaf in _leaves(server) if leaf != report.event.leaf]
    forged = _forge(server, [*leaves, *(cover_leaf() for _ in range(300))])
    return _refused(
        lambda: verify_checkpoint(forged, server.policy), "no witness cosigns a second history: no quorum"
    )


def back_date(server: Stage) -> Exposed:
    """Write an acknowledgement today that claims to be a month old, and turn back the witness's clock."""
    report, _receipt = _logged(server)
    claimed = clock.now().replace(microsecond=0) - timedelta(days=30)
    fresh = server.checkpoint().checkpoint
    event, shown = report.chain.event_and_header(
        "acknowledged", "Invented.", by_reporter=False, now=claimed, fresh=Fresh(fresh.size, fresh.root)
    )
    fields = {"locator": report.chain.keys.locator, "seq": 1, "leaf": event.leaf, "sealed": event.record}
    server.send("/return/event", fields)
    receipt = server.receipt(event, server.wait_for_leaf(event.leaf), shown)
    verdict = verify_receipt(receipt, server.policy)
    if not _is_late(verdict) or _turned_back_is_believed(receipt, server):
        return None
    return "the receipt shows the witnessed time beside the claimed one; a changed witness time is refused"


ATTACKS = (
    Attack("drop a report before logging it", drop_before_logging),
    Attack("promise, then never log", promise_and_never_log),
    Attack("delete or edit a logged report", change_what_is_logged),
    Attack("restore an old backup", restore_a_backup),
    Attack("show two publics two histories", show_two_histories),
    Attack("back-date an action", back_date),
)


def honest(server: Stage, reports: int) -> Exposed:
    """Nothing is tried; what would be taken for an attack, or None."""
    key = server.promise_key()
    sent = [server.report() for _ in range(reports)]
    try:
        for report in sent:
            open_promise(report.promise, key)
        for report in sent:
            index = server.wait_for_leaf(report.event.leaf)
            verify_receipt(_receipt(server, report, index), server.policy)
        audit(server.reader, verify_checkpoint(server.wait_for_witnessed(), server.policy).checkpoint)
    except Unverified as error:
        return str(error)
    return None


def _refused(attempt: Callable[[], object], exposed: str) -> Exposed:
    """`exposed` when the attempt is not believed; None when it is."""
    try:
        attempt()
    except Error:
        return exposed
    return None


def _logged(server: Stage) -> tuple[Report, bytes]:
    """A report in the witnessed log, and the receipt that its reporter took."""
    report = server.report()
    return report, _receipt(server, report, server.wait_for_leaf(report.event.leaf))


def _receipt(server: Stage, report: Report, index: int) -> bytes:
    return server.receipt(report.event, index)


def _leaves(server: Stage) -> list[bytes]:
    return list(entries_of(server.reader, server.checkpoint().checkpoint.size))


def _forge(server: Stage, leaves: Sequence[bytes]) -> bytes:
    """A log of these leaves signed by the real key, with whatever cosignatures can be had for it."""
    batch, store = integrate(Frontier.empty(), leaves), FolderStore(server.folder / "forged")
    write_tiles(store, 0, leaves)
    note = sign_checkpoint(batch, server.log_key)
    return cosign_all(server.policy.witnesses, note, store, old_size=0, timeout=5).note


def _in_database(server: Stage, statement: str) -> None:
    with closing(sqlite3.connect(server.data / "amanat.sqlite3", timeout=60)) as database:
        database.execute(statement)
        database.commit()


def _is_late(verdict: Verdict) -> bool:
    if verdict.header is None or verdict.in_log_by is None:
        return False
    return verdict.in_log_by - verdict.header.claimed_time > timedelta(days=1)


def _turned_back_is_believed(receipt: bytes, server: Stage) -> bool:
    """Whether a receipt holds in which the witness's time was changed by a month."""
    from amanat.receipt.receipt import parse_receipt
    from amanat.tlog.note import Note, Signature, format_note, parse_note

    found = parse_receipt(receipt)
    note = parse_note(found.checkpoint_note)
    month = int(timedelta(days=30).total_seconds())
    lines = []
    for line in note.signatures:
        if line.name != server.log_key.name:
            time = int.from_bytes(line.blob[:8], "big") - month
            line = Signature(line.name, line.key_id, time.to_bytes(8, "big") + line.blob[8:])
        lines.append(line)
    changed = format_note(Note(note.text, tuple(lines)))
    turned = receipt.replace(found.checkpoint_note, changed)
    return _refused(lambda: verify_receipt(turned, server.policy), "refused") is None
