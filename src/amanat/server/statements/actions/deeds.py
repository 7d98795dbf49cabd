"""Write down what a person did in a record: an event of the record's own chain, with its leaf.

It runs inside the transaction of the action that calls it, so what was done and its leaf are stored together
or not at all. The server makes the leaf itself, because nothing here is sealed (decision record 0051). The
leaf gives way to those of reports. Shown right by `tests/server/statements/test_deeds.py`.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from amanat.errors import NotAllowed
from amanat.receipt.leaf import Header, format_header, make_leaf
from amanat.sealing.keys import derive
from amanat.server.accounts.models import Member
from amanat.server.accounts.rules import may_read
from amanat.server.ledger.actions import enter
from amanat.server.ledger.queries import latest_published
from amanat.server.statements.models import Deed, Record
from amanat.strict import canonical_json, encode_base64
from amanat.tlog.hashing import EMPTY_ROOT

__all__ = ["write"]

FIRST, LATER = "received", "message"


def write(*, by: Member, now: datetime, record: Record, kind: str, what: Mapping[str, Any]) -> Deed:
    """The next event of the record's chain. Raises `NotAllowed` for somebody who reads nothing here."""
    if not may_read(by.role):
        raise NotAllowed("only workers and supervisors keep records")
    # Two people at once: the second waits here, and its event follows that of the first.
    Record.objects.select_for_update().get(pk=record.pk)
    last = record.deeds.select_related("entry").order_by("-seq").first()
    keys = derive(bytes(record.secret))
    tree = latest_published()
    header = Header(
        seq=last.seq + 1 if last else 0,
        kind=LATER if last else FIRST,
        claimed_time=now.replace(microsecond=0),
        prev_leaf_hash=bytes(last.entry.leaf_hash) if last else None,
        fresh_size=tree.size if tree else 0,
        fresh_root=bytes(tree.root) if tree else EMPTY_ROOT,
        author_pk=None if last else keys.author_public,
    )
    payload = {
        "nonce": encode_base64(secrets.token_bytes(16)),
        "from": "organisation",
        "text": f"record {record.pk}: {kind}",
        "record": record.pk,
        "deed": kind,
        "by": by.pseudonym,
        **what,
    }
    entry = enter(now=now, leaf=make_leaf(keys.thread_key, keys.salt_0, header, payload), gives_way=True)
    return Deed.objects.create(
        record=record,
        seq=header.seq,
        kind=kind,
        header=format_header(header).decode(),
        payload=canonical_json(payload).decode(),
        author=by,
        at=now,
        entry=entry,
    )
