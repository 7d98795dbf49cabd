"""Timestamped cosignatures: C2SP tlog-cosignature 1.0, Ed25519 (key type 0x04) and ML-DSA-44 (0x06).

A cosignature says: "at this time, the largest consistent tree I have seen of this origin has this root." It
vouches for nothing else: an ML-DSA one does not even cover the extension lines of a checkpoint, and one of
time 0 does not say when. Who may cosign is for `policy.py`. Shown right by `tests/tlog/test_cosignature.py`.
"""

from amanat.errors import Malformed, Unverified
from amanat.strict import MAX_DECIMAL
from amanat.tlog.checkpoint import parse_checkpoint
from amanat.tlog.note import COSIGNATURE, COSIGNERS, MLDSA, Signature, Signer, Verifier

__all__ = ["SIGNATURE_BYTES", "TIME_BYTES", "check_cosignature", "cosign"]

SIGNATURE_BYTES = {COSIGNATURE: 64, MLDSA: 2420}
TIME_BYTES = 8
_LABEL = b"subtree/v1\n\0"


def cosign(checkpoint_text: str, signer: Signer, time: int) -> Signature:
    """The line by which a witness cosigns a checkpoint text at a POSIX `time` in seconds."""
    if signer.kind not in COSIGNERS:
        raise ValueError("only a key of type 0x04 or 0x06 cosigns")
    signature = signer.sign(_message(checkpoint_text, signer, time))
    return Signature(signer.name, signer.verifier.key_id, time.to_bytes(TIME_BYTES, "big") + signature)


def check_cosignature(checkpoint_text: str, signature: Signature, verifier: Verifier) -> int:
    """The POSIX time in seconds at which the witness cosigned; raises `Unverified` or `Malformed`."""
    if verifier.kind not in COSIGNERS or (signature.name, signature.key_id) != (
        verifier.name,
        verifier.key_id,
    ):
        raise Unverified("not by the expected witness", where="cosignature")
    needed = TIME_BYTES + SIGNATURE_BYTES[verifier.kind]
    if len(signature.blob) != needed:
        raise Malformed(f"{len(signature.blob)} bytes where {needed} are needed", where="cosignature")
    time = int.from_bytes(signature.blob[:TIME_BYTES], "big")
    if time > MAX_DECIMAL:
        raise Malformed("a time beyond 2^63-1", where="cosignature")
    verifier.check(signature.blob[TIME_BYTES:], _message(checkpoint_text, verifier, time))
    return time


def _message(checkpoint_text: str, key: Signer | Verifier, time: int) -> bytes:
    if key.kind == MLDSA:
        return _subtree_message(checkpoint_text, key.name, time)
    return f"cosignature/v1\ntime {time}\n{checkpoint_text}".encode()


def _subtree_message(checkpoint_text: str, name: str, time: int) -> bytes:
    """`cosigned_message` of the specification, for the subtree that begins at 0: the whole tree."""
    checkpoint = parse_checkpoint(checkpoint_text)
    numbers = b"".join(number.to_bytes(8, "big") for number in (0, checkpoint.size))
    origin = _opaque(checkpoint.origin)
    return _LABEL + _opaque(name) + time.to_bytes(8, "big") + origin + numbers + checkpoint.root


def _opaque(text: str) -> bytes:
    data = text.encode()
    if not 1 <= len(data) <= 255:
        raise Unverified("a name or origin too long for this type of key", where="cosignature")
    return bytes([len(data)]) + data
