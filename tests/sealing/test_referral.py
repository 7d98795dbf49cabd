import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.sealing.keys import ref_key
from amanat.sealing.padding import unpad
from amanat.sealing.referral import (
    format_package,
    letter_keys,
    package_address,
    parse_package,
    referral_id,
    referral_keys,
    seal_package,
)
from amanat.sealing.unseal import open_field
from amanat.strict import decode_base64, decode_hex
from tlog.makers import assert_law
from vector_files import vectors

PACKAGE = {
    "v": 1,
    "referral_id": "00" * 16,
    "ref_key": "A" * 43 + "=",
    "institution": "Invented Court",
    "organisation": "Invented Desk",
    "request": "investigate",
    "law": "",
    "consent": "",
    "sees": "words",
    "due_time": None,
    "chosen": [["What is asked", "An invented request."]],
}
json_like = st.recursive(
    st.none() | st.integers(0, 3) | st.text(max_size=3) | st.just("A" * 43 + "="),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PACKAGE, "x"]), inner),
)


def test_a_letter_and_the_keys_of_its_chain_are_those_of_the_vectors() -> None:
    for case in vectors("referrals")["letters"]:
        keys = letter_keys(case["secret"])
        assert (keys.locator, keys.package_key) == (case["locator"], case["package_key"])
    for case in vectors("referrals")["keys"]:
        keys = referral_keys(case["parent_key"], case["referral"])
        assert (keys.key, keys.salt_0) == (case["ref_key"], case["salt_0"])
        assert keys.key == ref_key(case["parent_key"], decode_hex(case["referral"]))


def test_the_ids_below_a_key_are_those_of_the_vectors_and_are_all_different() -> None:
    for case in vectors("referrals")["ids"]:
        assert referral_id(case["parent_key"], case["number"]) == case["referral"]
    assert len({referral_id(key * 32, number) for key in (b"\1", b"\2") for number in range(50)}) == 100


def test_a_package_opens_with_the_letter_alone() -> None:
    keys = letter_keys(bytes(range(16)))
    sealed = seal_package(keys.package_key, PACKAGE)
    opened = unpad(open_field(keys.package_key, package_address("00" * 16), sealed))
    assert parse_package(opened) == PACKAGE
    with pytest.raises(Unverified):
        open_field(keys.package_key, package_address("01" + "00" * 15), sealed)
    with pytest.raises(Unverified):
        open_field(letter_keys(b"\1" * 16).package_key, package_address("00" * 16), sealed)


def test_keys_of_different_referrals_and_of_one_referred_onward_differ() -> None:
    thread_key = b"\7" * 32
    first, second = referral_keys(thread_key, "00" * 16), referral_keys(thread_key, "01" * 16)
    onward = referral_keys(first.key, "01" * 16)
    assert len({first.key, second.key, onward.key, first.salt_0, second.salt_0, onward.salt_0}) == 6


@given(st.binary(max_size=200) | json_like.map(lambda value: str(value).encode()))
def test_any_bytes_are_a_package_or_malformed(data: bytes) -> None:
    assert_law(parse_package, format_package, data)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"referral_id": "0" * 31},
        {"ref_key": "AAAA"},
        {"due_time": 5},
        {"chosen": [["one"]]},
        {"chosen": [["a", 1]]},
        {"chosen": "text"},
        {"law": None},
        {"more": ""},
    ],
)
def test_a_package_of_another_shape_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        format_package({**PACKAGE, **change})


def test_a_letter_of_another_length_is_malformed() -> None:
    with pytest.raises(Malformed):
        letter_keys(b"\0" * 15)


def test_the_vectors_hold_packages_that_open() -> None:
    for case in vectors("referrals")["packages"]:
        keys = letter_keys(case["secret"])
        text = unpad(open_field(keys.package_key, package_address(case["referral"]), case["sealed"]))
        assert parse_package(text) == case["package"]
        assert decode_base64(case["package"]["ref_key"]) == case["ref_key"]
