"""A grant gives the keys of one case to one worker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.sealing.grant import Grant, format_grant, parse_grant, seal_grant
from amanat.sealing.unseal import open_grant
from amanat.strict import canonical_json, encode_base64, parse_json

GRANT = Grant("00112233445566778899aabbccddeeff", b"f" * 32, b"t" * 32)


def test_a_grant_opens_for_its_worker_only(bilal, dan):
    sealed = seal_grant(GRANT, bilal.recipient)
    assert open_grant(sealed, bilal.identity) == GRANT
    with pytest.raises(Unverified):
        open_grant(sealed, dan.identity)


@given(st.binary(min_size=80, max_size=80))
def test_a_grant_reads_back(data):
    grant = Grant(data[:16].hex(), data[16:48], data[48:])
    assert parse_grant(format_grant(grant)) == grant


@given(st.binary() | st.sampled_from([b"null", b"[]", b"{}", b"1"]))
def test_any_bytes_are_a_grant_or_malformed(data):
    try:
        grant = parse_grant(data)
    except Malformed:
        return
    assert format_grant(grant) == data


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"extra": None},
        {"case": "0" * 31},
        {"case": 7},
        {"file_key": "AAAA"},
        {"thread_key": encode_base64(b"t" * 33)},
    ],
)
def test_a_grant_of_another_shape_is_refused(change):
    with pytest.raises(Malformed):
        parse_grant(canonical_json({**parse_json(format_grant(GRANT)), **change}))


def test_keys_do_not_show_in_a_traceback():
    assert "ffff" not in repr(GRANT)
    assert "tttt" not in repr(GRANT)


def test_keys_of_another_length_are_refused():
    with pytest.raises(Malformed):
        Grant(GRANT.case_id, b"f" * 31, b"t" * 32)
