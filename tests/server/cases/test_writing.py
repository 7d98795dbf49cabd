import secrets
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.actions import deactivate
from amanat.server.cases.actions.writing import add_part, change_state, note_viewing, release
from amanat.server.cases.definition import Figures
from amanat.server.cases.models import Part, Row
from amanat.server.intake.models import Event
from amanat.server.ledger.models import Entry
from server.cases.casework import Work, opened, said
from server.makers import NOW, found, make_person, report_of

pytestmark = pytest.mark.django_db
ROW, OTHER = "0a" * 16, "0b" * 16
LABEL = {"en": "x", "ur": "x"}


@pytest.fixture(autouse=True)
def organisation(data_folder: Path) -> None:
    found()


def test_a_revision_is_the_next_one_or_the_very_bytes_that_are_there() -> None:
    work = opened(make_person())
    first = work.row(ROW, 1)
    work.write(first)
    work.write(first)
    for wrong in (work.row(ROW, 1, "other"), work.row(ROW, 3), work.row(OTHER, 2)):
        with pytest.raises(Conflict):
            work.write(wrong)
    work.write(work.row(ROW, 2, "second", (1,)))
    assert work.texts() == ["title", "x", "second"]


def test_two_who_write_at_once_both_stay_because_the_second_takes_the_next_number() -> None:
    bilal, farah = make_person(), make_person("farah")
    work = opened(bilal, farah)
    work.write(work.row(ROW, 1))
    work.write(work.row(ROW, 2, "of bilal", (1,)), by=bilal)
    with pytest.raises(Conflict):
        work.write(work.row(ROW, 2, "of farah", (1,)), by=farah)
    work.write(work.row(ROW, 3, "of farah", (1,)), by=farah)
    assert work.texts()[-2:] == ["of bilal", "of farah"]
    assert [row.author_id for row in Row.objects.filter(row_id=ROW)][1:] == [bilal.member.pk, farah.member.pk]


def test_of_several_rows_all_are_kept_or_none() -> None:
    work = opened(make_person())
    with pytest.raises(Conflict):
        work.write(work.row(ROW, 1), work.row(OTHER, 5))
    assert work.texts() == ["title"]
    with pytest.raises(Malformed):
        work.write()


@pytest.mark.parametrize("sealed", [b"", b"a name in the clear", b"amanat-field/v1" + bytes(100)])
def test_nothing_is_kept_that_is_not_padded_and_sealed(sealed: bytes) -> None:
    work = opened(make_person())
    row = work.row(ROW, 1)
    with pytest.raises(Malformed):
        work.write(type(row)(ROW, 1, sealed))


def test_only_a_holder_writes_and_not_under_a_key_that_was_replaced() -> None:
    work, outsider = opened(make_person()), make_person("dan")
    with pytest.raises(NotAllowed):
        work.write(work.row(ROW, 1), by=outsider)
    work.generation = 2
    with pytest.raises(Conflict):
        work.write(work.row(ROW, 1))


def test_what_a_removed_member_wrote_stays_with_their_name() -> None:
    bilal, farah, erum = make_person(), make_person("farah"), make_person("erum", "administrator")
    work = opened(bilal, farah)
    work.write(work.row(ROW, 1, "of farah"), by=farah)
    deactivate(by=erum.member, now=NOW, member=farah.member)
    assert work.texts() == ["title", "of farah"]
    with pytest.raises(IntegrityError), transaction.atomic():
        farah.member.delete()


def test_a_part_is_kept_once_and_again_only_with_the_same_bytes() -> None:
    work = opened(make_person())
    sent = {"by": work.by, "now": NOW, "case_id": work.case_id, "generation": 1, "document_id": ROW}
    part = work.part(ROW, 0)
    add_part(**sent, number=0, sealed=part)
    add_part(**sent, number=0, sealed=part)
    with pytest.raises(Conflict):
        add_part(**sent, number=0, sealed=work.part(ROW, 0))
    for number in (-1, 64):
        with pytest.raises(Malformed):
            add_part(**sent, number=number, sealed=part)
    assert Part.objects.count() == 1


def moved(
    work: Work, step: str, *, events: list[object] | None = None, seq: int | None = None
) -> list[bytes]:
    seq, reason = work.reason(work.case.steps.count() if seq is None else seq)
    sent = {"case_id": work.case_id, "generation": 1, "step": step, "seq": seq, "reason": reason}
    return change_state(by=work.by, now=NOW, events=events or [], **sent)  # type: ignore[arg-type]


def test_a_closed_case_has_closed_its_reports_with_a_leaf_each() -> None:
    work = opened(make_person(), reports=2)
    entries = Entry.objects.count()
    with pytest.raises(Malformed):
        moved(work, "close", events=[said(work.chains[0], "closed")])
    assert (work.case.state, Entry.objects.count()) == ("open", entries)
    work.chains[0].seq -= 1
    work.chains[0].previous = bytes(32)
    promises = moved(work, "close", events=[said(chain, "closed") for chain in work.chains])
    assert len(promises) == 2
    assert work.case.state == "closed"
    assert {report_of(chain).state for chain in work.chains} == {"closed"}
    assert len(moved(work, "reopen", events=[said(work.chains[0], "reopened")])) == 1
    assert [report_of(chain).state for chain in work.chains] == ["acknowledged", "closed"]


def test_a_state_has_a_sealed_reason_for_the_number_of_its_step() -> None:
    work = opened(make_person())
    moved(work, "hold")
    with pytest.raises(Conflict):
        moved(work, "resume", seq=0)
    with pytest.raises(Malformed):
        change_state(
            by=work.by,
            now=NOW,
            case_id=work.case_id,
            generation=1,
            step="resume",
            seq=2,
            reason=b"",
            events=[],
        )
    with pytest.raises(Malformed):
        moved(work, "merge")
    assert [step.kind for step in work.case.steps.order_by("seq")] == ["open", "hold"]


def test_whoever_looks_at_names_says_so_on_every_thread_first() -> None:
    work = opened(make_person(), reports=2)
    with pytest.raises(Malformed):
        note_viewing(
            by=work.by, now=NOW, case_id=work.case_id, events=[said(work.chains[0], "identity_viewed")]
        )
    work.chains[0].seq -= 1
    events = [said(chain, "identity_viewed") for chain in work.chains]
    assert len(note_viewing(by=work.by, now=NOW, case_id=work.case_id, events=events)) == 2
    assert Event.objects.filter(seq=2).count() == 2
    assert report_of(work.chains[0]).waiting


def test_only_words_of_the_form_are_released_and_they_can_be_taken_back() -> None:
    work, figures = opened(make_person()), Figures({"images": LABEL}, {"north": LABEL})
    sent = {"by": work.by, "now": NOW, "case_id": work.case_id, "figures": figures}
    release(**sent, category="images", district="north")
    assert (work.case.category, work.case.district) == ("images", "north")
    for wrong in ({"category": "a name", "district": ""}, {"category": "", "district": "images"}):
        with pytest.raises(Malformed):
            release(**sent, **wrong)
    release(**sent, category="", district="")
    assert (work.case.category, work.case.district) == ("", "")


def test_the_database_itself_holds_one_of_each_revision() -> None:
    work = opened(make_person())
    work.write(work.row(ROW, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Row.objects.create(
            case=work.case,
            row_id=ROW,
            revision=1,
            sealed=secrets.token_bytes(8),
            generation=1,
            author=work.by,
            epoch=1,
        )
