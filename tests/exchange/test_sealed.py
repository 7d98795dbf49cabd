import pytest

from amanat.errors import Malformed, Unverified
from amanat.exchange.sealed import make_identity, open_list, recipient_of, seal_list
from exchange.lists import item, listed, pdq


def test_a_sealed_list_is_opened_by_each_of_its_recipients_and_by_nobody_else() -> None:
    bilal, chandni, dan = make_identity(), make_identity(), make_identity()
    hashlist = listed(item(1), item(2))
    sealed = seal_list(hashlist, [recipient_of(bilal), recipient_of(chandni)])
    assert open_list(sealed, bilal) == open_list(sealed, chandni) == hashlist
    with pytest.raises(Unverified):
        open_list(sealed, dan)


def test_nothing_of_a_print_is_in_the_sealed_file() -> None:
    number = 0xFACADE0FACADE0FACADE0FACADE0FACADE0
    sealed = seal_list(listed(item(number)), [recipient_of(make_identity())])
    assert pdq(number).data not in sealed
    assert pdq(number).data.hex().encode() not in sealed


def test_a_changed_file_is_refused() -> None:
    identity = make_identity()
    sealed = bytearray(seal_list(listed(item(1)), [recipient_of(identity)]))
    sealed[-1] ^= 1
    with pytest.raises(Unverified):
        open_list(bytes(sealed), identity)


def test_a_list_that_is_not_sealed_is_refused() -> None:
    with pytest.raises(Malformed):
        open_list(b"amanat-list/v1\n", make_identity())


@pytest.mark.parametrize("recipients", [[], ["age1nobody"], ["AGE-SECRET-KEY-1"]])
def test_a_list_is_sealed_to_real_recipients_only(recipients: list[str]) -> None:
    with pytest.raises(Malformed):
        seal_list(listed(), recipients)
