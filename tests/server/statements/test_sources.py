import pytest

from amanat.errors import Conflict, Malformed, NotAllowed
from amanat.server.accounts.models import Member
from amanat.server.statements.actions.sources import bring
from amanat.server.statements.models import Source
from amanat.server.statements.queries.sources import gate_of, library_source, reading_of
from server.makers import NOW
from server.statements.shelf import MINISTRY, PAPER, make_record, make_source

pytestmark = pytest.mark.django_db


def test_a_source_is_kept_byte_for_byte_with_what_is_known_of_it(bilal: Member) -> None:
    record = make_record(bilal)
    source = make_source(bilal, record, address="https://ministry.example/1", publisher="Ministry")
    again = Source.objects.get(pk=source.pk)
    assert bytes(again.data) == MINISTRY.encode()
    known = library_source(again)
    assert (known.sha256, known.publisher, known.captured_by) == (source.sha256, "Ministry", "Bilal")
    assert reading_of(again).text.strip().startswith("Ministry of Kohsar")
    assert gate_of(again).doc.sha256 == again.text_sha256


@pytest.mark.parametrize(
    ("data", "hint"),
    [(b"\x89PNG\r\n", "OCR"), (b"PK\x03\x04broken", "original"), (b"\0\1", "Bring"), (b" \n", "right file")],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(bilal: Member, data: bytes, hint: str) -> None:
    record = make_record(bilal)
    with pytest.raises(Malformed) as refused:
        bring(by=bilal, now=NOW, record=record, data=data, title="Something")
    assert hint in refused.value.hint
    assert not Source.objects.exists()
    assert record.deeds.count() == 1


def test_the_same_bytes_are_brought_once_and_a_version_is_replaced_once(bilal: Member) -> None:
    record = make_record(bilal)
    first = make_source(bilal, record)
    with pytest.raises(Conflict):
        make_source(bilal, record)
    second = make_source(bilal, record, text=PAPER, replaces=first)
    assert (second.number, second.replaces) == (2, first)
    with pytest.raises(Conflict):
        make_source(bilal, record, text="Another text of the gazette.", replaces=first)
    assert record.deeds.count() == 3


def test_a_source_of_another_record_is_no_origin(bilal: Member) -> None:
    other = make_source(bilal, make_record(bilal))
    with pytest.raises(NotAllowed):
        make_source(bilal, make_record(bilal), text=PAPER, origin=other)
