"""The updates file: the tags of the newest leaves, one signed file that is the same for everybody.

    amanat-updates/v1
    <origin>
    <index of the first leaf>
    <size of the log>
    <base64 of 8 bytes for each leaf: the start of its tag>

A signed note by the key `<origin>/promise` (type 0x01); line 2 is no number, so it is never a checkpoint.
Whoever holds a key looks for their tags in it and asks the server nothing. Cover leaves have random tags, and
an epoch holds a fixed number of leaves, so the file says no more than the log does. A tag is not a proof:
that is in the log. Decision record 0036. Shown right by `tests/receipt/test_updates.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.receipt.leaf import CaseLeaf, parse_leaf
from amanat.receipt.promise import promise_key_name
from amanat.strict import decode_base64, encode_base64, parse_decimal
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.note import Signer, Verifier, check_note, parse_note, sign_note

__all__ = [
    "TAG_BYTES",
    "WINDOW_LEAVES",
    "Updates",
    "format_updates",
    "open_updates",
    "parse_updates",
    "sign_updates",
    "short_tag",
    "updates_of",
]

_FIRST_LINE = "amanat-updates/v1"
TAG_BYTES = 8
# Three and a half days at the default pace: 43 KB.
WINDOW_LEAVES = 4096


@dataclass(frozen=True, slots=True)
class Updates:
    """The short tags of the leaves from `first` up to, not including, `size`."""

    origin: str
    first: int
    size: int
    tags: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.origin or "\n" in self.origin or len(self.tags) != self.size - self.first:
            raise Malformed("an origin of one line and a tag for each leaf are needed", where="updates")


def short_tag(leaf: bytes) -> bytes:
    """What stands in the file for a leaf; for a public statement the start of its hash."""
    parsed = parse_leaf(leaf)
    return (parsed.tag if isinstance(parsed, CaseLeaf) else leaf_hash(leaf))[:TAG_BYTES]


def updates_of(origin: str, *, size: int, leaves: Sequence[bytes]) -> Updates:
    """The updates whose leaves are the last ones of a log of `size` leaves."""
    return Updates(origin, size - len(leaves), size, tuple(map(short_tag, leaves)))


def format_updates(updates: Updates) -> str:
    """The text of the note."""
    tags = encode_base64(b"".join(updates.tags))
    lines = (_FIRST_LINE, updates.origin, str(updates.first), str(updates.size), tags)
    return "".join(f"{line}\n" for line in lines)


def parse_updates(text: str) -> Updates:
    """The inverse of `format_updates`; no signature is checked."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[0] != _FIRST_LINE or lines[5]:
        raise Malformed("not the five lines of updates", where="updates")
    first = parse_decimal(lines[2], where="updates first")
    size = parse_decimal(lines[3], where="updates size")
    tags = decode_base64(lines[4], where="updates tags")
    if len(tags) != (size - first) * TAG_BYTES:
        raise Malformed("not a tag for each leaf", where="updates")
    parts = tuple(tags[at : at + TAG_BYTES] for at in range(0, len(tags), TAG_BYTES))
    return Updates(lines[1], first, size, parts)


def sign_updates(updates: Updates, signer: Signer) -> bytes:
    """The updates as a signed note; the key's name must be that of the origin's promise key."""
    if signer.name != promise_key_name(updates.origin):
        raise ValueError("this key does not sign for this log")
    return sign_note(format_updates(updates), signer)


def open_updates(data: bytes, verifier: Verifier) -> Updates:
    """The updates in a signed note by `verifier`; raises `Malformed` or `Unverified`."""
    note = parse_note(data)
    updates = parse_updates(note.text)
    if verifier.name != promise_key_name(updates.origin):
        raise Malformed("not updates of this log", where="updates")
    check_note(note, verifier)
    return updates
