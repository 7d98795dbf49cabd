"""What a log sends to a witness: the body of `add-checkpoint`, C2SP tlog-witness 1.0.

The checkpoint note inside is left as it is. The sender is `client.py`, the receiver `witness.py`. Shown right
by `tests/tlog/test_submission.py`.
"""

from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.strict import decode_base64, encode_base64, parse_decimal
from amanat.tlog.hashing import HASH_BYTES
from amanat.tlog.prooffile import MAX_HASHES

__all__ = ["Submission", "format_submission", "parse_submission"]


@dataclass(frozen=True, slots=True)
class Submission:
    """The size the witness has cosigned, the consistency proof from there, the new checkpoint verbatim."""

    old_size: int
    hashes: tuple[bytes, ...]
    note: bytes


def parse_submission(data: bytes) -> Submission:
    """A request body; raises `Malformed`."""
    head, blank, note = data.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("not ASCII before the checkpoint", where="submission") from error
    if not first.startswith("old ") or not blank or not note:
        raise Malformed("no old size, or no checkpoint", where="submission")
    if len(lines) > MAX_HASHES:
        raise Malformed(f"more than {MAX_HASHES} hashes", where="submission")
    old_size = parse_decimal(first.removeprefix("old "), where="old size")
    hashes = tuple(decode_base64(line, length=HASH_BYTES, where="proof hash") for line in lines)
    return Submission(old_size, hashes, note)


def format_submission(submission: Submission) -> bytes:
    """The inverse of `parse_submission`."""
    lines = [f"old {submission.old_size}", *map(encode_base64, submission.hashes), "", ""]
    return "\n".join(lines).encode("ascii") + submission.note
