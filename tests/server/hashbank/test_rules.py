import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.server.hashbank import rules
from server.hashbank.lists import pdq
from server.makers import NOW


@pytest.mark.parametrize(
    "data",
    [
        bytes(32),
        b"\xff" * 32,
        b"\x0f" * 32,
        b"\x01\x02" * 16,
        bytes(range(16)) * 2,
        bytes(31) + b"\x01",
        b"\xff" * 31 + b"\x01",
    ],
)
def test_prints_that_would_match_what_they_should_not_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        rules.check_print(Fingerprint(Kind.PDQ, data))


def test_other_prints_are_taken() -> None:
    assert rules.check_print(pdq(1)) == pdq(1)
    with pytest.raises(Malformed):
        rules.check_print(Fingerprint(Kind.MD5, bytes(16)))
    assert rules.check_print(Fingerprint(Kind.PDNA, b"1"))


@pytest.mark.parametrize("name", ["", "desk", "A B", "A\n", "Ü", None, 1, "A" * 256])
def test_a_bank_has_a_plain_name(name: object) -> None:
    with pytest.raises(Malformed):
        rules.check_bank_name(name)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_commitment_hides_behind_its_salt(salt: bytes, other: bytes) -> None:
    made = [rules.commitment(each, bank="DESK", fingerprint=pdq(1), withdrawn=NOW) for each in (salt, other)]
    assert (made[0] == made[1]) is (salt == other)
    assert made[0] != pdq(1).data


def test_who_looks_after_lists() -> None:
    assert [rules.may_import(role) for role in ("worker", "supervisor", "administrator")] == [
        False,
        True,
        True,
    ]
