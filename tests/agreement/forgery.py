"""Receipts that are consistent in everything but one oddity, so that a verifier meets the oddity itself.

The log and the witnesses really sign whatever text they are given here, and leaves commit to whatever bytes.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from amanat.receipt.header import format_header
from amanat.receipt.leaf import case_leaf, commit, payload_digest, tag
from amanat.receipt.opening import sign_challenge
from amanat.strict import canonical_json, encode_base64
from amanat.tlog.cosignature import cosign
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import Signature, format_signature
from amanat.tlog.proof import prove_inclusion
from amanat.tlog.tree import root
from receipt_makers import AMNA, LOG, NOON, ORIGIN, PAYLOAD, Making, cover, header, policy_text, witness

POLICY = policy_text()
GOOD = tuple(Making(level=level).bytes() for level in (1, 2, 3, 4))
TIME = int(NOON.timestamp())
EVERYBODY = ((1, TIME), (2, TIME), (3, TIME), (4, TIME))
SIZE, INDEX = 11, 6

# White space to one language and not to the other, some that no text may hold, some that look alike.
ODD_CHARACTERS = ("\x00", "\t", "\x0b", "\r", "\x1f", "\x7f", "\x85", "\xa0", "\u1680", "\u180e", "\u2003")
ODD_CHARACTERS += ("\u200b", "\u2028", "\u2029", "\u202f", "\u205f")
ODD_CHARACTERS += (" ", "\u2060", "\u3000", "\ufeff", "é", "e\u0301", "🙏", "+")
ODD_VALUES = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    5,
    2**53 - 1,
    "",
    "1",
    "AAAA",
    [],
    {},
    [1],
    {"a": 1},
    "é",
    "\u2028",
)

Edit = Callable[[str], str]
Sign = Callable[[bytes, str], bytes]


class Case(NamedTuple):
    """One question to both verifiers: a receipt, the policy, and the challenge that was asked."""

    receipt: bytes
    policy: str = POLICY
    challenge: str | None = None


def same(text: str) -> str:
    """No edit."""
    return text


def by_amna(leaf: bytes, challenge: str) -> bytes:
    """Amna's true answer."""
    return sign_challenge(AMNA.author_seed, leaf, challenge)


def witness_line(text: str, number: int, time: int) -> str:
    """A witness's true cosignature on any text at any time below 2^64."""
    signer = witness(number)
    if time < 2**63:
        return format_signature(cosign(text, signer, time))
    signature = time.to_bytes(8, "big") + signer.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
    return format_signature(Signature(signer.name, signer.verifier.key_id, signature))


def signed(text: str, times: Iterable[tuple[int, int]] = EVERYBODY) -> str:
    """A note with true signatures of the log and of witnesses, by number and time, on any text."""
    log = format_signature(Signature(LOG.name, LOG.verifier.key_id, LOG.sign(text.encode())))
    lines = [log, *(witness_line(text, number, time) for number, time in times)]
    return text + "\n" + "".join(f"{line}\n" for line in lines)


def tree(leaf: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """The root of a small tree with this leaf, and the path to it."""
    hashes = [leaf_hash(cover(number)) for number in range(SIZE)]
    hashes[INDEX] = leaf_hash(leaf)
    return root(hashes), prove_inclusion(hashes, INDEX)


def forged(
    extra: bytes, leaf: bytes, *, text: Edit = same, note: Edit = same, head: Edit = same, **signing: Any
) -> bytes:
    """A proof file for the leaf. The checkpoint's text is edited before it is signed, note and head after."""
    root_hash, path = tree(leaf)
    checkpoint = text(f"{ORIGIN}\n{SIZE}\n{encode_base64(root_hash)}\n")
    lines = ["c2sp.org/tlog-proof@v1", f"extra {encode_base64(extra)}", f"index {INDEX}"]
    lines += [encode_base64(item) for item in path]
    top = head("".join(f"{line}\n" for line in lines))
    return (top + "\n" + note(signed(checkpoint, **signing))).encode()


def plain(**edits: Any) -> bytes:
    """A receipt of level 1 with edits as in `forged`."""
    leaf = Making().leaf()
    return forged(canonical_json({"v": 1, "level": 1, "leaf": encode_base64(leaf)}), leaf, **edits)


def with_payload(payload: bytes) -> bytes:
    """A receipt of level 3 whose payload is these very bytes, canonical JSON or not."""
    digest = hashlib.sha256(payload).digest()
    leaf = _leaf(format_header(header()), digest)
    return forged(_extra(leaf, format_header(header()), digest, payload), leaf)


def with_header(
    header_bytes: bytes, *, level: int = 3, challenge: str = "Yours?", sign: Sign = by_amna
) -> bytes:
    """A receipt whose header is these very bytes; at level 4 the challenge is answered."""
    digest = payload_digest(PAYLOAD)
    leaf = _leaf(header_bytes, digest)
    more = _answer(leaf, challenge, sign) if level == 4 else {}
    return forged(_extra(leaf, header_bytes, digest, canonical_json(PAYLOAD), level=level, **more), leaf)


def with_extra(
    change: dict[str, Any], *, level: int = 4, dump: Callable[[Any], bytes] = canonical_json
) -> bytes:
    """A receipt whose opening has members changed (or left out, when the value is `...`)."""
    digest, header_bytes = payload_digest(PAYLOAD), format_header(header())
    leaf = _leaf(header_bytes, digest)
    more = _answer(leaf, "Yours?", by_amna) if level == 4 else {}
    value = json.loads(_extra(leaf, header_bytes, digest, canonical_json(PAYLOAD), level=level, **more))
    value = {key: item for key, item in {**value, **change}.items() if item is not ...}
    return forged(dump(value), leaf)


def _answer(leaf: bytes, challenge: str, sign: Sign) -> dict[str, Any]:
    return {"challenge": challenge, "signature": encode_base64(sign(leaf, challenge))}


def _leaf(header_bytes: bytes, digest: bytes) -> bytes:
    return case_leaf(tag(AMNA.thread_key, 0), commit(AMNA.salt_0, header_bytes, digest))


def _extra(
    leaf: bytes, header_bytes: bytes, digest: bytes, payload: bytes, *, level: int = 3, **more: Any
) -> bytes:
    # Put together by hand, because header and payload need not be canonical, nor JSON at all.
    parts = {name: canonical_json(value) for name, value in more.items()}
    parts |= {"header": header_bytes, "payload": payload, "v": b"1", "level": str(level).encode()}
    for name, data in (("leaf", leaf), ("payload_digest", digest), ("salt", AMNA.salt_0)):
        parts[name] = canonical_json(encode_base64(data))
    return b"{" + b",".join(f'"{name}":'.encode() + parts[name] for name in sorted(parts)) + b"}"
