"""What an insider with root may try against a report, and what exposes it: protocol section 8, row by row.

Each attack does the real thing (rows deleted in the database, files changed, keys read, backups restored) and
then looks only as an outsider can: with the promise, the receipt, the public log, the policy. It returns how
it was exposed, or None when nobody outside could tell. Those on times are in `times.py`. Shown right by
`tests/cli/test_denial.py`.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from amanat.cli.denial.looking import Exposed, forge, in_database, leaves_of, logged, refused
from amanat.cli.denial.stage import Stage, wait_until
from amanat.cli.denial.times import back_date, refer_in_name_only
from amanat.errors import Conflict
from amanat.receipt.leaf import cover_leaf
from amanat.receipt.promise import Promise, open_promise, sign_promise
from amanat.receipt.verify import verify_receipt
from amanat.tlog.audit import audit, entries_of
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import generate_signer
from amanat.tlog.trust import verify_checkpoint

__all__ = ["ATTACKS", "Attack"]

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
    return refused(lambda: open_promise(forged, key), "the page sees no valid promise: NOT received")


def promise_and_never_log(server: Stage) -> Exposed:
    """Give the promise and delete the rows in the same moment."""
    key = server.promise_key()
    in_database(server, FORGET)
    report = server.report()
    in_database(server, "DROP TRIGGER forget")
    promise = open_promise(report.promise, key)
    later = promise.accepted + timedelta(seconds=5)
    note = server.wait_for_witnessed(lambda signed: bool(signed.in_log_by and signed.in_log_by > later))
    tree = verify_checkpoint(note, server.policy).checkpoint
    audit(server.reader, tree)
    if any(leaf_hash(entry) == promise.leaf_hash for entry in entries_of(server.reader, tree.size)):
        return None
    return f"the signed promise, and a full scan of {tree.size} witnessed entries without its leaf"


def change_what_is_logged(server: Stage) -> Exposed:
    """Delete the rows of a logged report, replace its leaf everywhere, and sign the tree anew."""
    report, receipt = logged(server)
    in_database(server, "DELETE FROM intake_event WHERE report_id = ?", (report.chain.report_id,))
    in_database(server, "DELETE FROM intake_report WHERE id = ?", (report.chain.report_id,))
    if server.thread(report)["report_id"] == report.chain.report_id:
        raise Conflict("the report was not deleted", where="denial-test")
    leaves = [cover_leaf() if leaf == report.event.leaf else leaf for leaf in leaves_of(server)]
    forged = forge(server, leaves)
    for bundle in (server.data / "log" / "tile" / "entries").rglob("*.p/*"):
        bundle.write_bytes(bundle.read_bytes().replace(report.event.leaf, cover_leaf()))
    audited = refused(lambda: audit(server.reader, server.checkpoint().checkpoint), "")
    if audited is None or not verify_receipt(receipt, server.policy):
        return None
    return refused(
        lambda: verify_checkpoint(forged, server.policy),
        "the receipt still holds, the files no longer make the signed root, no witness signs the new one",
    )


def restore_a_backup(server: Stage) -> Exposed:
    """Go back to yesterday's backup, as if today's report had never come."""
    server.wait_for_witnessed()
    backup = server.copy_data("backup")
    report, receipt = logged(server)
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
    return refused(
        lambda: verify_checkpoint(server.get("/log/checkpoint"), server.policy),
        "the witness refuses the smaller tree; the receipt is newer than the log that is shown",
    )


def show_two_histories(server: Stage) -> Exposed:
    """Show somebody a log of their own, signed by the real key, in which the report never was."""
    report, _receipt = logged(server)
    leaves = [leaf for leaf in leaves_of(server) if leaf != report.event.leaf]
    forged = forge(server, [*leaves, *(cover_leaf() for _ in range(300))])
    return refused(
        lambda: verify_checkpoint(forged, server.policy), "no witness cosigns a second history: no quorum"
    )


ATTACKS = (
    Attack("drop a report before logging it", drop_before_logging),
    Attack("promise, then never log", promise_and_never_log),
    Attack("delete or edit a logged report", change_what_is_logged),
    Attack("restore an old backup", restore_a_backup),
    Attack("show two publics two histories", show_two_histories),
    Attack("back-date an action", back_date),
    Attack('"referred" when it was not', refer_in_name_only),
)
