"""Submissions to witnesses are read strictly and come back byte for byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.strict import encode_base64
from amanat.tlog.submission import Submission, format_submission, parse_submission
from tlog.makers import assert_law

HASH = encode_base64(bytes(32))
SUBMISSIONS = st.builds(
    lambda old, hashes, note: Submission(old, tuple(hashes), note),
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=4),
    st.binary(min_size=1, max_size=20),
)


def test_a_submission_reads_as_specified():
    assert format_submission(Submission(0, (), b"note")) == b"old 0\n\nnote"
    assert format_submission(Submission(7, (bytes(32),), b"note")) == f"old 7\n{HASH}\n\nnote".encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\n",
        b"old 00\n\nnote",
        b"old -1\n\nnote",
        b"old 0_1\n\nnote",
        b"new 0\n\nnote",
        b"old 0 \n\nnote",
        b"old 1\nAAAA\n\nnote",
        f"old 1\n{HASH[:-2]}B=\n\nnote".encode(),
        b"old 1\n" + f"{HASH}\n".encode() * 64 + b"\nnote",
        "old ٣\n\nnote".encode(),
    ],
)
def test_what_is_not_a_submission_is_malformed(body):
    with pytest.raises(Malformed):
        parse_submission(body)


@given(SUBMISSIONS)
def test_every_submission_comes_back(submission):
    assert parse_submission(format_submission(submission)) == submission


@given(st.binary() | SUBMISSIONS.map(format_submission), st.binary(max_size=2), st.integers(0, 40))
def test_any_bytes_are_a_submission_or_malformed(data, noise, at):
    assert_law(parse_submission, format_submission, data)
    assert_law(parse_submission, format_submission, data[:at] + noise + data[at + 1 :])
