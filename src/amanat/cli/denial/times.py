"""Attacks on when something happened: an act dated back, and a referral that was never made.

Each looks only with what the reporter holds: the words, the public log, the policy. Shown right by
`tests/cli/test_denial.py`.
"""

import secrets
from datetime import datetime, timedelta

from amanat import clock
from amanat.cli.denial.looking import Exposed, in_database, logged, refused
from amanat.cli.denial.sending import Report
from amanat.cli.denial.stage import Stage
from amanat.receipt.absence import scan
from amanat.receipt.chain import Fresh, Made, Opened
from amanat.receipt.header import Header
from amanat.receipt.leaf import payload_digest, salt
from amanat.receipt.receipt import parse_receipt
from amanat.receipt.referral import make_step
from amanat.receipt.verify import Verdict, verify_receipt
from amanat.sealing.referral import ReferralKeys, referral_keys
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import Note, Signature, format_note, parse_note
from amanat.tlog.trust import verify_checkpoint

__all__ = ["back_date", "refer_in_name_only"]

MONTH = timedelta(days=30)
ENTER = """
INSERT INTO ledger_entry (leaf, leaf_hash, epoch, "index", is_cover, gives_way) VALUES (?, ?, ?, NULL, 0, 0)
"""


def back_date(server: Stage) -> Exposed:
    """Write an acknowledgement today that claims to be a month old, and turn back the witness's clock."""
    report, _receipt = logged(server)
    event, shown = _claim(server, report, "acknowledged", _month_ago())
    receipt = server.receipt(event, server.wait_for_leaf(event.leaf), shown)
    verdict = verify_receipt(receipt, server.policy)
    if not _is_late(verdict) or _turned_back_is_believed(receipt, server):
        return None
    return "the receipt shows the witnessed time beside the claimed one; a changed witness time is refused"


def refer_in_name_only(server: Stage) -> Exposed:
    """Write "referred" a month back and refer nothing; when asked, invent the institution's receipt of it."""
    report, _receipt = logged(server)
    referral_id, claimed = secrets.token_hex(16), _month_ago()
    event, _shown = _claim(server, report, "referred", claimed)
    server.wait_for_leaf(event.leaf)
    # The reporter derives the key of the referral's own chain, and looks for anything the institution did.
    keys = referral_keys(report.chain.keys.thread_key, referral_id)
    tree = verify_checkpoint(server.wait_for_witnessed(), server.policy).checkpoint
    if scan(server.reader, tree, keys.key).places:
        return None
    invented, shown = _invented_step(keys, referral_id, claimed)
    epoch = int(clock.now().timestamp())
    in_database(server, ENTER, (invented.leaf, leaf_hash(invented.leaf), epoch))
    receipt = server.receipt(invented, server.wait_for_leaf(invented.leaf), shown)
    if not _is_late(verify_receipt(receipt, server.policy)):
        return None
    return (
        f"no step of the institution in {tree.size} witnessed entries; one invented afterwards shows its "
        "witnessed time beside the claimed one"
    )


def _claim(server: Stage, report: Report, kind: str, claimed: datetime) -> tuple[Made, Opened]:
    """An event of the report's chain that claims to be from `claimed`, entered now."""
    fresh = server.checkpoint().checkpoint
    event, shown = report.chain.event_and_header(
        kind, "Invented.", by_reporter=False, now=claimed, fresh=Fresh(fresh.size, fresh.root)
    )
    fields = {
        "locator": report.chain.keys.locator,
        "seq": event.seq,
        "leaf": event.leaf,
        "sealed": event.record,
    }
    server.send("/return/event", fields)
    return event, shown


def _invented_step(keys: ReferralKeys, referral_id: str, claimed: datetime) -> tuple[Made, Opened]:
    """That the institution has it, signed by a key which the organisation made for the purpose."""
    header = Header(0, "delivered", claimed, None, 0, bytes(32), author_pk=secrets.token_bytes(32))
    payload = {"text": "Invented."}
    step = make_step(keys, referral_id, header, payload)
    shown = Opened(header, payload_digest(payload), salt(keys.key, keys.salt_0, 0))
    return Made(0, step.leaf, step.head), shown


def _month_ago() -> datetime:
    return clock.now().replace(microsecond=0) - MONTH


def _is_late(verdict: Verdict) -> bool:
    if verdict.header is None or verdict.in_log_by is None:
        return False
    return verdict.in_log_by - verdict.header.claimed_time > timedelta(days=1)


def _turned_back_is_believed(receipt: bytes, server: Stage) -> bool:
    """Whether a receipt holds in which the witness's time was changed by a month."""
    found = parse_receipt(receipt)
    note = parse_note(found.checkpoint_note)
    lines = []
    for line in note.signatures:
        if line.name != server.log_key.name:
            time = int.from_bytes(line.blob[:8], "big") - int(MONTH.total_seconds())
            line = Signature(line.name, line.key_id, time.to_bytes(8, "big") + line.blob[8:])
        lines.append(line)
    changed = format_note(Note(note.text, tuple(lines)))
    turned = receipt.replace(found.checkpoint_note, changed)
    return refused(lambda: verify_receipt(turned, server.policy), "refused") is None
