from datetime import UTC, datetime

from amanat.receipt.chain import Fresh
from amanat.receipt.header import header_from_object
from amanat.receipt.referral import check_signature, leaf_of_head
from amanat.receipt.referring import Referring
from amanat.sealing.padding import unpad
from amanat.sealing.referral import (
    body_address,
    head_address,
    letter_keys,
    package_address,
    parse_package,
    referral_id,
)
from amanat.sealing.unseal import open_field
from amanat.strict import encode_base64, parse_json
from amanat.tlog.hashing import leaf_hash

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
FRESH = Fresh(0, b"\0" * 32)


def test_steps_follow_one_another_are_signed_and_stand_in_their_leaves() -> None:
    chain = Referring(b"\1" * 32, number=2)
    assert chain.referral_id == referral_id(b"\1" * 32, 2)
    before = None
    for seq, kind in enumerate(["delivered", "acknowledged", "refused"]):
        made = chain.step(kind, "Invented words.", now=NOW, fresh=FRESH)
        head = parse_json(unpad(open_field(chain.keys.key, head_address(chain.referral_id, seq), made.head)))
        body = parse_json(unpad(open_field(chain.keys.key, body_address(chain.referral_id, seq), made.body)))
        header = header_from_object(head["header"])
        assert (header.seq, header.kind, header.prev_leaf_hash) == (seq, kind, before)
        assert check_signature(header, body)
        assert leaf_of_head(chain.keys, head) == made.leaf
        before = leaf_hash(made.leaf)


def test_the_package_opens_with_the_letter_and_holds_the_key_of_the_chain() -> None:
    chain = Referring(b"\1" * 32)
    sealed = chain.package(institution="Invented Court", chosen=[["What is asked", "Something."]])
    opened = open_field(letter_keys(chain.secret).package_key, package_address(chain.referral_id), sealed)
    package = parse_package(unpad(opened))
    assert package["ref_key"] == encode_base64(chain.keys.key)
    onward = Referring(chain.keys.key)
    assert onward.referral_id != chain.referral_id
