"""Opening refuses, without surprise, what is not sealed as it should be."""

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.sealing.envelope import seal
from amanat.sealing.padding import pad
from amanat.sealing.unseal import open_grant, open_report

KEY = pyrage.x25519.Identity.generate()
SEALED = seal(pad(b"{}"), [str(KEY.to_public())])


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_without_surprise(data):
    for blob in (data, b"age-encryption.org/v1\n" + data):
        with pytest.raises((Malformed, Unverified)):
            open_report(blob, str(KEY))


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_a_seal_with_one_byte_changed_does_not_open(position, change):
    broken = bytearray(SEALED)
    broken[position] ^= change
    with pytest.raises((Malformed, Unverified)):
        open_report(bytes(broken), str(KEY))


def test_an_armored_file_is_not_of_the_format():
    armored = pyrage.encrypt(pad(b"{}"), [KEY.to_public()], armored=True)
    with pytest.raises(Malformed, match="binary age file"):
        open_report(armored, str(KEY))


def test_a_file_for_a_passphrase_does_not_open():
    with pytest.raises(Unverified):
        open_report(pyrage.passphrase.encrypt(b"x", "words"), str(KEY))


@pytest.mark.parametrize("identity", ["", "AGE-SECRET-KEY-1", "age1qqqq"])
def test_what_is_not_an_identity_is_malformed(identity):
    with pytest.raises(Malformed, match="identity"):
        open_report(SEALED, identity)


def test_a_body_that_was_not_padded_is_malformed():
    with pytest.raises(Malformed):
        open_report(seal(b"{}", [str(KEY.to_public())]), str(KEY))


def test_a_report_is_not_a_grant():
    with pytest.raises(Malformed):
        open_grant(SEALED, str(KEY))
