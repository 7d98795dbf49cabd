"""The vectors of promises: a note that the promise key signed, and what it says."""

from typing import Any

from amanat.receipt.promise import Promise, promise_key_name, sign_promise
from amanat.strict import encode_base64, format_time
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.keys import ED25519, Signer
from receipt_makers import ORIGIN, Making, header


def documents() -> dict[str, Any]:
    """Each file by its name."""
    return {"promises": [promise()]}


def promise() -> Any:
    """A signed promise and what it says."""
    signer = Signer(promise_key_name(ORIGIN), ED25519, b"\x20" * 32)
    said = Promise(ORIGIN, leaf_hash(Making().leaf()), header().claimed_time, 86400)
    value = {"vkey": str(signer.verifier), "origin": said.origin, "leaf_hash": encode_base64(said.leaf_hash)}
    value |= {"accepted": format_time(said.accepted), "max_delay_seconds": said.max_delay_seconds}
    return {"note": encode_base64(sign_promise(said, signer)), "promise": value}
