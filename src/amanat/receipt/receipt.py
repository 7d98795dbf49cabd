"""The receipt: a C2SP tlog-proof file whose `extra` line carries an opening, protocol.md section 5.

It holds no key; those come from the policy of whoever checks it, in `verify`. Shown right by
`tests/receipt/test_receipt.py`.
"""

from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.receipt.opening import Opening, format_opening, parse_opening
from amanat.tlog.proof import ProofFile, format_proof_file, parse_proof_file

__all__ = ["Opening", "Receipt", "format_receipt", "parse_receipt"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is shown of a leaf, where it is, the path to the root, and the signed checkpoint verbatim."""

    opening: Opening
    index: int
    hashes: tuple[bytes, ...]
    checkpoint_note: bytes


def parse_receipt(data: bytes) -> Receipt:
    """The receipt of a `.tlog-proof` file with an opening; nothing is verified."""
    proof = parse_proof_file(data)
    if proof.extra is None:
        raise Malformed("a proof that opens nothing", where="receipt")
    return Receipt(parse_opening(proof.extra), proof.index, proof.hashes, proof.checkpoint)


def format_receipt(receipt: Receipt) -> bytes:
    """The inverse of `parse_receipt`."""
    extra = format_opening(receipt.opening)
    return format_proof_file(ProofFile(extra, receipt.index, receipt.hashes, receipt.checkpoint_note))
