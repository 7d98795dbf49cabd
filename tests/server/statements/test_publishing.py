import json

import pytest

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.names import say
from amanat.server.statements.actions.publishing import ask_publication, publish, refuse, withdraw
from amanat.server.statements.models import PublishedFile, Record
from server.makers import NOW
from server.statements.shelf import PAPER, films, make_record, make_source, saying

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(bilal: Member) -> Record:
    record = make_record(bilal)
    source = make_source(bilal, record, text=PAPER)
    saying(bilal, source)
    films(bilal, source)
    return record


def test_a_second_person_publishes_what_they_looked_at_with_names_covered(
    bilal: Member, chandni: Member, dan: Member, record: Record
) -> None:
    asked = ask_publication(by=dan, now=NOW, record=record)
    with pytest.raises(Conflict):
        ask_publication(by=chandni, now=NOW, record=record)
    for nobody in (dan, bilal):
        with pytest.raises(NotAllowed):
            publish(by=nobody, now=NOW, publication=asked, looked_at=asked.digest)
    assert not PublishedFile.objects.exists()
    publish(by=chandni, now=NOW, publication=asked, looked_at=asked.digest)
    files = {file.form: bytes(file.data) for file in PublishedFile.objects.all()}
    whole = json.loads(files["json"])
    assert whole["checked_by"] == "Chandni"
    assert {item["review"]["by"] for item in whole["items"]} == {"Bilal"}
    for form in ("json", "jsonld", "csv", "ftm", "claimreview", "timelinejs"):
        assert b"400" in files[form] or form == "timelinejs"
        assert b"Karim" not in files[form], form
        assert b"Shah" not in files[form], form
    with pytest.raises(Conflict):
        publish(by=chandni, now=NOW, publication=asked, looked_at=asked.digest)


def test_a_person_in_public_office_is_shown_once_somebody_says_so(
    bilal: Member, chandni: Member, dan: Member, record: Record
) -> None:
    name = record.names.get(written__contains="Karim")
    say(by=bilal, now=NOW, name=name, kind="public")
    asked = ask_publication(by=dan, now=NOW, record=record)
    publish(by=chandni, now=NOW, publication=asked, looked_at=asked.digest)
    assert b"Karim Shah" in bytes(PublishedFile.objects.get(form="json").data)


def test_what_changed_since_it_was_asked_does_not_leave(
    bilal: Member, chandni: Member, dan: Member, record: Record
) -> None:
    asked = ask_publication(by=dan, now=NOW, record=record)
    say(by=bilal, now=NOW, name=record.names.get(written__contains="Karim"), kind="public")
    with pytest.raises(Conflict):
        publish(by=chandni, now=NOW, publication=asked, looked_at=asked.digest)
    assert not PublishedFile.objects.exists()
    with pytest.raises(NotAllowed):
        withdraw(by=chandni, now=NOW, publication=asked)
    withdraw(by=dan, now=NOW, publication=asked)
    again = ask_publication(by=dan, now=NOW, record=record)
    with pytest.raises(Malformed):
        refuse(by=chandni, now=NOW, publication=again, reason=" ")
    refuse(by=chandni, now=NOW, publication=again, reason="One name is too much.")
    assert [deed.kind for deed in record.deeds.order_by("-seq")[:2]] == ["refused", "publication asked"]


def test_a_record_without_anything_confirmed_is_not_published(bilal: Member) -> None:
    with pytest.raises(Malformed):
        ask_publication(by=bilal, now=NOW, record=make_record(bilal))
