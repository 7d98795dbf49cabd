import pytest

from amanat.exchange.changes import Gone, Refused
from amanat.exchange.hashlist import Category
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.server.hashbank import queries
from amanat.server.hashbank.models import Content, Import, Signal, Withdrawal
from amanat.server.hashbank.taking import Taken, take
from server.hashbank.lists import item, make_bank, pdq
from server.makers import NOW

pytestmark = pytest.mark.django_db
MD5 = Fingerprint(Kind.MD5, b"md5 of no picture"[:16])


def taken(bank, *lines, complete: bool = False) -> Taken:
    return take(by=None, now=NOW, bank=bank, lines=lines, form="csv", complete=complete)


def test_a_file_is_taken_and_the_same_file_again_changes_nothing() -> None:
    bank = make_bank()
    lines = [item(1, source_id="7"), item(2, source_id="7", fingerprint=MD5), item(3), Refused("x")]
    assert taken(bank, *lines) == Taken(3, 0, 1)
    assert taken(bank, *lines) == Taken(0, 0, 1)
    assert (Content.objects.count(), Signal.objects.count()) == (2, 3)
    assert Import.objects.count() == 2


def test_what_is_taken_back_is_gone_and_stated() -> None:
    bank = make_bank()
    taken(
        bank, item(1, source_id="7"), item(2, source_id="7", fingerprint=MD5), item(3), item(1, source="dan")
    )
    assert taken(bank, Gone("amna", "7")).withdrawn == 2
    assert taken(bank, Gone("amna", fingerprint=pdq(3)), Gone("amna", fingerprint=pdq(99))).withdrawn == 1
    assert [content.source for content in Content.objects.all()] == ["dan"]
    assert Withdrawal.objects.values("entry").distinct().count() == 2


def test_the_last_word_of_a_file_counts() -> None:
    bank = make_bank()
    assert taken(bank, item(1), Gone("amna", fingerprint=pdq(1))) == Taken(1, 1)
    assert taken(bank, Gone("amna", fingerprint=pdq(1)), item(1)) == Taken(1, 0)
    assert taken(bank, item(1, withdrawn=NOW)) == Taken(0, 1)


def test_a_complete_file_withdraws_what_its_source_lists_no_longer() -> None:
    bank = make_bank()
    taken(bank, item(1), item(2), item(3, source="dan"))
    assert taken(bank, item(2), complete=True) == Taken(0, 1)
    assert queries.sizes() == {"pdq": 2}


def test_poison_is_left_out() -> None:
    bank = make_bank()
    assert taken(bank, item(1, fingerprint=Fingerprint(Kind.PDQ, bytes(32)))) == Taken(0, 0, 1)


def test_an_id_of_a_source_is_not_in_the_table() -> None:
    bank = make_bank()
    taken(bank, item(1, source_id="case 4711", note="Dan", category=Category("ncmec", "A1")))
    held = str(list(Content.objects.values_list()))
    assert "4711" not in held
    assert "Dan" not in held
    assert "A1" in held
