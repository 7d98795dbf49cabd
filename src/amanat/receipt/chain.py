"""One report as its reporter and its workers hold it: the secret, the keys, the next event.

The same library calls that a real page mirrors in JavaScript. The server uses it for a report without
JavaScript, in memory, and forgets it. It talks to no database. Protocol sections 2 to 4. Shown right by
`tests/receipt/test_chain.py`.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from amanat.receipt.leaf import Header, header_to_object, make_leaf, payload_digest, salt
from amanat.sealing.field import FieldAddress, seal_field
from amanat.sealing.keys import ReporterKeys, derive
from amanat.sealing.padding import pad
from amanat.sealing.report import seal_report
from amanat.sealing.words import new_secret, to_words
from amanat.strict import canonical_json, encode_base64
from amanat.tlog.hashing import leaf_hash

__all__ = ["Chain", "Fresh", "Made", "Opened"]


@dataclass(frozen=True, slots=True)
class Fresh:
    """The newest checkpoint that whoever acts has seen."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Made:
    """One event, ready to be sent: its number, its leaf, and its sealed record."""

    seq: int
    leaf: bytes
    record: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """What level 2 of a receipt shows of an event."""

    header: Header
    payload_digest: bytes
    salt: bytes


@dataclass(slots=True)
class Chain:
    """The chain of one report; `previous` is the hash of its last leaf."""

    secret: bytes = field(default_factory=new_secret, repr=False)
    report_id: str = field(default_factory=lambda: secrets.token_hex(16))
    file_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    seq: int = 0
    previous: bytes | None = None

    @property
    def keys(self) -> ReporterKeys:
        """What grows from the words."""
        return derive(self.secret)

    @property
    def words(self) -> str:
        """The twelve words, with spaces between."""
        return " ".join(to_words(self.secret))

    def report(
        self, answers: dict[str, str], recipients: Sequence[str], *, now: datetime, fresh: Fresh
    ) -> tuple[bytes, Made]:
        """The sealed report and its first event."""
        keys = self.keys
        header = Header(0, "received", now, None, fresh.size, fresh.root, author_pk=keys.author_public)
        payload = {"nonce": _nonce(), **answers}
        body = {
            "v": 1,
            "report_id": self.report_id,
            "thread_key": encode_base64(keys.thread_key),
            "salt_0": encode_base64(keys.salt_0),
            "author_public": encode_base64(keys.author_public),
            "header": header_to_object(header),
            "payload": payload,
        }
        return seal_report(body, recipients), self._make(header, payload)

    def event(
        self, kind: str, text: str, *, by_reporter: bool, now: datetime, fresh: Fresh, **more: Any
    ) -> Made:
        """The next event of the chain."""
        event, _header = self.event_and_header(
            kind, text, by_reporter=by_reporter, now=now, fresh=fresh, **more
        )
        return event

    def event_and_header(
        self, kind: str, text: str, *, by_reporter: bool, now: datetime, fresh: Fresh, **more: Any
    ) -> tuple[Made, Opened]:
        """The next event, and what its maker can show of it in a receipt.

        `more` may have `due_time`, `counterparty`, and `payload` with what else the payload holds.
        """
        beside = more.pop("payload", {})
        header = Header(self.seq, kind, now, self.previous, fresh.size, fresh.root, **more)
        sender = "reporter" if by_reporter else "organisation"
        payload = {"nonce": _nonce(), "text": text, "from": sender, **beside}
        shown = Opened(
            header, payload_digest(payload), salt(self.keys.thread_key, self.keys.salt_0, self.seq)
        )
        return self._make(header, payload), shown

    def _make(self, header: Header, payload: dict[str, Any]) -> Made:
        keys = self.keys
        leaf = make_leaf(keys.thread_key, keys.salt_0, header, payload)
        address = FieldAddress(self.report_id, "event", "record", str(header.seq), 0)
        record = pad(canonical_json({"header": header_to_object(header), "payload": payload}))
        self.seq, self.previous = header.seq + 1, leaf_hash(leaf)
        return Made(header.seq, leaf, seal_field(keys.thread_key, address, record))


def _nonce() -> str:
    return encode_base64(secrets.token_bytes(16))
