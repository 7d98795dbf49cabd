"""Signed notes: C2SP signed-note 1.0.0. Texts, signature lines, verifier and signer keys.

Signs and checks Ed25519 (type 0x01) lines; timestamped cosignatures (0x04, 0x06) are in `cosignature.py`.
Keys of other types are read and kept, and nothing they sign is ever believed. Keys come from the caller,
never from the note. Shown right by `tests/tlog/test_note.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from amanat.errors import Malformed, Unverified
from amanat.strict import decode_base64, encode_base64
from amanat.tlog.keys import (
    COSIGNATURE,
    COSIGNERS,
    ED25519,
    MLDSA,
    Signer,
    Verifier,
    check_key_name,
    format_signer,
    format_verifier,
    generate_signer,
    parse_signer,
    parse_verifier,
)

__all__ = [
    "COSIGNATURE",
    "COSIGNERS",
    "ED25519",
    "MLDSA",
    "Note",
    "Signature",
    "Signer",
    "Verifier",
    "add_signatures",
    "check_note",
    "format_note",
    "format_signature",
    "format_signer",
    "format_verifier",
    "generate_signer",
    "parse_note",
    "parse_signature",
    "parse_signer",
    "parse_verifier",
    "sign_note",
    "split_note",
]

MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
_DASH = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who claims to have signed, the key's 4-byte id, and the opaque signature bytes."""

    name: str
    key_id: bytes
    blob: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and at least one signature on it."""

    text: str
    signatures: tuple[Signature, ...]

    def by(self, verifier: Verifier) -> tuple[Signature, ...]:
        """The lines that claim to be by this key: the name and the id must both be its own."""
        wanted = (verifier.name, verifier.key_id)
        return tuple(line for line in self.signatures if (line.name, line.key_id) == wanted)


def parse_signature(line: str) -> Signature:
    """One signature line without its newline; raises `Malformed`."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise Malformed("not a signature line", where="note")
    check_key_name(name)
    data = decode_base64(encoded, where="signature line")
    if len(data) < 5:
        raise Malformed("the signature is too short", where="signature line")
    return Signature(name, data[:4], data[4:])


def format_signature(signature: Signature) -> str:
    """The inverse of `parse_signature`."""
    return f"{_DASH}{signature.name} {encode_base64(signature.key_id + signature.blob)}"


def split_note(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text and the signature lines, the latter not yet looked into; raises `Malformed`."""
    if len(data) > MAX_NOTE_BYTES:
        raise Malformed("too long", where="note")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8", where="note") from error
    if any(char < " " and char != "\n" for char in whole):
        raise Malformed("a control character", where="note")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise Malformed("no blank line with whole signature lines after it", where="note")
    return text + "\n", tuple(lines[:-1].split("\n"))


def parse_note(data: bytes) -> Note:
    """A signed note; nothing is verified. Raises `Malformed`."""
    text, lines = split_note(data)
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("more than 100 signatures", where="note")
    return Note(text, tuple(parse_signature(line) for line in lines))


def format_note(note: Note) -> bytes:
    """The inverse of `parse_note`."""
    lines = "".join(f"{format_signature(signature)}\n" for signature in note.signatures)
    return f"{note.text}\n{lines}".encode()


def sign_note(text: str, signer: Signer) -> bytes:
    """A note with one Ed25519 (0x01) signature."""
    if signer.kind != ED25519:
        raise ValueError("only a key of type 0x01 signs a plain note")
    signature = Signature(signer.name, signer.verifier.key_id, signer.sign(text.encode()))
    note = format_note(Note(text, (signature,)))
    parse_note(note)
    return note


def add_signatures(note: Note, signatures: Iterable[Signature]) -> Note:
    """The note with more lines; a line by a key that is there already takes the old one's place."""
    lines = {(line.name, line.key_id): line for line in note.signatures}
    lines.update({(line.name, line.key_id): line for line in signatures})
    return replace(note, signatures=tuple(lines.values()))


def check_note(note: Note, verifier: Verifier) -> None:
    """Raise `Unverified` unless this Ed25519 (0x01) key signed, and every line said to be by it holds."""
    lines = note.by(verifier) if verifier.kind == ED25519 else ()
    if not lines:
        raise Unverified("no signature by the expected key", where="note")
    for line in lines:
        verifier.check(line.blob, note.text.encode())
