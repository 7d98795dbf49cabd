"""The vectors of referrals: letters, keys of chains, packages and signed steps. See make_vectors.py."""

from datetime import UTC, datetime
from typing import Any

from vector_sealing import SECRETS, b64

from amanat.receipt.leaf import Header, header_to_object, make_leaf
from amanat.receipt.referral import sign_payload
from amanat.sealing.keys import derive
from amanat.sealing.referral import letter_keys, referral_id, referral_keys, seal_package
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import ED25519, Signer

REFERRAL = "00112233445566778899aabbccddeeff"
ONWARD = "ffeeddccbbaa99887766554433221100"
SEED = bytes(range(32))


def documents() -> dict[str, Any]:
    """Each file by its name."""
    return {
        "referrals": {
            "letters": letters(),
            "keys": keys(),
            "packages": packages(),
            "steps": steps(),
            "ids": ids(),
        },
    }


def letters() -> Any:
    """What grows from the secret of a letter."""
    made = [(secret, letter_keys(secret)) for secret in SECRETS]
    return [
        {"secret": b64(secret), "locator": b64(keys.locator), "package_key": b64(keys.package_key)}
        for secret, keys in made
    ]


def keys() -> Any:
    """The keys of a referral from a thread key, and of one referred onward from those."""
    rows = []
    for secret in SECRETS:
        parent = derive(secret).thread_key
        for referral in (REFERRAL, ONWARD):
            found = referral_keys(parent, referral)
            row = {"parent_key": b64(parent), "referral": referral, "ref_key": b64(found.key)}
            rows.append({**row, "salt_0": b64(found.salt_0)})
            parent = found.key
    return rows


def ids() -> Any:
    """The ids of the referrals below a thread key, and below the key of a referral."""
    thread = derive(SECRETS[0]).thread_key
    return [
        {"parent_key": b64(parent), "number": number, "referral": referral_id(parent, number)}
        for parent in (thread, referral_keys(thread, REFERRAL).key)
        for number in (0, 1, 63, 2**32 - 1)
    ]


def packages() -> Any:
    """A sealed package with a fixed nonce."""
    secret = SECRETS[3]
    key = referral_keys(derive(secret).thread_key, REFERRAL).key
    package = {
        "v": 1,
        "referral_id": REFERRAL,
        "ref_key": b64(key),
        "institution": "Invented Court",
        "organisation": "Invented Desk",
        "request": "investigate",
        "law": "An invented act, section 1",
        "consent": "Asked and given.",
        "sees": "words",
        "due_time": "2026-06-01T18:59:59Z",
        "chosen": [["What is asked", "An invented request. شکریہ"], ["Where", ""]],
    }
    sealed = seal_package(letter_keys(secret).package_key, package, nonce=b"\7" * 12)
    row = {"secret": b64(secret), "referral": REFERRAL, "package": package, "ref_key": b64(key)}
    return [{**row, "sealed": b64(sealed)}]


def steps() -> Any:
    """Two signed steps of one chain, with their leaves."""
    parent = derive(SECRETS[3]).thread_key
    found = referral_keys(parent, REFERRAL)
    public = Signer("referral", ED25519, SEED).verifier.public
    rows: list[Any] = []
    previous = None
    for seq, (kind, text) in enumerate((("delivered", ""), ("refused", "The police are investigating."))):
        header = Header(
            seq=seq,
            kind=kind,
            claimed_time=datetime(2026, 5, 3, 12, seq, tzinfo=UTC),
            prev_leaf_hash=previous,
            fresh_size=seq,
            fresh_root=bytes([seq]) * 32,
            author_pk=None if seq else public,
        )
        payload = {"nonce": b64(bytes([seq]) * 16), "from": "institution", "text": text}
        signed = sign_payload(SEED, header, payload)
        leaf = make_leaf(found.key, found.salt_0, header, signed)
        row = {"parent_key": b64(parent), "referral": REFERRAL, "seed": b64(SEED)}
        row |= {"header": header_to_object(header), "payload": signed, "leaf": b64(leaf)}
        rows.append(row)
        previous = leaf_hash(leaf)
    return rows
