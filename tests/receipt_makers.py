"""Makes real receipts for tests: a log of several leaves, witnesses, and an event opened at any level."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from amanat.receipt.header import Header
from amanat.receipt.leaf import case_leaf, make_leaf, payload_digest, salt
from amanat.receipt.opening import open_leaf, sign_challenge
from amanat.receipt.receipt import Receipt, format_receipt
from amanat.sealing.keys import derive
from amanat.tlog.checkpoint import Checkpoint, format_checkpoint
from amanat.tlog.cosignature import cosign
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import COSIGNATURE, ED25519, Signer
from amanat.tlog.note import add_signatures, format_note, parse_note, sign_note
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.proof import prove_inclusion
from amanat.tlog.tree import root

ORIGIN = "amanat.example/log"
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
AMNA = derive(b"\1" * 16)
PAYLOAD = {"nonce": "AAAAAAAAAAAAAAAAAAAAAA==", "text": "An invented report. شکریہ 🙏\n", "where": "Nowhere"}


def witness(number: int) -> Signer:
    """The witness of that number, 1 to 4."""
    return Signer(f"witness{number}.example", COSIGNATURE, bytes([number]) * 32)


LOG = Signer(ORIGIN, ED25519, b"\x10" * 32)
WITNESSES = tuple(witness(number) for number in (1, 2, 3, 4))


def policy_text(log: Signer = LOG, witnesses: tuple[Signer, ...] = WITNESSES, threshold: int = 3) -> str:
    """A policy with one log, and so many of the witnesses as its quorum (0 for none)."""
    lines = [f"log {log.verifier}"]
    lines += [f"witness w{number} {item.verifier}" for number, item in enumerate(witnesses, start=1)]
    names = " ".join(f"w{number}" for number in range(1, len(witnesses) + 1))
    lines += [f"group most {threshold} {names}", "quorum most"] if threshold else ["quorum none"]
    return "\n".join(lines) + "\n"


POLICY: Policy = parse_policy(policy_text())


def cover(number: int) -> bytes:
    """A cover leaf that is the same each time, as test vectors need it."""
    patterned = sha256(b"cover" + number.to_bytes(4, "big")).digest()
    return case_leaf(patterned[:16], patterned)


def header(seq: int = 0) -> Header:
    """The header of Amna's event of that number."""
    if seq == 0:
        return Header(0, "received", NOON, None, 8, b"\x11" * 32, author_pk=AMNA.author_public)
    previous = leaf_hash(make_leaf(AMNA.thread_key, AMNA.salt_0, header(0), PAYLOAD))
    return Header(seq, "acknowledged", NOON, previous, 9, b"\x22" * 32, due_time=NOON.replace(month=4))


@dataclass(frozen=True)
class Making:
    """All that goes into a receipt, to change one at a time. `times`: POSIX seconds by witness number."""

    level: int = 3
    seq: int = 0
    size: int = 11
    index: int = 6
    challenge: str = "Is this yours, Amna?"
    payload: dict[str, Any] = field(default_factory=lambda: dict(PAYLOAD))
    log: Signer = LOG
    times: tuple[tuple[int, int], ...] = ((1, 1772625660), (2, 1772625720), (3, 1772625780), (4, 1772625840))
    author_seed: bytes = AMNA.author_seed

    def leaf(self) -> bytes:
        return make_leaf(AMNA.thread_key, AMNA.salt_0, header(self.seq), self.payload)

    def leaves(self) -> list[bytes]:
        others = [cover(number) for number in range(self.size)]
        return [*others[: self.index], self.leaf(), *others[self.index + 1 :]]

    def note(self, hashes: list[bytes]) -> bytes:
        text = format_checkpoint(Checkpoint(self.log.name, self.size, root(hashes)))
        note = parse_note(sign_note(text, self.log))
        lines = [cosign(text, witness(number), time) for number, time in self.times]
        return format_note(add_signatures(note, lines))

    def receipt(self) -> Receipt:
        hashes = [leaf_hash(leaf) for leaf in self.leaves()]
        return Receipt(self.opening(), self.index, prove_inclusion(hashes, self.index), self.note(hashes))

    def opening(self) -> Any:
        return open_leaf(
            self.level,
            self.leaf(),
            header=header(self.seq),
            payload_digest=payload_digest(self.payload),
            salt=salt(AMNA.thread_key, AMNA.salt_0, self.seq),
            payload=self.payload,
            challenge=self.challenge,
            signature=sign_challenge(self.author_seed, self.leaf(), self.challenge),
        )

    def bytes(self) -> bytes:
        return format_receipt(self.receipt())
