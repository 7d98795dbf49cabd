"""Receipts are files that read back to the same bytes; those of the vectors verify or fail as they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Error, Malformed, Unverified
from amanat.receipt.header import header_to_object
from amanat.receipt.receipt import format_receipt, parse_receipt
from amanat.receipt.verify import verify_receipt
from amanat.strict import encode_base64, format_time
from amanat.tlog.policy import parse_policy
from receipt_makers import POLICY, Making
from vector_files import vectors

GOOD = Making(level=4).bytes()
VECTORS = vectors("receipts")


@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_a_receipt_reads_back(level):
    receipt = Making(level=level).receipt()
    assert parse_receipt(format_receipt(receipt)) == receipt


@given(st.binary() | st.binary().map(lambda data: b"c2sp.org/tlog-proof@v1\n" + data))
def test_any_bytes_are_a_receipt_or_malformed(data):
    try:
        receipt = parse_receipt(data)
    except Malformed:
        return
    assert format_receipt(receipt) == data


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_receipt_with_one_byte_changed_never_holds_as_it_was(position, change):
    broken = bytearray(GOOD)
    broken[position] ^= change
    # A byte of a witness's name makes it a stranger, and three are enough: then it says less, never other.
    try:
        verdict = verify_receipt(bytes(broken), POLICY)
    except (Malformed, Unverified):
        return
    assert len(verdict.witnesses) == 3
    assert format_receipt(parse_receipt(bytes(broken))) == bytes(broken)


@pytest.mark.parametrize("row", VECTORS["verified"], ids=lambda row: row["name"])
def test_receipts_of_the_vectors_verify(row):
    verdict = verify_receipt(row["receipt"], parse_policy(VECTORS["policies"][row["policy"]]))
    expected = row["verdict"]
    assert (verdict.level, verdict.origin, verdict.index, verdict.size) == tuple(
        expected[name] for name in ("level", "origin", "index", "size")
    )
    assert encode_base64(verdict.leaf_hash) == expected["leaf_hash"]
    assert (verdict.in_log_by and format_time(verdict.in_log_by)) == expected["in_log_by"]
    assert list(verdict.witnesses) == expected["witnesses"]
    assert (verdict.header and header_to_object(verdict.header)) == expected["header"]
    assert (verdict.payload, verdict.challenge) == (expected["payload"], expected["challenge"])


@pytest.mark.parametrize("row", VECTORS["refused"], ids=lambda row: row["name"])
def test_receipts_of_the_vectors_fail(row):
    policy = parse_policy(VECTORS["policies"][row["policy"]])
    with pytest.raises(Error) as caught:
        verify_receipt(row["receipt"], policy, challenge=row["challenge"])
    assert type(caught.value).__name__.lower() == row["error"]


def test_a_proof_that_opens_nothing_is_not_a_receipt():
    with pytest.raises(Malformed):
        parse_receipt(
            b"".join(line for line in GOOD.splitlines(keepends=True) if not line.startswith(b"extra"))
        )
