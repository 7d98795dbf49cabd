"""Signed notes are read strictly, and a signature counts only by a key that the caller brought."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.strict import encode_base64
from amanat.tlog.note import (
    COSIGNATURE,
    Note,
    Signature,
    Verifier,
    add_signatures,
    check_note,
    format_note,
    format_signature,
    parse_note,
    parse_signature,
    parse_verifier,
    sign_note,
    split_note,
)
from tlog.makers import LOG, ORIGIN, assert_law, signer, text_law

# The example of the signed-note specification.
EXAMPLE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
PETER = parse_verifier("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
NAMES = st.text(min_size=1, max_size=6)
NOTES = st.builds(
    lambda text, lines: (
        f"{text}\n\n".encode() + "".join(f"— {name} {encode_base64(blob)}\n" for name, blob in lines).encode()
    ),
    st.text(alphabet="ab\n— é", max_size=12),
    st.lists(st.tuples(NAMES, st.binary(max_size=9)), max_size=3),
)


def test_the_example_of_the_specification_verifies():
    note = parse_note(EXAMPLE)
    check_note(note, PETER)
    assert format_note(note) == EXAMPLE


def test_a_changed_text_does_not_verify():
    with pytest.raises(Unverified):
        check_note(parse_note(EXAMPLE.replace(b"answer", b"Answer")), PETER)


def test_the_last_blank_line_separates():
    data = sign_note("one\n\ntwo\n", LOG)
    assert parse_note(data).text == "one\n\ntwo\n"
    check_note(parse_note(data), LOG.verifier)


def test_the_logs_line_need_not_be_the_first_and_strangers_are_ignored():
    note = parse_note(sign_note("text\n", LOG))
    stranger = Signature("dan.example", b"1234", b"anything at all")
    check_note(Note(note.text, (stranger, *note.signatures, stranger)), LOG.verifier)


def test_name_and_id_must_both_be_those_of_the_key():
    line = parse_note(sign_note("text\n", LOG)).signatures[0]
    for bad in (Signature("dan.example", line.key_id, line.blob), Signature(line.name, b"1234", line.blob)):
        with pytest.raises(Unverified):
            check_note(Note("text\n", (bad,)), LOG.verifier)


def test_a_known_key_with_one_bad_line_rejects_the_note():
    line = parse_note(sign_note("text\n", LOG)).signatures[0]
    with pytest.raises(Unverified):
        check_note(Note("text\n", (line, Signature(line.name, line.key_id, bytes(64)))), LOG.verifier)


def test_a_cosigners_key_does_not_sign_or_check_plain_notes():
    witness = signer("north.example", COSIGNATURE)
    with pytest.raises(ValueError, match="0x01"):
        sign_note("text\n", witness)
    plain = signer("north.example")
    line = Signature(witness.name, witness.verifier.key_id, plain.sign(b"text\n"))
    with pytest.raises(Unverified):
        check_note(Note("text\n", (line,)), Verifier(witness.name, COSIGNATURE, plain.verifier.public))


def test_a_hundred_signatures_are_read_and_more_are_not():
    lines = tuple(Signature(f"n{index}", b"1234", b"x") for index in range(100))
    assert parse_note(format_note(Note("text\n", lines))).signatures == lines
    with pytest.raises(Malformed):
        parse_note(format_note(Note("text\n", (*lines, lines[0]))))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        b"text\n\n" + "— a AAAAAAA=".encode(),
        b"text\n\n" + "— a AAAAAA==\n".encode(),
        b"text\n\n" + "— a AAAAAAB=\n".encode(),
        b"text\n\n" + "— a  AAAAAAA=\n".encode(),
        b"text\n\n" + "—  AAAAAAA=\n".encode(),
        b"text\n\n" + b"- a AAAAAAA=\n",
        b"text\n\n" + "— a AAAAAAA=\r\n".encode(),
        b"te\txt\n\n" + "— a AAAAAAA=\n".encode(),
        b"te\xffxt\n\n" + "— a AAAAAAA=\n".encode(),
        b"text\n\n" + "— a AAAAAAA=\nmore\n".encode(),
        b"x" * 1_000_001,
    ],
)
def test_what_is_not_a_note_is_malformed(data):
    with pytest.raises(Malformed):
        parse_note(data)


def test_a_text_that_would_not_come_back_is_not_signed():
    for text in ("no newline", "", "a\rb\n"):
        with pytest.raises(Malformed):
            sign_note(text, LOG)


def test_adding_a_line_by_the_same_key_replaces_the_old_one():
    note = parse_note(sign_note("text\n", LOG))
    first, again = Signature("north.example", b"1234", b"1"), Signature("north.example", b"1234", b"2")
    grown = add_signatures(add_signatures(note, [first]), [again])
    assert [line.blob for line in grown.signatures] == [note.signatures[0].blob, b"2"]


def test_a_note_names_its_signer():
    assert parse_note(sign_note("text\n", LOG)).by(LOG.verifier)[0].name == ORIGIN


@given(st.binary() | NOTES)
def test_any_bytes_are_a_note_or_malformed(data):
    assert_law(parse_note, format_note, data)


@given(
    st.text() | st.builds(lambda name, blob: f"— {name} {encode_base64(blob)}", NAMES, st.binary(max_size=9))
)
def test_any_line_is_a_signature_or_malformed(line):
    text_law(parse_signature, format_signature, line)


@given(NOTES)
def test_splitting_loses_nothing(data):
    try:
        text, lines = split_note(data)
    except Malformed:
        return
    assert f"{text}\n{''.join(f'{line}' + chr(10) for line in lines)}".encode() == data
