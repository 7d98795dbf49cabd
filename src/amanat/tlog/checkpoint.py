"""Checkpoints: C2SP tlog-checkpoint 1.0.0. The text that a log signs about its tree.

It verifies nothing: signatures are in `note.py` and `cosignature.py`, quorums in `policy.py`. Shown right by
`tests/tlog/test_checkpoint.py`.
"""

from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.strict import decode_base64, encode_base64, parse_decimal
from amanat.tlog.hashing import HASH_BYTES

__all__ = ["Checkpoint", "format_checkpoint", "parse_checkpoint"]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's origin, its size in leaves, the 32-byte root, and extension lines (ours have none)."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def parse_checkpoint(text: str) -> Checkpoint:
    """A checkpoint from the text of a note; raises `Malformed`."""
    *lines, last = text.split("\n")
    if last or len(lines) < 3:
        raise Malformed("fewer than three whole lines", where="checkpoint")
    origin, size, root, *extensions = lines
    if not origin or "" in extensions:
        raise Malformed("an empty line", where="checkpoint")
    return Checkpoint(
        origin=origin,
        size=parse_decimal(size, where="checkpoint size"),
        root=decode_base64(root, length=HASH_BYTES, where="checkpoint root"),
        extensions=tuple(extensions),
    )


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """The inverse of `parse_checkpoint`."""
    head = (checkpoint.origin, str(checkpoint.size), encode_base64(checkpoint.root))
    return "".join(f"{line}\n" for line in (*head, *checkpoint.extensions))
