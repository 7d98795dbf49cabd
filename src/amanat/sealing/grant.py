"""A grant: the file key and the thread key of one case, sealed to one worker, protocol.md section 3.

An age file of JSON {"v":1,"case":id,"file_key":b64,"thread_key":b64}. Unpadded: all are of one length.
It does not open grants. Shown right by `tests/sealing/test_grant.py`.
"""

from dataclasses import dataclass, field

from amanat.errors import Malformed
from amanat.sealing.envelope import seal
from amanat.strict import canonical_json, decode_base64, decode_hex, encode_base64, parse_json

__all__ = ["Grant", "format_grant", "parse_grant", "seal_grant"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one worker needs to read and write one case."""

    case_id: str
    file_key: bytes = field(repr=False)
    thread_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        decode_hex(self.case_id, length=16, where="case id")
        if len(self.file_key) != 32 or len(self.thread_key) != 32:
            raise Malformed("a key has 32 bytes", where="grant")


def seal_grant(grant: Grant, recipient: str) -> bytes:
    """The age file of a grant for one recipient."""
    return seal(format_grant(grant), [recipient])


def format_grant(grant: Grant) -> bytes:
    """The canonical JSON inside the seal."""
    keys = {"file_key": encode_base64(grant.file_key), "thread_key": encode_base64(grant.thread_key)}
    return canonical_json({"v": 1, "case": grant.case_id, **keys})


def parse_grant(data: bytes) -> Grant:
    """The inverse of `format_grant`."""
    body = parse_json(data, where="grant")
    if not isinstance(body, dict) or body.keys() != {"v", "case", "file_key", "thread_key"}:
        raise Malformed("not the keys of a grant", where="grant")
    if type(body["v"]) is not int or body["v"] != 1:
        raise Malformed("a version this program does not know", where="grant")
    texts = [body["case"], body["file_key"], body["thread_key"]]
    if not all(isinstance(text, str) for text in texts):
        raise Malformed("a value that is not text", where="grant")
    return Grant(texts[0], decode_base64(texts[1], length=32), decode_base64(texts[2], length=32))
