import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.sealing import casefile
from amanat.sealing.casefile import CaseGrant, format_case_grant, format_row, parse_case_grant, parse_row
from amanat.sealing.padding import unpad
from amanat.sealing.unseal import open_field
from amanat.strict import canonical_json
from tlog.makers import assert_law
from vector_files import raw

CASE, ROW, OTHER = "ab" * 16, "01" * 16, "02" * 16
BODY = {"v": 1, "kind": "note", "fields": {"text": "x"}, "parents": [1], "at": "2026-05-03T14:37:00Z"}
BODY |= {"withdrawn": False}
KEY = bytes(range(32))
json_like = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from([BODY["at"], "note", "A" * 43 + "="]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*BODY, "file", "x"]), inner),
)


def test_a_row_opens_at_its_address_and_at_no_other() -> None:
    sealed = casefile.seal_body(KEY, casefile.row_address(CASE, ROW, 2), BODY)
    assert parse_row(unpad(open_field(KEY, casefile.row_address(CASE, ROW, 2), sealed))) == BODY
    others = [
        casefile.row_address(CASE, ROW, 3),
        casefile.row_address(CASE, OTHER, 2),
        casefile.row_address(OTHER, ROW, 2),
        casefile.part_address(CASE, ROW, 2),
        casefile.link_address(CASE, ROW),
    ]
    for address in others:
        with pytest.raises(Unverified):
            open_field(KEY, address, sealed)


def test_short_rows_of_every_kind_have_one_size() -> None:
    address = casefile.row_address(CASE, ROW, 1)
    bodies = [
        {**BODY, "kind": kind, "fields": {"text": text}}
        for kind in ("person", "harm")
        for text in ("", "long" * 400)
    ]
    assert len({len(casefile.seal_body(KEY, address, body)) for body in bodies}) == 1


def test_texts_of_rows_and_grants_are_judged_as_in_the_vectors() -> None:
    vectors = raw("casefile")
    for text in vectors["rows"]["accepted"]:
        assert format_row(parse_row(text.encode())).decode() == text
    for case in vectors["grants"]["accepted"]:
        assert parse_case_grant(case["text"].encode()).generation == case["generation"]
    for text in vectors["rows"]["refused"]:
        with pytest.raises(Malformed):
            parse_row(text.encode())
    for text in vectors["grants"]["refused"]:
        with pytest.raises(Malformed):
            parse_case_grant(text.encode())


@given(st.binary(max_size=60) | json_like.map(canonical_json))
def test_any_bytes_are_a_row_that_writes_back_or_malformed(data: bytes) -> None:
    assert_law(parse_row, format_row, data)


@given(
    st.dictionaries(st.sampled_from([*BODY, "file"]), json_like).map(
        lambda change: canonical_json(BODY | change)
    )
)
def test_any_change_of_a_row_writes_back_or_is_malformed(data: bytes) -> None:
    assert_law(parse_row, format_row, data)


@given(st.binary(max_size=60) | json_like.map(canonical_json))
def test_any_bytes_are_a_grant_that_writes_back_or_malformed(data: bytes) -> None:
    assert_law(parse_case_grant, format_case_grant, data)


def test_a_grant_opens_for_its_member_and_shows_no_key_in_a_log() -> None:
    identity = pyrage.x25519.Identity.generate()
    grant = CaseGrant(CASE, 3, KEY)
    sealed = casefile.seal_case_grant(grant, str(identity.to_public()))
    assert parse_case_grant(pyrage.decrypt(sealed, [identity])) == grant
    assert "key" not in repr(grant)
    for wrong in ({"generation": 0}, {"file_key": b"short"}, {"case_id": "x"}):
        with pytest.raises(Malformed):
            CaseGrant(**{"case_id": CASE, "generation": 1, "file_key": KEY, **wrong})
