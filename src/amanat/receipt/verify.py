"""Whether a receipt holds, offline, by the keys of a policy: protocol.md section 5, C2SP tlog-proof "Verify".

    (1) parse everything
    (2) the log of the checkpoint's origin is in the policy and signed
    (3) every line by a known witness holds
    (4) the witnesses make the quorum
    (5) the leaf is in the tree at the index
    (6) the opening belongs to the leaf
    (7) the challenge, when one was asked, is the one that the author answered
    (8) the policy is for the time that is proven, when it is for one

A receipt from before a change of keys holds under the policy of its time: several may stand side by side.

It reads no file and asks nobody. `static/verify.html` does the same and shares no code. Shown right by
`tests/receipt/test_verify.py`, and by `tests/receipt/test_agreement.py` against the page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from amanat.errors import Malformed, Unverified
from amanat.receipt.header import Header
from amanat.receipt.opening import Opening, check_opening
from amanat.receipt.receipt import parse_receipt
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.policy import NO_QUORUM, Policy
from amanat.tlog.proof import check_inclusion
from amanat.tlog.trust import SignedCheckpoint, verify_checkpoint
from amanat.tlog.window import ALWAYS, DatedPolicy, Window

__all__ = ["Verdict", "verify_receipt", "verify_side_by_side"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a receipt proves. Without a quorum in the policy `in_log_by` is None."""

    level: int
    origin: str
    index: int
    size: int
    leaf_hash: bytes
    in_log_by: datetime | None
    witnesses: tuple[str, ...]
    header: Header | None = None
    payload: Mapping[str, Any] | None = None
    challenge: str | None = None


def verify_receipt(
    data: bytes, policy: Policy, *, challenge: str | None = None, window: Window = ALWAYS
) -> Verdict:
    """What the receipt proves under the policy; raises `Malformed` or `Unverified`."""
    # (1)
    receipt = parse_receipt(data)
    # (2) (3) (4)
    signed = verify_checkpoint(receipt.checkpoint_note, policy)
    # (5)
    hashed = leaf_hash(receipt.opening.leaf)
    tree = signed.checkpoint
    check_inclusion(hashed, receipt.index, tree.size, receipt.hashes, tree.root)
    # (6)
    check_opening(receipt.opening)
    # (7)
    if challenge is not None and receipt.opening.challenge != challenge:
        hint = "Ask the author for a receipt of level 4 that answers your challenge."
        raise Unverified("it does not answer the challenge that was asked", where="opening", hint=hint)
    # (8)
    window.check(signed.in_log_by)
    return _verdict(receipt.opening, receipt.index, signed, quorum=policy.quorum != NO_QUORUM)


def verify_side_by_side(
    data: bytes, policies: Sequence[DatedPolicy], *, challenge: str | None = None
) -> tuple[int, Verdict]:
    """The number, from 0, of the first policy under which the receipt holds, and what it proves under it.

    Raises `Malformed` when every policy finds it so, and `Unverified` when it holds under none.
    """
    errors: list[Malformed | Unverified] = []
    for number, dated in enumerate(policies):
        try:
            return number, verify_receipt(data, dated.policy, challenge=challenge, window=dated.window)
        except (Malformed, Unverified) as error:
            errors.append(error)
    if len(errors) == 1 or all(isinstance(error, Malformed) for error in errors):
        raise errors[0]
    hint = "\n".join(f"Policy {number}: {error}" for number, error in enumerate(errors, start=1))
    raise Unverified(f"it holds under none of the {len(errors)} policies", where="receipt", hint=hint)


def _verdict(opening: Opening, index: int, signed: SignedCheckpoint, *, quorum: bool) -> Verdict:
    return Verdict(
        level=opening.level,
        origin=signed.checkpoint.origin,
        index=index,
        size=signed.checkpoint.size,
        leaf_hash=leaf_hash(opening.leaf),
        in_log_by=signed.in_log_by,
        witnesses=tuple(signed.witnesses) if quorum else (),
        header=opening.header,
        payload=opening.payload,
        challenge=opening.challenge,
    )
