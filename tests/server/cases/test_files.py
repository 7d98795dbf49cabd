import secrets
from pathlib import Path

import pyrage
import pytest

from amanat.errors import NotAllowed, NotFound
from amanat.sealing.casefile import parse_case_grant, row_address
from amanat.sealing.padding import unpad
from amanat.sealing.unseal import open_field
from amanat.server.cases.models import Case, CaseGrant, Row
from amanat.server.cases.queries import files
from amanat.strict import decode_base64, parse_json
from server.cases.casework import opened
from server.makers import found, make_person, received, report_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def test_a_holder_gets_everything_sealed_and_opens_it_themselves() -> None:
    bilal = make_person()
    work = opened(bilal)
    shown = files.file(work.case, member=bilal.member)
    grant = parse_case_grant(pyrage.decrypt(decode_base64(shown["grant"]), [bilal.identity]))
    (row,) = shown["rows"]
    address = row_address(work.case_id, row["row"], row["revision"])
    body = parse_json(unpad(open_field(grant.file_key, address, decode_base64(row["sealed"]))))
    assert body["fields"] == {"text": "title"}
    assert row["author"] == "Bilal"
    assert (shown["state"], shown["previous"], shown["generation"]) == ("open", None, 1)
    assert [link["report"] for link in shown["links"]] == [work.chains[0].report_id]
    assert "note" not in str({**shown, "rows": [{**row, "sealed": ""}]})


def test_nobody_else_gets_anything() -> None:
    work, farah, erum = opened(make_person()), make_person("farah"), make_person("erum", "administrator")
    for outsider in (farah, erum):
        with pytest.raises(NotAllowed):
            files.file(work.case, member=outsider.member)
        with pytest.raises(NotAllowed):
            files.part(work.case, member=outsider.member, document_id="x", number=0)
    with pytest.raises(NotFound):
        files.part(work.case, member=work.by, document_id="x", number=0)
    with pytest.raises(NotFound):
        files.case("nowhere")


def test_a_long_file_is_read_with_as_many_questions_as_a_short_one(django_assert_num_queries) -> None:
    bilal = make_person()
    work = opened(bilal, reports=2)
    case = work.case
    with django_assert_num_queries(8):
        files.file(case, member=bilal.member)
    work.write(*(work.row(secrets.token_hex(16), 1) for _ in range(60)))
    with django_assert_num_queries(8):
        shown = files.file(case, member=bilal.member)
    assert len(shown["rows"]) == 61


def test_the_list_of_many_is_one_question_and_carries_title_and_grant_of_holders_alone(
    django_assert_num_queries,
) -> None:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal)
    cases = Case.objects.bulk_create(Case(id=f"{number:032x}", epoch=number) for number in range(30))
    CaseGrant.objects.create(case=cases[3], member=farah.member, sealed=b"x")
    with django_assert_num_queries(1):
        rows = {row.pk: row for row in files.case_list(bilal.member)}
    assert len(rows) == 31
    mine = rows[work.case_id]
    newest = Row.objects.get(case=work.case)
    assert (bytes(mine.title), mine.title_row, mine.title_revision) == (
        bytes(newest.sealed),
        newest.row_id,
        1,
    )
    assert mine.grant is not None
    assert not rows[cases[3].pk].is_mine
    assert rows[cases[3].pk].grant is None
    assert [row.pk for row in files.case_list(bilal.member, mine=True)] == [work.case_id]
    assert files.held_by(farah.member) == [cases[3].pk]


def test_lists_are_narrowed_by_what_the_server_may_know() -> None:
    bilal = make_person().member
    Case.objects.create(id="a", epoch=1, category="images", district="north")
    Case.objects.create(id="b", epoch=2, state="closed", category="images")
    assert [row.pk for row in files.case_list(bilal, category="images")] == ["b", "a"]
    assert [row.pk for row in files.case_list(bilal, category="images", district="north")] == ["a"]
    assert [row.pk for row in files.case_list(bilal, state="closed")] == ["b"]
    assert files.case_list(bilal, state="nonsense").count() == 2
    assert files.case_counts() == {"open": 1, "held": 0, "closed": 1, "merged": 0, "erased": 0}


def test_reports_that_are_in_a_case_or_erased_are_not_offered() -> None:
    bilal = make_person()
    work, free, other = opened(bilal), received(bilal.recipient), received(bilal.recipient)
    erased = report_of(received(bilal.recipient))
    erased.state = "erased"
    erased.save()
    assert [row.pk for row in files.free_reports(report_of(free))] == [other.report_id]
    assert files.case_of(report_of(work.chains[0])) == work.case
    assert files.case_of(report_of(free)) is None
