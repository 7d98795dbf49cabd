"""A promise is signed by the promise key of its own log, and is never a checkpoint."""

import dataclasses
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.receipt.promise import (
    Promise,
    format_promise,
    open_promise,
    parse_promise,
    promise_key_name,
    sign_promise,
)
from amanat.strict import format_time
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.keys import ED25519, Signer, parse_verifier
from amanat.tlog.note import sign_note
from receipt_makers import NOON, ORIGIN
from vector_files import vectors

PROMISE = Promise(ORIGIN, b"\5" * 32, NOON, 86400)
SIGNER = Signer(promise_key_name(ORIGIN), ED25519, b"\x20" * 32)


@given(
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1),
    st.binary(min_size=32, max_size=32),
    st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
    st.integers(0, 2**63 - 1),
)
def test_a_promise_reads_what_it_writes(origin, leaf_hash, accepted, delay):
    promise = Promise(origin, leaf_hash, accepted, delay)
    assert parse_promise(format_promise(promise)) == promise


@given(
    st.text()
    | st.lists(st.text(), min_size=4, max_size=6).map(lambda lines: "\n".join(["amanat-promise/v1", *lines]))
)
def test_any_text_is_a_promise_or_malformed(text):
    try:
        promise = parse_promise(text)
    except Malformed:
        return
    assert format_promise(promise) == text


def test_a_promise_has_five_whole_lines():
    text = format_promise(PROMISE)
    for other in (
        text + "more",
        text + "more\n",
        text + "\n",
        text[:-1],
        "\n" + text,
        text.replace("v1", "v2"),
    ):
        with pytest.raises(Malformed):
            parse_promise(other)


def test_a_signed_promise_opens_with_its_key():
    assert open_promise(sign_promise(PROMISE, SIGNER), SIGNER.verifier) == PROMISE


def test_promises_agree_with_the_vectors():
    for row in vectors("promises"):
        said = row["promise"]
        promise = open_promise(row["note"], parse_verifier(said["vkey"]))
        assert (promise.origin, promise.max_delay_seconds) == (said["origin"], said["max_delay_seconds"])
        assert format_time(promise.accepted) == said["accepted"]


def test_a_promise_by_another_key_does_not_hold():
    other = dataclasses.replace(SIGNER, seed=b"\x21" * 32)
    with pytest.raises(Unverified):
        open_promise(sign_promise(PROMISE, other), SIGNER.verifier)


def test_a_promise_with_another_leaf_does_not_hold():
    signed = sign_promise(PROMISE, SIGNER).decode()
    other = format_promise(dataclasses.replace(PROMISE, leaf_hash=b"\6" * 32))
    with pytest.raises(Unverified):
        open_promise(signed.replace(format_promise(PROMISE), other).encode(), SIGNER.verifier)


def test_the_promise_key_of_one_log_makes_no_promise_for_another():
    elsewhere = dataclasses.replace(PROMISE, origin="other.example/log")
    with pytest.raises(ValueError):
        sign_promise(elsewhere, SIGNER)
    with pytest.raises(Malformed):
        open_promise(sign_note(format_promise(elsewhere), SIGNER), SIGNER.verifier)


def test_a_promise_is_never_a_checkpoint_and_a_checkpoint_never_a_promise():
    with pytest.raises(Malformed):
        parse_checkpoint(format_promise(PROMISE))
    with pytest.raises(Malformed):
        parse_promise(f"{ORIGIN}\n11\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")


@given(st.binary())
def test_any_bytes_are_refused_without_surprise(data):
    with pytest.raises((Malformed, Unverified)):
        open_promise(data, SIGNER.verifier)
