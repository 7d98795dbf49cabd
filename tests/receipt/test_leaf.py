"""A leaf has 64 bytes that tell nothing, and commits to exactly one event."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.receipt import leaf
from amanat.receipt.header import format_header, header_from_object
from amanat.tlog.hashing import leaf_hash
from receipt_makers import AMNA, PAYLOAD, header
from vector_files import vectors


@given(st.binary() | st.binary().map(lambda data: b"amanat-leaf/v1\n" + data) | st.builds(leaf.cover_leaf))
def test_any_bytes_are_a_leaf_or_malformed(data):
    try:
        value = leaf.parse_leaf(data)
    except Malformed:
        return
    assert leaf.format_leaf(value) == data


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_an_event_reads_back(tag, commitment):
    data = leaf.case_leaf(tag, commitment)
    assert len(data) == 64
    assert leaf.parse_leaf(data) == leaf.CaseLeaf(tag, commitment)


@given(st.text())
def test_a_statement_reads_back(text):
    assert leaf.parse_leaf(leaf.statement_leaf(text)) == leaf.StatementLeaf(text)


def test_a_statement_fits_a_bundle_or_is_refused():
    assert len(leaf.statement_leaf("a" * 65519)) == 65535
    for text in ("a" * 65520, "\ud800"):
        with pytest.raises(Malformed):
            leaf.statement_leaf(text)
    with pytest.raises(Malformed):
        leaf.parse_leaf(leaf.statement_leaf("a" * 65519) + b"a")


def test_a_cover_leaf_has_the_shape_of_an_event_and_is_never_the_same():
    covers = {leaf.cover_leaf() for _ in range(20)}
    assert len(covers) == 20
    assert all(isinstance(leaf.parse_leaf(cover), leaf.CaseLeaf) for cover in covers)
    event = leaf.make_leaf(AMNA.thread_key, AMNA.salt_0, header(), PAYLOAD)
    assert {cover[:16] for cover in covers} == {event[:16]}


def test_tags_and_salts_agree_with_the_vectors():
    for row in vectors("tags"):
        assert leaf.tag(row["thread_key"], row["seq"]) == row["tag"]
        assert leaf.salt(row["thread_key"], row["salt_0"], row["seq"]) == row["salt"]


def test_leaves_agree_with_the_vectors():
    for row in vectors("commitments")["leaves"]:
        read = header_from_object(row["header"])
        assert format_header(read) == row["header_bytes"]
        assert leaf.payload_digest(row["payload"]) == row["payload_digest"]
        assert leaf.commit(row["salt"], row["header_bytes"], row["payload_digest"]) == row["commit"]
        data = leaf.make_leaf(row["thread_key"], row["salt_0"], read, row["payload"])
        assert data == row["leaf"]
        assert leaf_hash(data) == row["leaf_hash"]
    for row in vectors("commitments")["statements"]:
        assert leaf.statement_leaf(row["text"]) == row["leaf"]


def test_each_event_of_a_chain_has_another_tag_and_another_salt():
    tags = {leaf.tag(AMNA.thread_key, seq) for seq in range(50)}
    salts = {leaf.salt(AMNA.thread_key, AMNA.salt_0, seq) for seq in range(50)}
    assert len(tags) == len(salts) == 50
    assert leaf.salt(AMNA.thread_key, AMNA.salt_0, 0) == AMNA.salt_0


def test_the_leaf_commits_to_header_payload_and_salt():
    made = leaf.make_leaf(AMNA.thread_key, AMNA.salt_0, header(), PAYLOAD)
    later = dataclasses.replace(header(), claimed_time=header().claimed_time.replace(hour=13))
    others = {
        leaf.make_leaf(AMNA.thread_key, AMNA.salt_0, later, PAYLOAD),
        leaf.make_leaf(AMNA.thread_key, AMNA.salt_0, header(), {**PAYLOAD, "text": ""}),
        leaf.make_leaf(AMNA.thread_key, bytes(32), header(), PAYLOAD),
    }
    assert made not in others
    assert len(others) == 3


@pytest.mark.parametrize(("tag", "commitment"), [(15, 32), (17, 32), (16, 31), (16, 33)])
def test_parts_of_another_length_are_refused(tag, commitment):
    with pytest.raises(Malformed):
        leaf.case_leaf(bytes(tag), bytes(commitment))
