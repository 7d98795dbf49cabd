import pytest

from amanat.errors import Conflict, Malformed, NotFound
from amanat.receipt.leaf import parse_leaf
from amanat.receipt.statement import Withdrawal, parse_statement
from amanat.server.hashbank import actions, jobs, queries
from amanat.server.hashbank.models import Bank, Signal, Token, Use
from amanat.server.hashbank.rules import commitment
from amanat.server.ledger.models import Entry
from amanat.strict import decode_base64, parse_time
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.proof import check_inclusion
from server.hashbank.lists import make_bank, pdq, token
from server.makers import NOW

pytestmark = pytest.mark.django_db


def test_a_withdrawal_erases_the_print_and_its_owner_can_show_it_in_the_log() -> None:
    bank = make_bank("DESK", pdq(1), pdq(2), pdq(3))
    assert actions.withdraw(now=NOW, bank=bank, signals=Signal.objects.all()) == 3
    assert not Signal.objects.exists()
    entry = Entry.objects.get()
    statement = parse_statement(parse_leaf(bytes(entry.leaf)).text)
    assert isinstance(statement, Withdrawal)
    shown = {pdq(number).data: False for number in (1, 2, 3)}
    for receipt in queries.receipts(bank):
        for data in shown:
            fingerprint = next(pdq(number) for number in (1, 2, 3) if pdq(number).data == data)
            made = commitment(
                decode_base64(receipt["salt"]),
                bank="DESK",
                fingerprint=fingerprint,
                withdrawn=parse_time(receipt["withdrawn"]),
            )
            if made == decode_base64(receipt["commitment"]):
                proof = [decode_base64(each) for each in receipt["proof"]]
                check_inclusion(
                    leaf_hash(made), receipt["position"], receipt["count"], proof, statement.commitment
                )
                shown[data] = True
    assert all(shown.values())


def test_the_public_leaf_says_nothing_of_the_print() -> None:
    bank = make_bank("DESK", pdq(1))
    actions.withdraw(now=NOW, bank=bank, signals=Signal.objects.all())
    leaf = bytes(Entry.objects.get().leaf)
    assert pdq(1).data not in leaf
    assert pdq(1).data.hex().encode() not in leaf
    assert b"DESK" not in leaf
    assert b"pdq" not in leaf


def test_a_deleted_bank_is_withdrawn_with_one_leaf() -> None:
    bank = make_bank("DESK", pdq(1), pdq(2))
    actions.delete_bank(by=None, now=NOW, bank=bank)
    assert not Bank.objects.exists()
    assert Entry.objects.count() == 1


def test_nothing_withdrawn_is_no_leaf() -> None:
    bank = make_bank()
    assert actions.withdraw_content(by=None, now=NOW, bank=bank, content_id=7) == 0
    assert not Entry.objects.exists()


def test_a_token_is_kept_as_a_hash_and_ends() -> None:
    text = token("owner")
    assert text not in str(Token.objects.values_list())
    assert queries.token_of(text).role == "owner"
    with pytest.raises(Conflict):
        token("owner")
    actions.revoke_token(now=NOW, name="owner")
    with pytest.raises(Exception, match="no token"):
        queries.token_of(text)
    with pytest.raises(NotFound):
        actions.revoke_token(now=NOW, name="owner")
    with pytest.raises(NotFound):
        token("partner", "NO_BANK")
    with pytest.raises(Malformed):
        token("queen", name="x")


def test_a_bank_has_one_name() -> None:
    make_bank()
    with pytest.raises(Conflict):
        make_bank()


def test_counts_of_past_minutes_are_forgotten() -> None:
    token("partner")
    Use.objects.create(token=Token.objects.get(), window=7, count=3)
    assert jobs.forget_uses(now=NOW) == 1
