"""The vectors of receipts: some verify, and some do not, each with its class of error."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from vector_cosignatures import LATER, written_later

from amanat.errors import Error
from amanat.receipt.header import header_to_object
from amanat.receipt.leaf import statement_leaf
from amanat.receipt.opening import Opening, format_opening
from amanat.receipt.receipt import Receipt, format_receipt
from amanat.receipt.verify import Verdict, verify_receipt
from amanat.strict import canonical_json, encode_base64, format_time, parse_json
from amanat.tlog.keys import ED25519, Signer
from amanat.tlog.policy import parse_policy
from amanat.tlog.proof import ProofFile, format_proof_file
from receipt_makers import LOG, ORIGIN, PAYLOAD, WITNESSES, Making, header, policy_text

OTHER_LOG = Signer(ORIGIN, ED25519, b"\x66" * 32)
STRANGERS = tuple(
    dataclasses.replace(item, seed=bytes([9, number]) * 16) for number, item in enumerate(WITNESSES)
)
POLICIES = {
    "three of four": policy_text(),
    "all four": policy_text(threshold=4),
    "no quorum": policy_text(threshold=0),
    "other witnesses": policy_text(witnesses=STRANGERS),
    "one with ML-DSA": policy_text(witnesses=(*WITNESSES[:2], LATER)),
    "other log key": policy_text(log=OTHER_LOG),
}
MOST = "three of four"
TWO = ((1, 1000), (2, 2000))


class Statement(Making):
    """A public statement of the log, which can be shown at level 1 only."""

    def leaf(self) -> bytes:
        return statement_leaf("The log begins. آغاز\n")

    def opening(self) -> Opening:
        return Opening(1, self.leaf())


def documents() -> dict[str, Any]:
    """Each file by its name."""
    verified = [_verified(*row) for row in verifying()]
    refused = [_refused(*row) for row in failing()]
    receipts = {"policies": POLICIES, "verified": verified, "refused": refused}
    return {"receipts": receipts}


def verifying() -> Iterator[tuple[str, str, bytes]]:
    """Name, policy and bytes of receipts that verify."""
    for level in (1, 2, 3, 4):
        yield f"level {level}", MOST, Making(level=level).bytes()
    for level in (1, 2, 3):
        yield f"level {level} of a later event", MOST, Making(level=level, seq=1, index=9).bytes()
    for size, index in ((1, 0), (2, 1), (8, 7), (257, 256), (300, 255)):
        yield f"leaf {index} of {size}", MOST, Making(level=1, size=size, index=index).bytes()
    yield (
        "the witnesses in another order of time",
        MOST,
        Making(times=((1, 4000), (2, 1000), (3, 3000), (4, 2000))).bytes(),
    )
    yield "three of the four witnesses", MOST, Making(times=((4, 1000), (2, 2000), (1, 2000))).bytes()
    yield "no quorum needed", "no quorum", Making(times=()).bytes()
    yield "a statement of the log", MOST, Statement().bytes()
    yield (
        "two witnesses with Ed25519 and one with ML-DSA",
        "one with ML-DSA",
        noted("", written_later(), times=TWO),
    )
    yield "a line by a stranger", MOST, noted("", "— stranger.example AAAAAAAAAAAAAAAA\n")
    yield (
        "a payload with an object inside",
        MOST,
        Making(payload={**PAYLOAD, "more": {"a": [1, None, True]}}).bytes(),
    )


def failing() -> Iterator[tuple[str, str, bytes, str | None]]:
    """Name, policy, bytes and challenge of receipts that do not verify."""
    for name, policy, data in (*untrusted(), *changed(), *misshapen()):
        yield name, policy, data, None
    yield "another challenge than was asked", MOST, Making(level=4).bytes(), "Another question"
    yield "a challenge, and no answer", MOST, Making(level=3).bytes(), "Is this yours, Amna?"


def untrusted() -> Iterator[tuple[str, str, bytes]]:
    """Signed by too few, or by others."""
    yield "two of four witnesses", MOST, Making(times=TWO).bytes()
    yield "three where all four are needed", "all four", Making(times=((1, 1), (2, 2), (3, 3))).bytes()
    yield "no line by the witness with ML-DSA", "one with ML-DSA", Making().bytes()
    yield (
        "an ML-DSA line over another tree",
        "one with ML-DSA",
        noted("", written_later(), times=TWO, size=12),
    )
    yield "one witness three times", MOST, noted("", "", times=((1, 1000), (1, 1000), (1, 1000)))
    yield "witnesses by other keys", "other witnesses", Making().bytes()
    yield "another log key", "other log key", Making().bytes()
    yield "signed by another log key", MOST, Making(log=OTHER_LOG).bytes()
    yield "another log", MOST, Making(log=dataclasses.replace(LOG, name="other.example/log")).bytes()
    yield "another size", MOST, noted(f"{ORIGIN}\n11\n", f"{ORIGIN}\n12\n")
    yield "an extension line that nobody signed", MOST, noted("\n\n", "\nextension\n\n")
    note = Making().receipt().checkpoint_note.decode()
    yield (
        "a witness line of another checkpoint",
        MOST,
        noted(_line(note, "witness4"), _line(_other_note(), "witness4")),
    )


def changed() -> Iterator[tuple[str, str, bytes]]:
    """One thing changed in a receipt that was good."""
    receipt = Making().receipt()
    yield "one hash changed", MOST, _replaced(receipt, hashes=(*receipt.hashes[:-1], bytes(32)))
    yield "one hash too few", MOST, _replaced(receipt, hashes=receipt.hashes[:-1])
    yield "one hash too many", MOST, _replaced(receipt, hashes=(*receipt.hashes, bytes(32)))
    yield "another index", MOST, _replaced(receipt, index=7)
    yield "an index beyond the tree", MOST, _replaced(receipt, index=11)
    yield "the largest index", MOST, _replaced(receipt, index=2**63 - 1)
    yield "the salt changed", MOST, _opened(receipt, salt=bytes(32))
    yield "the words changed", MOST, _opened(receipt, payload={**PAYLOAD, "text": "Nothing happened."})
    yield "the digest changed", MOST, _opened(receipt, payload_digest=bytes(32))
    back_dated = dataclasses.replace(header(), claimed_time=header().claimed_time.replace(year=2025))
    yield "the header changed", MOST, _opened(receipt, header=back_dated)
    yield (
        "the tag changed",
        MOST,
        _opened(receipt, leaf=receipt.opening.leaf[:16] + bytes(16) + receipt.opening.leaf[32:]),
    )
    signed = Making(level=4).receipt()
    yield "the challenge changed", MOST, _opened(signed, challenge="Another question")
    yield "the signature changed", MOST, _opened(signed, signature=bytes(64))
    yield "signed by another author", MOST, Making(level=4, author_seed=b"\x77" * 32).bytes()


def misshapen() -> Iterator[tuple[str, str, bytes]]:
    """Not of the format."""
    receipt = Making(level=4).receipt()
    good = format_receipt(receipt)
    opening = parse_json(format_opening(receipt.opening))
    yield "empty", MOST, b""
    yield (
        "no extra line",
        MOST,
        format_proof_file(ProofFile(None, receipt.index, receipt.hashes, receipt.checkpoint_note)),
    )
    yield "another version", MOST, good.replace(b"proof@v1", b"proof@v2")
    yield "an index with a zero before it", MOST, good.replace(b"index 6", b"index 06")
    yield "an index with a plus sign", MOST, good.replace(b"index 6", b"index +6")
    yield "an index beyond 2^63-1", MOST, good.replace(b"index 6", b"index 9223372036854775808")
    yield "carriage returns", MOST, good.replace(b"\n", b"\r\n")
    yield "a byte more", MOST, good + b"\n"
    yield "a byte less", MOST, good[:-1]
    yield "64 hashes", MOST, _replaced(receipt, hashes=(bytes(32),) * 64)
    for key in opening:
        yield (
            f"no {key}",
            MOST,
            _extra(receipt, {name: value for name, value in opening.items() if name != key}),
        )
    for key, value in (
        ("v", 2),
        ("v", True),
        ("level", 5),
        ("level", 3),
        ("level", "4"),
        ("leaf", "AAAA"),
        ("salt", "AAAA"),
    ):
        yield f"{key} is {value!r}", MOST, _extra(receipt, {**opening, key: value})
    yield "a key more", MOST, _extra(receipt, {**opening, "thread_key": "AAAA"})
    yield "level 4 of a later event", MOST, Making(level=4, seq=1).bytes()
    yield "JSON that is not canonical", MOST, _extra(receipt, canonical_json(opening) + b"\n")
    yield "base64 that is not canonical", MOST, good.replace(b"\n11\n", b"\n011\n")
    yield (
        "a short witness line",
        MOST,
        noted(_line(receipt.checkpoint_note.decode(), "witness4"), _short_line()),
    )


def noted(old: str, new: str, **making: Any) -> bytes:
    """A receipt whose checkpoint note has `old` replaced by `new`, or `new` put at its end."""
    receipt = Making(**making).receipt()
    note = receipt.checkpoint_note.decode()
    text = note.replace(old, new) if old else note + new
    return _replaced(receipt, checkpoint_note=text.encode())


def _other_note() -> str:
    return Making(size=12).receipt().checkpoint_note.decode()


def _line(note: str, name: str) -> str:
    return next(line for line in note.splitlines() if name in line)


def _short_line() -> str:
    witness = WITNESSES[3].verifier
    return f"— {witness.name} {encode_base64(witness.key_id + bytes(71))}"


def _replaced(receipt: Receipt, **changes: Any) -> bytes:
    return format_receipt(dataclasses.replace(receipt, **changes))


def _opened(receipt: Receipt, **changes: Any) -> bytes:
    return _replaced(receipt, opening=dataclasses.replace(receipt.opening, **changes))


def _extra(receipt: Receipt, opening: Any) -> bytes:
    extra = opening if isinstance(opening, bytes) else canonical_json(opening)
    return format_proof_file(ProofFile(extra, receipt.index, receipt.hashes, receipt.checkpoint_note))


def _verified(name: str, policy: str, data: bytes) -> Any:
    verdict = verify_receipt(data, parse_policy(POLICIES[policy]))
    return {"name": name, "policy": policy, "receipt": encode_base64(data), "verdict": verdict_value(verdict)}


def verdict_value(verdict: Verdict) -> dict[str, Any]:
    """What a receipt proves, as JSON."""
    value = {
        name: getattr(verdict, name) for name in ("level", "origin", "index", "size", "payload", "challenge")
    }
    value |= {"leaf_hash": encode_base64(verdict.leaf_hash), "witnesses": list(verdict.witnesses)}
    value["in_log_by"] = format_time(verdict.in_log_by) if verdict.in_log_by else None
    value["header"] = header_to_object(verdict.header) if verdict.header else None
    return value


def _refused(name: str, policy: str, data: bytes, challenge: str | None) -> Any:
    row = {"name": name, "policy": policy, "receipt": encode_base64(data), "challenge": challenge}
    try:
        verify_receipt(data, parse_policy(POLICIES[policy]), challenge=challenge)
    except Error as error:
        return {**row, "error": type(error).__name__.lower()}
    raise AssertionError(f"this receipt verifies: {name}")
