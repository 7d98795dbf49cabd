"""Proof files: C2SP tlog-proof, version 1 (`.tlog-proof`). Index, path and checkpoint in one text.

Parsing verifies nothing, and the `extra` bytes are not authenticated by anything: a caller checks them
against the leaf. Shown right by `tests/tlog/test_prooffile.py`.
"""

from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.strict import decode_base64, encode_base64, parse_decimal
from amanat.tlog.hashing import HASH_BYTES

__all__ = ["MAX_HASHES", "ProofFile", "format_proof_file", "parse_proof_file"]

MAX_HASHES = 63
_FIRST_LINE = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class ProofFile:
    """The opaque extra bytes, the leaf's index, the path from its sibling up, the checkpoint verbatim."""

    extra: bytes | None
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


def parse_proof_file(data: bytes) -> ProofFile:
    """A proof file; the note inside is left as it is. Raises `Malformed`."""
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not ASCII before the checkpoint", where="proof file") from error
    if first != _FIRST_LINE or not blank or not checkpoint:
        raise Malformed("not a tlog-proof of version 1 with a checkpoint", where="proof file")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = decode_base64(lines.pop(0).removeprefix("extra "), where="extra line")
    if not lines or not lines[0].startswith("index "):
        raise Malformed("the index line is missing", where="proof file")
    index = parse_decimal(lines.pop(0).removeprefix("index "), where="index line")
    if len(lines) > MAX_HASHES:
        raise Malformed(f"more than {MAX_HASHES} hashes", where="proof file")
    hashes = tuple(decode_base64(line, length=HASH_BYTES, where="proof hash") for line in lines)
    return ProofFile(extra, index, hashes, checkpoint)


def format_proof_file(proof: ProofFile) -> bytes:
    """The inverse of `parse_proof_file`."""
    extra = [] if proof.extra is None else [f"extra {encode_base64(proof.extra)}"]
    hashes = [encode_base64(item) for item in proof.hashes]
    lines = [_FIRST_LINE, *extra, f"index {proof.index}", *hashes, "", ""]
    return "\n".join(lines).encode("ascii") + proof.checkpoint
