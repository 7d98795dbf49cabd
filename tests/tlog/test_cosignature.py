"""A cosignature holds for one text, one time and one witness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.strict import encode_base64
from amanat.tlog.cosignature import check_cosignature, cosign
from amanat.tlog.note import Signature, parse_signature, parse_verifier
from tlog.makers import LOG, NORTH, NORTH_PQ, SOUTH, SOUTH_PQ
from vector_files import vectors

ROOT = bytes(range(32))
TREE = f"amanat.example/log\n5\n{encode_base64(ROOT)}\n"
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


def test_an_ml_dsa_cosignature_signs_the_message_of_the_specification():
    line = cosign(TREE, NORTH_PQ, 1_700_000_000)
    time = (1_700_000_000).to_bytes(8, "big")
    assert line.blob[:8] == time
    message = b"subtree/v1\n\0" + b"\x0dnorth.example" + time + b"\x12amanat.example/log"
    message += bytes(8) + (5).to_bytes(8, "big") + ROOT
    NORTH_PQ.verifier.check(line.blob[8:], message)
    assert check_cosignature(TREE, line, NORTH_PQ.verifier) == 1_700_000_000


def test_an_ml_dsa_cosignature_holds_for_one_tree_one_time_and_one_witness():
    line = cosign(TREE, NORTH_PQ, 7)
    later = Signature(line.name, line.key_id, (8).to_bytes(8, "big") + line.blob[8:])
    renamed = Signature("south.example", SOUTH_PQ.verifier.key_id, line.blob)
    for text, bad, key in (
        (TREE.replace("5", "6"), line, NORTH_PQ),
        (TREE.replace("log", "lag"), line, NORTH_PQ),
        (TREE.replace("AAEC", "AAED"), line, NORTH_PQ),
        (TREE, later, NORTH_PQ),
        (TREE, line, SOUTH_PQ),
        (TREE, renamed, SOUTH_PQ),
        (TREE, line, NORTH),
    ):
        with pytest.raises(Unverified):
            check_cosignature(text, bad, key.verifier)


def test_an_ml_dsa_cosignature_says_nothing_about_extension_lines():
    line = cosign(TREE, NORTH_PQ, 7)
    assert check_cosignature(f"{TREE}more\n", line, NORTH_PQ.verifier) == 7
    with pytest.raises(Unverified):
        check_cosignature(f"{TREE}more\n", cosign(TREE, NORTH, 7), NORTH.verifier)


@pytest.mark.parametrize(
    "blob", [b"", bytes(72), bytes(2427), bytes(2429), (2**63).to_bytes(8, "big") + bytes(2420)]
)
def test_an_ml_dsa_cosignature_of_another_shape_is_malformed(blob):
    with pytest.raises(Malformed):
        check_cosignature(TREE, Signature(NORTH_PQ.name, NORTH_PQ.verifier.key_id, blob), NORTH_PQ.verifier)


def test_an_origin_too_long_for_the_message_is_not_cosigned_with_ml_dsa():
    for length in (255, 256):
        text = f"{'a' * length}\n5\n{encode_base64(ROOT)}\n"
        if length == 255:
            assert check_cosignature(text, cosign(text, NORTH_PQ, 7), NORTH_PQ.verifier) == 7
        else:
            with pytest.raises(Unverified, match="too long"):
                cosign(text, NORTH_PQ, 7)


def test_the_lines_of_the_vectors_hold_and_those_that_should_not_do_not():
    found = vectors("cosignatures")
    for row in found["accepted"]:
        line, verifier = parse_signature(row["line"]), parse_verifier(row["vkey"])
        assert check_cosignature(row["text"], line, verifier) == row["time"], row["name"]
    errors = {"malformed": Malformed, "unverified": Unverified}
    for row in found["refused"]:
        with pytest.raises(errors[row["error"]]):
            check_cosignature(row["text"], parse_signature(row["line"]), parse_verifier(row["vkey"]))
