from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from amanat.record.figures import Reason
from amanat.record.numberwords import Interval
from amanat.record.proposal import KINDS, LABELS, ROLES
from amanat.server.accounts.models import Member
from amanat.server.statements.models import Item, Record, Source
from amanat.server.statements.queries.records import record
from amanat.server.statements.rules import states, wording
from server.makers import NOW, make_person
from server.referrals.doors import client_of
from server.statements.shelf import PAPER, asking, children, make_record, make_source, saying

pytestmark = pytest.mark.django_db


def test_everything_that_can_be_said_has_its_words() -> None:
    assert set(wording.KIND_NAMES) == set(KINDS)
    assert set(wording.STATE_NAMES) == set(states.STATES)
    assert set(wording.DEED_NAMES) == set(states.DEEDS)
    assert {role for roles in ROLES.values() for role in roles} <= set(wording.ROLE_NAMES)
    labels = {value for kind in LABELS.values() for values in kind.values() for value in values}
    assert labels <= set(wording.LABEL_NAMES)
    with translation.override("ur"):
        assert "280" in wording.interval_words(Interval(280, None))
        assert "which" not in wording.reason_words(Reason("counts unsaid", 1, "films"))


def test_a_record_says_how_much_is_in_it(bilal: Member) -> None:
    made = make_record(bilal)
    children(bilal, make_source(bilal, made))
    found = record(made.pk)
    assert (found.source_count, found.waiting, found.shown) == (1, 0, 1)


PAGES = (
    "",
    "review/",
    "timeline/",
    "statements/",
    "referrals/",
    "questions/",
    "names/",
    "history/",
    "versions/",
)


def test_no_page_shows_the_name_of_a_person_of_whom_nobody_has_said_anything(
    bilal: Member, chandni: Member
) -> None:
    made = make_record(bilal)
    source = make_source(bilal, made, text=PAPER)
    client = client_of(SimpleNamespace(member=chandni), headers={"Accept-Language": "ur"})
    address = f"/staff/records/{made.pk}/"
    # Before the rules have read it nobody knows which words are names.
    assert "Karim" not in client.get(f"{address}sources/1/").content.decode()
    Source.objects.update(proposed=NOW)
    saying(bilal, source)
    asking(bilal, make_source(bilal, made))
    rest = [f"sources/{source.number}/", "publication/", "sources/new/"]
    for page in (*PAGES, *rest):
        answer = client.get(address + page)
        assert answer.status_code == 200, page
        assert "Karim" not in answer.content.decode(), page
    assert "Karim Shah" in client.get(f"{address}sources/1/?names=shown").content.decode()
    assert client.get(f"{address}sources/1/original").content == PAPER.encode()
    assert client.get("/staff/records/999/").status_code == 404


def test_a_source_an_item_and_its_correction_through_the_forms(bilal: Member, chandni: Member) -> None:
    client = client_of(SimpleNamespace(member=bilal))
    client.post("/staff/records/new/", {"title": "Nurabad", "about": ""})
    file = SimpleUploadedFile("paper.txt", PAPER.encode())
    address = f"/staff/records/{Record.objects.get().pk}/"
    assert client.post(f"{address}sources/new/", {"file": file, "title": "Gazette"}).status_code == 302
    picture = SimpleUploadedFile("picture.png", b"\x89PNG\r\n")
    refused = client.post(f"{address}sources/new/", {"file": picture, "title": "Picture"})
    assert (refused.status_code, "OCR" in refused.content.decode()) == (400, True)
    start = PAPER.index("Residents")
    form = client.get(f"{address}sources/1/items/new/?kind=referral&start={start}&end={start + 9}")
    assert 'value="Residents of Nurabad"' in form.content.decode()
    given = {"quote": PAPER[start:].splitlines()[0], "role-asker": "Residents of Nurabad"}
    given |= {"role-asked": "the police", "label-outcome": "asked"}
    wrong = client.post(f"{address}sources/1/items/new/?kind=referral", given | {"role-asked": "the army"})
    assert wrong.status_code == 400
    client.post(f"{address}sources/1/items/new/?kind=referral", given)
    item = Item.objects.get()
    assert (item.state, item.by_hand) == ("confirmed", True)
    assert 'value="the police"' in client.get(f"{address}items/{item.pk}/correct/").content.decode()
    client.post(f"{address}items/{item.pk}/correct/", given | {"role-what": "to look into it"})
    item.refresh_from_db()
    assert item.state == "edited"
    old = {"key": "0" * 32, "was": "edited", "what": "reject"}
    assert client.post(f"{address}items/{item.pk}/", old).status_code == 409
    client.post(f"{address}items/{item.pk}/", old | {"key": item.key})
    item.refresh_from_db()
    assert item.state == "rejected"


def test_a_second_person_publishes_and_the_files_can_be_taken(bilal: Member, chandni: Member) -> None:
    made = make_record(bilal)
    children(bilal, make_source(bilal, made))
    first, second = (client_of(SimpleNamespace(member=member)) for member in (bilal, chandni))
    address = f"/staff/records/{made.pk}/publication/"
    assert second.get(f"{address}json").status_code == 404
    first.post(f"{address}ask/")
    asked = made.publications.get()
    given = {"what": "publish", "looked_at": asked.digest}
    assert first.post(f"{address}decide/", given).status_code == 403
    assert second.post(f"{address}decide/", given).status_code == 302
    answer = second.get(f"{address}json")
    assert b"280" in answer.content
    assert "attachment" in answer["Content-Disposition"]


def test_an_administrator_sees_no_record(organisation: None) -> None:
    client = client_of(make_person("ayesha", "administrator"))
    assert client.get("/staff/records/").status_code == 403
