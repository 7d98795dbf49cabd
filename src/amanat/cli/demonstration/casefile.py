"""Makes the invented case file through the server's ordinary actions, sealed as a worker's browser does it.

Shown right by `tests/cli/test_demo.py`.
"""

import secrets
from typing import TYPE_CHECKING, Any

from amanat import clock
from amanat.cli.demonstration import case_story
from amanat.receipt.chain import Chain, Fresh
from amanat.sealing import casefile
from amanat.sealing.casefile import CaseGrant
from amanat.strict import encode_base64, format_time

if TYPE_CHECKING:
    from amanat.server.accounts.models import Member

__all__ = ["make_case"]


def make_case(chain: Chain, fresh: Fresh) -> str:
    """Open and fill the case of the story from the report of `chain`; its id."""
    from amanat.server.accounts.models import Member
    from amanat.server.cases.actions.holding import Said
    from amanat.server.cases.actions.opening import open_case

    grant = CaseGrant(secrets.token_hex(16), 1, secrets.token_bytes(32))
    members = {name: Member.objects.get(sign_in_name=name) for name in case_story.HOLDERS}
    ids = {row.name: secrets.token_hex(16) for row in case_story.ROWS}
    first, *later = case_story.ROWS
    words = "Your report is now part of a case file that we work on."
    event = chain.event("assigned", words, by_reporter=False, now=clock.now(), fresh=fresh)
    open_case(
        by=members[case_story.OPENED_BY],
        now=clock.now(),
        case_id=grant.case_id,
        grants=_grants(grant, list(members.values())),
        links={chain.report_id: _link(grant, chain)},
        first=(ids[first.name], _row(grant, first, ids)),
        events=[Said(chain.report_id, event.seq, event.leaf, event.record)],
    )
    _fill(grant, later, ids, members)
    return grant.case_id


def _fill(
    grant: CaseGrant, rows: list[case_story.Written], ids: dict[str, str], members: "dict[str, Member]"
) -> None:
    from amanat.server.cases.actions.writing import Written, add_rows, release
    from amanat.server.cases.queries.files import form

    for row in rows:
        written = Written(ids[row.name], 1, _row(grant, row, ids))
        add_rows(by=members[row.by], now=clock.now(), case_id=grant.case_id, generation=1, rows=[written])
    release(
        by=members[case_story.OPENED_BY],
        now=clock.now(),
        case_id=grant.case_id,
        category=case_story.CATEGORY,
        district="",
        figures=form().figures,
    )


def _grants(grant: CaseGrant, members: "list[Member]") -> dict[int | None, bytes]:
    from amanat.server.accounts.models import MemberKey
    from amanat.server.accounts.queries import organisation

    found: dict[int | None, str] = {
        member.pk: MemberKey.objects.values_list("recipient", flat=True).get(member=member)
        for member in members
    }
    founded = organisation()
    recipients: dict[int | None, str] = {**found, None: founded.recovery_recipient if founded else ""}
    return {pk: casefile.seal_case_grant(grant, recipient) for pk, recipient in recipients.items()}


def _link(grant: CaseGrant, chain: Chain) -> bytes:
    keys = {
        "thread_key": encode_base64(chain.keys.thread_key),
        "file_key": encode_base64(chain.file_key),
    }
    body = {"v": 1, "report": chain.report_id, **keys}
    return casefile.seal_body(grant.file_key, casefile.link_address(grant.case_id, chain.report_id), body)


def _row(grant: CaseGrant, row: case_story.Written, ids: dict[str, str]) -> bytes:
    fields = {name: ids[value[1:]] if value.startswith("@") else value for name, value in row.fields.items()}
    body: dict[str, Any] = {"v": 1, "kind": row.section, "fields": fields, "parents": [], "withdrawn": False}
    body["at"] = format_time(clock.now())
    casefile.format_row(body)
    return casefile.seal_body(grant.file_key, casefile.row_address(grant.case_id, ids[row.name], 1), body)
