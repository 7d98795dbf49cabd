"""A cosignature holds for one text, one time and one witness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.tlog.cosignature import check_cosignature, cosign
from amanat.tlog.note import Signature
from tlog.makers import LOG, NORTH, SOUTH

TEXT = "amanat.example/log\n1\nroot\nan extension is signed too\n"


@given(st.integers(0, 2**63 - 1))
def test_a_cosignature_gives_its_time_back(time):
    assert check_cosignature(TEXT, cosign(TEXT, NORTH, time), NORTH.verifier) == time


def test_it_signs_the_message_of_the_specification():
    line = cosign(TEXT, NORTH, 1_700_000_000)
    assert line.blob[:8] == (1_700_000_000).to_bytes(8, "big")
    NORTH.verifier.check(line.blob[8:], f"cosignature/v1\ntime 1700000000\n{TEXT}".encode())


def test_another_text_time_or_witness_does_not_verify():
    line = cosign(TEXT, NORTH, 7)
    later = Signature(line.name, line.key_id, (8).to_bytes(8, "big") + line.blob[8:])
    for text, bad, key in (
        (TEXT + "x\n", line, NORTH),
        (TEXT, later, NORTH),
        (TEXT, line, SOUTH),
        (TEXT, line, LOG),
    ):
        with pytest.raises(Unverified):
            check_cosignature(text, bad, key.verifier)


@pytest.mark.parametrize("blob", [b"", bytes(71), bytes(73), (2**63).to_bytes(8, "big") + bytes(64)])
def test_another_shape_is_malformed(blob):
    with pytest.raises(Malformed):
        check_cosignature(TEXT, Signature(NORTH.name, NORTH.verifier.key_id, blob), NORTH.verifier)


def test_a_plain_key_does_not_cosign():
    with pytest.raises(ValueError, match="0x04"):
        cosign(TEXT, LOG, 7)
