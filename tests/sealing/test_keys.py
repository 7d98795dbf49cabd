"""Keys grow from the words in one direction only, and agree with the vectors."""

import dataclasses

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanat.errors import Malformed
from amanat.sealing.keys import derive, locator_hash, ref_key
from vector_files import vectors


def test_keys_agree_with_the_vectors():
    for row in vectors("keys"):
        keys = derive(row["secret"])
        assert dataclasses.asdict(keys) == {name: row[name] for name in dataclasses.asdict(keys)}
        assert locator_hash(keys.locator) == row["locator_hash"]
        assert ref_key(keys.thread_key, row["referral_id"]) == row["ref_key"]


def test_the_author_key_is_an_ed25519_pair():
    keys = derive(b"\1" * 16)
    public = Ed25519PrivateKey.from_private_bytes(keys.author_seed).public_key().public_bytes_raw()
    assert public == keys.author_public


def test_no_two_keys_of_a_reporter_are_alike():
    values = dataclasses.astuple(derive(b"\1" * 16))
    assert len({value[:16] for value in values}) == 5


def test_the_locator_has_16_bytes_and_its_hash_32():
    keys = derive(b"\1" * 16)
    assert len(keys.locator) == 16
    assert len(locator_hash(keys.locator)) == 32


def test_secret_keys_do_not_show_in_a_traceback():
    keys = derive(b"\1" * 16)
    for name in ("thread_key", "salt_0", "author_seed", "locator"):
        assert repr(getattr(keys, name)) not in repr(keys)


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_secret_of_another_length_is_refused(length):
    with pytest.raises(Malformed):
        derive(b"\0" * length)
