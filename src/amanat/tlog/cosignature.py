"""Timestamped cosignatures: C2SP tlog-cosignature 1.0, `cosignature/v1`, Ed25519 (key type 0x04) only.

A cosignature says: "at this time, the largest consistent tree I have seen of this origin has this root." It
does not look into the text, nor at who may cosign; those are `checkpoint.py` and `policy.py`. Shown right by
`tests/tlog/test_cosignature.py`.
"""

from amanat.errors import Malformed, Unverified
from amanat.strict import MAX_DECIMAL
from amanat.tlog.note import COSIGNATURE, Signature, Signer, Verifier

__all__ = ["check_cosignature", "cosign"]

_BLOB_BYTES = 8 + 64


def cosign(checkpoint_text: str, signer: Signer, time: int) -> Signature:
    """The line by which a witness cosigns a checkpoint text at a POSIX `time` in seconds."""
    if signer.kind != COSIGNATURE:
        raise ValueError("only a key of type 0x04 cosigns")
    signature = signer.sign(_message(checkpoint_text, time))
    return Signature(signer.name, signer.verifier.key_id, time.to_bytes(8, "big") + signature)


def check_cosignature(checkpoint_text: str, signature: Signature, verifier: Verifier) -> int:
    """The POSIX time in seconds at which the witness cosigned; raises `Unverified` or `Malformed`."""
    if verifier.kind != COSIGNATURE or (signature.name, signature.key_id) != (verifier.name, verifier.key_id):
        raise Unverified("not by the expected witness", where="cosignature")
    if len(signature.blob) != _BLOB_BYTES:
        raise Malformed(f"{len(signature.blob)} bytes where {_BLOB_BYTES} are needed", where="cosignature")
    time = int.from_bytes(signature.blob[:8], "big")
    if time > MAX_DECIMAL:
        raise Malformed("a time beyond 2^63-1", where="cosignature")
    verifier.check(signature.blob[8:], _message(checkpoint_text, time))
    return time


def _message(checkpoint_text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{checkpoint_text}".encode()
