from datetime import UTC, datetime

import pytest

from amanat.errors import Malformed, Unverified
from amanat.receipt.leaf import Header, header_from_object
from amanat.receipt.referral import check_signature, leaf_of_head, make_step, sign_payload
from amanat.sealing.padding import unpad
from amanat.sealing.referral import body_address, head_address, referral_keys
from amanat.sealing.unseal import open_field
from amanat.strict import parse_json
from amanat.tlog.note import ED25519, Signer
from vector_files import vectors

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
SEED = b"\5" * 32
PUBLIC = Signer("referral", ED25519, SEED).verifier.public
REFERRAL = "00" * 16
KEYS = referral_keys(b"\1" * 32, REFERRAL)
FIRST = Header(0, "delivered", NOW, None, 0, b"\0" * 32, author_pk=PUBLIC)
PAYLOAD = {"nonce": "AAAAAAAAAAAAAAAAAAAAAA==", "from": "institution", "text": ""}


def test_the_steps_of_the_vectors_are_signed_and_stand_in_their_leaves() -> None:
    for case in vectors("referrals")["steps"]:
        header = header_from_object(case["header"])
        keys = referral_keys(case["parent_key"], case["referral"])
        unsigned = {key: value for key, value in case["payload"].items() if key not in {"key", "signature"}}
        assert sign_payload(case["seed"], header, unsigned) == case["payload"]
        assert check_signature(header, case["payload"])
        assert make_step(keys, case["referral"], header, case["payload"]).leaf == case["leaf"]


def test_the_head_alone_gives_the_leaf_and_the_body_the_words() -> None:
    signed = sign_payload(SEED, FIRST, PAYLOAD)
    step = make_step(KEYS, REFERRAL, FIRST, signed)
    head = parse_json(unpad(open_field(KEYS.key, head_address(REFERRAL, 0), step.head)))
    assert leaf_of_head(KEYS, head) == step.leaf
    assert parse_json(unpad(open_field(KEYS.key, body_address(REFERRAL, 0), step.body))) == signed
    with pytest.raises(Unverified):
        open_field(KEYS.key, body_address(REFERRAL, 1), step.body)


def test_what_was_changed_after_signing_does_not_verify() -> None:
    signed = sign_payload(SEED, FIRST, PAYLOAD)
    later = Header(0, "answered", NOW, None, 0, b"\0" * 32, author_pk=PUBLIC)
    for header, payload in (
        (FIRST, {**signed, "text": "another"}),
        (FIRST, {**signed, "more": ""}),
        (later, signed),
    ):
        with pytest.raises(Unverified):
            check_signature(header, payload)


def test_another_key_than_the_first_step_names_does_not_count() -> None:
    with pytest.raises(Unverified):
        check_signature(FIRST, sign_payload(b"\6" * 32, FIRST, PAYLOAD))


@pytest.mark.parametrize("change", [{"key": 1}, {"signature": None}, {"key": "AAAA"}, {"signature": "AAAA"}])
def test_a_payload_without_a_proper_signature_is_malformed(change: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        check_signature(FIRST, {**sign_payload(SEED, FIRST, PAYLOAD), **change})


def test_a_key_of_small_order_signs_nothing() -> None:
    weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    second = Header(1, "answered", NOW, b"\0" * 32, 0, b"\0" * 32)
    with pytest.raises(Unverified):
        check_signature(second, {**PAYLOAD, "key": weak, "signature": "A" * 86 + "=="})


@pytest.mark.parametrize("head", [{}, {"header": {}, "payload_digest": 1}, {"header": {}, "x": ""}])
def test_a_head_of_another_shape_is_malformed(head: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        leaf_of_head(KEYS, head)
