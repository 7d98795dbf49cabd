"""A case file as the browsers of its holders make and open it, for the tests of the server."""

import secrets
from dataclasses import dataclass, field
from typing import Any

import pyrage

from amanat.receipt.chain import Chain
from amanat.sealing import casefile
from amanat.sealing.casefile import CaseGrant
from amanat.sealing.field import seal_field
from amanat.sealing.grant import Grant, seal_grant
from amanat.sealing.padding import unpad
from amanat.sealing.unseal import open_field
from amanat.server.cases.actions.holding import Said
from amanat.server.cases.actions.opening import open_case
from amanat.server.cases.actions.reports import keep_grants
from amanat.server.cases.actions.writing import Written, add_rows
from amanat.server.cases.models import Case, Row
from amanat.strict import encode_base64
from server.makers import NOW, Person, message, received, report_of

RECOVERY = Person(None, pyrage.x25519.Identity.generate())


def said(chain: Chain, kind: str = "assigned") -> Said:
    """The next event of a report's thread."""
    event = message(chain, kind=kind, by_reporter=False)
    return Said(chain.report_id, event.seq, event.leaf, event.record)


@dataclass
class Work:
    """A case with its key, as its holders have it."""

    holders: list[Person]
    chains: list[Chain]
    case_id: str = field(default_factory=lambda: secrets.token_hex(16))
    generation: int = 1
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.case_id)

    @property
    def by(self) -> Any:
        return self.holders[0].member

    def grants(self, *people: Person) -> dict[int | None, bytes]:
        grant = CaseGrant(self.case_id, self.generation, self.key)
        sealed = {
            one.member.pk: casefile.seal_case_grant(grant, one.recipient) for one in people or self.holders
        }
        return {**sealed, None: casefile.seal_case_grant(grant, RECOVERY.recipient)}

    def links(self, *chains: Chain) -> dict[str, bytes]:
        return {chain.report_id: self.link(chain) for chain in chains or self.chains}

    def link(self, chain: Chain) -> bytes:
        keys = {"thread_key": encode_base64(chain.keys.thread_key), "file_key": encode_base64(chain.file_key)}
        body = {"v": 1, "report": chain.report_id, **keys}
        return casefile.seal_body(self.key, casefile.link_address(self.case_id, chain.report_id), body)

    def row(self, row_id: str, revision: int, text: str = "x", parents: tuple[int, ...] = ()) -> Written:
        body = {"v": 1, "kind": "note", "fields": {"text": text}, "parents": list(parents)}
        body |= {"at": "2026-05-03T14:37:00Z", "withdrawn": False}
        address = casefile.row_address(self.case_id, row_id, revision)
        return Written(row_id, revision, casefile.seal_body(self.key, address, body))

    def reason(self, seq: int) -> tuple[int, bytes]:
        address = casefile.reason_address(self.case_id, seq)
        return seq, casefile.seal_body(self.key, address, {"v": 1, "text": "An invented reason."})

    def part(self, document: str, number: int) -> bytes:
        return casefile.seal_body(self.key, casefile.part_address(self.case_id, document, number), {})

    def previous(self, key: bytes) -> bytes:
        return seal_field(self.key, casefile.previous_address(self.case_id, self.generation), key)

    def write(self, *rows: Written, by: Person | None = None) -> None:
        who = by.member if by else self.by
        add_rows(by=who, now=NOW, case_id=self.case_id, generation=self.generation, rows=rows)

    def texts(self) -> list[str]:
        """What every row says, under the key of now."""
        found = []
        for row in Row.objects.filter(case_id=self.case_id).order_by("pk"):
            address = casefile.row_address(self.case_id, row.row_id, row.revision)
            body = casefile.parse_row(unpad(open_field(self.key, address, bytes(row.sealed))))
            found.append(body["fields"]["text"])
        return found


def opened(*holders: Person, reports: int = 1, pass_on: bool = True) -> Work:
    """A case that the first holder opened from reports of which every holder has a grant."""
    work = Work(list(holders), [received(*(one.recipient for one in holders)) for _ in range(reports)])
    for chain in work.chains if pass_on else []:
        grant = Grant(chain.report_id, chain.file_key, chain.keys.thread_key)
        grants = {one.member.pk: seal_grant(grant, one.recipient) for one in holders}
        keep_grants(by=work.by, now=NOW, report=report_of(chain), grants=grants)
    begin(work)
    return work


def begin(work: Work, **change: Any) -> list[bytes]:
    """Send what opens the case."""
    first = work.row(secrets.token_hex(16), 1, "title")
    sent = {
        "case_id": work.case_id,
        "grants": work.grants(),
        "links": work.links(),
        "first": (first.row_id, first.sealed),
    }
    events = change.pop("events", None) or [said(chain) for chain in work.chains]
    return open_case(by=work.by, now=NOW, events=events, **(sent | change))
