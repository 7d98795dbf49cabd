"""Verifier and signer keys are read strictly, and points of small order never become keys."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.strict import encode_base64
from amanat.tlog.keys import (
    COSIGNATURE,
    ED25519,
    MLDSA,
    Signer,
    Verifier,
    format_signer,
    format_verifier,
    generate_signer,
    parse_signer,
    parse_verifier,
)
from tlog.makers import LOG, ORIGIN, signer, text_law

PRIME = 2**255 - 19
ORDER_8 = (
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
)
# The example of golang.org/x/mod/sumdb/note and of the signed-note specification.
ZERO_SEED_KEY = "eb4e7302842153b0fa19e8620739ad258af4929c26dd89079a7ec7d4282208e1"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_the_example_of_the_specification_is_read():
    verifier = parse_verifier(PETER)
    assert (verifier.name, verifier.kind) == ("PeterNeumann", ED25519)
    assert str(verifier) == format_verifier(verifier) == PETER


def test_a_wrong_key_id_is_refused_even_where_others_use_it():
    for bad in (
        PETER.replace("c74f20a3", "c74f20a4"),
        PETER.replace("c74f", "C74F"),
        PETER.replace("Peter", "Petra"),
    ):
        with pytest.raises(Malformed):
            parse_verifier(bad)


@pytest.mark.parametrize(
    "text", ["", "a", "a+b", "a+00000000+", "+c74f20a3+AR", "a b+00000000+AQ==", "a++b+AA=="]
)
def test_what_is_not_a_key_is_malformed(text):
    with pytest.raises(Malformed):
        parse_verifier(text)
    with pytest.raises(Malformed):
        parse_signer(text)


@pytest.mark.parametrize("y", [0, 1, PRIME - 1, *ORDER_8, PRIME, PRIME + 1, PRIME + 18])
@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
def test_points_of_small_order_and_non_canonical_points_are_refused(y, sign, kind):
    with pytest.raises(Malformed):
        Verifier("dan.example", kind, (y | sign << 255).to_bytes(32, "little"))


def test_a_key_of_a_type_we_do_not_check_is_kept_and_verifies_nothing():
    verifier = Verifier("later.example", 0x07, bytes(range(1, 251)))
    assert parse_verifier(str(verifier)) == verifier
    with pytest.raises(Unverified):
        verifier.check(bytes(64), b"text")


def test_an_ml_dsa_key_signs_and_another_message_key_or_length_is_refused():
    key, other = signer("north.example", MLDSA), signer("south.example", MLDSA)
    assert parse_signer(format_signer(key)) == key
    assert parse_verifier(str(key.verifier)) == key.verifier
    assert len(key.verifier.public) == 1312
    signature = key.sign(b"text")
    assert len(signature) == 2420
    key.verifier.check(signature, b"text")
    bad = ((key, b"texts", signature), (other, b"text", signature), (key, b"text", signature[:-1]))
    for signer_key, message, blob in (*bad, (key, b"text", signature + b"\0"), (key, b"text", bytes(2420))):
        with pytest.raises(Unverified):
            signer_key.verifier.check(blob, message)


def test_the_ml_dsa_key_of_a_seed_is_that_of_the_standard():
    # @noble/post-quantum derives the same from 32 zeros.
    public = Signer("north.example", MLDSA, bytes(32)).verifier.public
    assert sha256(public).hexdigest() == ZERO_SEED_KEY


@pytest.mark.parametrize("length", [1, 32, 1311, 1313, 2420])
def test_an_ml_dsa_key_of_another_length_is_malformed(length):
    with pytest.raises(Malformed):
        Verifier("north.example", MLDSA, bytes(length))


def test_the_name_of_an_ml_dsa_key_fits_into_the_message_that_it_signs():
    public = signer("a", MLDSA).verifier.public
    assert Verifier("é" * 127 + "a", MLDSA, public).name
    with pytest.raises(Malformed):
        Verifier("é" * 128, MLDSA, public)


def test_generated_keys_differ_and_survive_being_written_down():
    first, second = generate_signer(ORIGIN), generate_signer(ORIGIN)
    assert first.seed != second.seed
    assert parse_signer(format_signer(first)) == first
    assert repr(first.seed) not in repr(first)


def test_a_signature_holds_for_its_message_only():
    signature = LOG.sign(b"text")
    LOG.verifier.check(signature, b"text")
    for bad in ((signature, b"texts"), (signature[:-1], b"text"), (b"", b"text"), (bytes(64), b"text")):
        with pytest.raises(Unverified):
            LOG.verifier.check(*bad)


def test_a_key_has_one_id_for_each_name_and_type():
    same = [Verifier(name, kind, LOG.verifier.public) for name in "ab" for kind in (ED25519, COSIGNATURE)]
    assert len({verifier.key_id for verifier in same}) == 4


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\tb", "a\nb", "a\u00a0b", "a\u2028b", "a\ud800", "a\x00"]
)
def test_names_with_spaces_plus_or_control_characters_are_refused(name):
    with pytest.raises(Malformed):
        signer(name) if "\ud800" not in name else Signer(name, ED25519, bytes(32))


@given(
    st.text()
    | st.builds(
        lambda name, kind, key: f"{name}+{kind:08x}+{encode_base64(key)}",
        st.text(),
        st.integers(0, 2**32 - 1),
        st.binary(),
    )
)
def test_any_text_is_a_key_or_malformed(text):
    text_law(parse_verifier, format_verifier, text)
    text_law(parse_signer, format_signer, text)
    text_law(parse_signer, format_signer, f"PRIVATE+KEY+{text}")


@given(st.integers(0, 255), st.binary(min_size=1, max_size=40))
def test_every_key_that_can_be_made_can_be_read(kind, public):
    try:
        verifier = Verifier("amna.example", kind, public)
    except Malformed:
        return
    assert parse_verifier(format_verifier(verifier)) == verifier
