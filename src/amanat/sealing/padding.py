"""Padding to a few sizes, so that a length says little: u32be(length) | bytes | zeros, protocol.md section 3.

Unpadding is strict: the smallest bucket that fits, and nothing but zeros after the bytes.
Shown right by `tests/sealing/test_padding.py` against `tests/vectors/padding.json`.
"""

from amanat.errors import Malformed
from amanat.strict import length_prefixed

__all__ = ["BUCKETS", "pad", "unpad"]

BUCKETS = (4096, 16384, 65536, 262144)
_PREFIX_BYTES = 4


def pad(data: bytes) -> bytes:
    """`data` with its length before it and zeros after it, up to the next bucket; at most 262140 bytes."""
    framed = length_prefixed(data)
    return framed.ljust(_bucket(len(framed)), b"\0")


def unpad(padded: bytes) -> bytes:
    """The inverse of `pad`; raises `Malformed` for any bytes that `pad` does not make."""
    length = int.from_bytes(padded[:_PREFIX_BYTES], "big")
    end = _PREFIX_BYTES + length
    if len(padded) not in BUCKETS or len(padded) != _bucket(end):
        raise Malformed("not the smallest size that fits", where="padding")
    if any(padded[end:]):
        raise Malformed("something other than zeros after the end", where="padding")
    return padded[_PREFIX_BYTES:end]


def _bucket(size: int) -> int:
    for bucket in BUCKETS:
        if size <= bucket:
            return bucket
    raise Malformed(f"more than {BUCKETS[-1] - _PREFIX_BYTES} bytes", where="padding", hint="Write less.")
