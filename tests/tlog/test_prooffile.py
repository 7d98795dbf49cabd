"""Proof files are read strictly and come back byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.strict import encode_base64
from amanat.tlog.prooffile import MAX_HASHES, ProofFile, format_proof_file, parse_proof_file
from tlog.makers import assert_law, entries, signed

HASH = encode_base64(bytes(32))
NOTE = signed(entries(3))
GOOD = format_proof_file(ProofFile(b"extra", 1, (bytes(32), bytes(32)), NOTE))
FILES = st.builds(
    lambda extra, index, hashes, note: ProofFile(extra, index, tuple(hashes), note),
    st.none() | st.binary(max_size=9),
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=4),
    st.binary(min_size=1, max_size=20),
)


def test_a_proof_file_reads_as_specified():
    assert f"c2sp.org/tlog-proof@v1\nextra ZXh0cmE=\nindex 1\n{HASH}\n{HASH}\n\n".encode() + NOTE == GOOD
    assert parse_proof_file(GOOD).checkpoint == NOTE


def test_the_extra_line_may_be_missing_or_empty():
    for extra in (None, b""):
        data = format_proof_file(ProofFile(extra, 0, (), NOTE))
        assert parse_proof_file(data).extra == extra


@pytest.mark.parametrize("index", ["-1", "+1", "0_1", "١", "01", "", " 1", str(2**63)])
def test_an_index_in_another_spelling_is_refused(index):
    with pytest.raises(Malformed):
        parse_proof_file(GOOD.replace(b"index 1", f"index {index}".encode()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"c2sp.org/tlog-proof@v1\n", b""),
        (b"ZXh0cmE=", b"ZXh0cmE"),
        (b"ZXh0cmE=", b"ZXh0cmF="),
        (b"extra ", b"extra  "),
        (b"index 1\n", b""),
        (HASH.encode(), b"AAAA"),
        (b"\n\n", b"\n"),
        (b"index", b"INDEX"),
        (b"index 1\n", b"index 1\nindex 1\n"),
        (b"index 1\n", b"index 1\r\n"),
    ],
)
def test_what_is_not_a_proof_file_is_malformed(old, new):
    with pytest.raises(Malformed):
        parse_proof_file(GOOD.replace(old, new))


def test_a_file_without_a_checkpoint_is_malformed():
    with pytest.raises(Malformed):
        parse_proof_file(GOOD.partition(b"\n\n")[0] + b"\n\n")


def test_at_most_63_hashes_are_read():
    data = format_proof_file(ProofFile(None, 0, (bytes(32),) * MAX_HASHES, NOTE))
    assert len(parse_proof_file(data).hashes) == 63
    with pytest.raises(Malformed):
        parse_proof_file(format_proof_file(ProofFile(None, 0, (bytes(32),) * 64, NOTE)))


@given(FILES)
def test_every_proof_file_comes_back(proof):
    assert parse_proof_file(format_proof_file(proof)) == proof


@given(st.binary() | FILES.map(format_proof_file), st.binary(max_size=2), st.integers(0, 60))
def test_any_bytes_are_a_proof_file_or_malformed(data, noise, at):
    assert_law(parse_proof_file, format_proof_file, data)
    assert_law(parse_proof_file, format_proof_file, data[:at] + noise + data[at + 1 :])
