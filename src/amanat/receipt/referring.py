"""One referral as whoever holds its key continues it: the package, the letter, the next step.

The same library calls that the pages mirror in JavaScript; the demonstration and the tests use them. It talks
to no database. Protocol section 4. Shown right by `tests/receipt/test_referring.py`.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from amanat.receipt.chain import Fresh
from amanat.receipt.header import Header
from amanat.receipt.referral import SealedStep, make_step, sign_payload
from amanat.sealing.keys import locator_hash
from amanat.sealing.referral import ReferralKeys, letter_keys, referral_id, referral_keys, seal_package
from amanat.sealing.words import new_secret
from amanat.strict import encode_base64, format_time
from amanat.tlog.hashing import leaf_hash

__all__ = ["Referring"]


@dataclass(slots=True)
class Referring:
    """A referral: its number below `parent_key` (a thread key, or the key of the referral before it)."""

    parent_key: bytes = field(repr=False)
    number: int = 0
    secret: bytes = field(default_factory=new_secret, repr=False)
    seed: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    seq: int = 0
    previous: bytes | None = None

    @property
    def referral_id(self) -> str:
        """Its id, which is its number under the key above it."""
        return referral_id(self.parent_key, self.number)

    @property
    def keys(self) -> ReferralKeys:
        """The keys of its own chain."""
        return referral_keys(self.parent_key, self.referral_id)

    @property
    def locator(self) -> bytes:
        """How whoever has the letter asks the server for it."""
        return letter_keys(self.secret).locator

    @property
    def locator_hash(self) -> bytes:
        """What the server keeps of the locator."""
        return locator_hash(self.locator)

    def package(self, *, due: datetime | None = None, **texts: Any) -> bytes:
        """The sealed package; `texts` are its own, those that are missing are empty."""
        value = {
            "v": 1,
            "referral_id": self.referral_id,
            "ref_key": encode_base64(self.keys.key),
            "due_time": format_time(due) if due else None,
            "chosen": texts.pop("chosen", []),
            **dict.fromkeys(("institution", "organisation", "request", "law", "consent"), ""),
            "sees": "words",
            **texts,
        }
        return seal_package(letter_keys(self.secret).package_key, value)

    def step(self, kind: str, text: str = "", *, now: datetime, fresh: Fresh, **more: Any) -> SealedStep:
        """The institution's next step, signed; `more` may have `due_time`, `counterparty`, and `payload`."""
        beside = more.pop("payload", {})
        author = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        named = {**more, "author_pk": author if self.seq == 0 else None}
        header = Header(self.seq, kind, now, self.previous, fresh.size, fresh.root, **named)
        nonce = encode_base64(secrets.token_bytes(16))
        payload = sign_payload(
            self.seed, header, {"nonce": nonce, "from": "institution", "text": text, **beside}
        )
        made = make_step(self.keys, self.referral_id, header, payload)
        self.seq, self.previous = header.seq + 1, leaf_hash(made.leaf)
        return made
