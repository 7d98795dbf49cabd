"""The seals of a case file: its grant, its rows, the keys of its reports, reasons, parts of documents.

A case has a file key of its own, beside those of its reports. Everything in it is a sealed field under that
key, addressed by the id of the case. A row is sealed as one, with its kind inside, so that the server does
not learn how many people or harms a file holds (decision record 0037):

    row       {"v":1, "kind", "fields":{name:text}, "parents":[revision], "at":time, "withdrawn":bool}
              and for a document "file":{"name","type","size","sha256","parts"}
    link      {"v":1, "report", "thread_key":b64, "file_key":b64}
    reason    {"v":1, "text"}
    grant     an age file of {"v":1, "case", "generation":n, "file_key":b64}

all canonical JSON; all but the grant padded. It only seals and parses; opening is in `unseal`. The twin is
`static/amanat/casefile.js`. Shown right by `tests/sealing/test_casefile.py` and
`tests/vectors/casefile.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from amanat.errors import Malformed
from amanat.sealing.envelope import seal
from amanat.sealing.field import FieldAddress, seal_field
from amanat.sealing.padding import pad
from amanat.strict import canonical_json, decode_base64, decode_hex, encode_base64, parse_json, parse_time

__all__ = [
    "CaseGrant",
    "format_case_grant",
    "format_row",
    "link_address",
    "parse_case_grant",
    "parse_row",
    "part_address",
    "previous_address",
    "reason_address",
    "row_address",
    "seal_body",
    "seal_case_grant",
]

_ROW_KEYS = {"v", "kind", "fields", "parents", "at", "withdrawn"}
_FILE_KEYS = {"name": str, "type": str, "size": int, "sha256": str, "parts": int}


@dataclass(frozen=True, slots=True)
class CaseGrant:
    """What one worker needs to read and write a case; the generation counts the changes of the key."""

    case_id: str
    generation: int
    file_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        decode_hex(self.case_id, length=16, where="case id")
        if len(self.file_key) != 32 or self.generation < 1:
            raise Malformed("a key of 32 bytes and a generation from 1", where="case grant")


def row_address(case_id: str, row_id: str, revision: int) -> FieldAddress:
    """Where one revision of a row belongs."""
    return FieldAddress(case_id, "row", "body", row_id, revision)


def part_address(case_id: str, document_id: str, number: int) -> FieldAddress:
    """Where a part of a document belongs; parts count from 0."""
    return FieldAddress(case_id, "document", "part", document_id, number)


def link_address(case_id: str, report_id: str) -> FieldAddress:
    """Where the keys of a report belong."""
    return FieldAddress(case_id, "link", "keys", report_id, 0)


def reason_address(case_id: str, seq: int) -> FieldAddress:
    """Where the reason of a step belongs."""
    return FieldAddress(case_id, "step", "reason", str(seq), 0)


def previous_address(case_id: str, generation: int) -> FieldAddress:
    """Where the key before this generation belongs, while rows are sealed anew."""
    return FieldAddress(case_id, "key", "previous", str(generation), 0)


def seal_body(
    key: bytes, address: FieldAddress, body: Mapping[str, Any], *, nonce: bytes | None = None
) -> bytes:
    """The sealed, padded canonical JSON of a body; `nonce` is for test vectors only."""
    return seal_field(key, address, pad(canonical_json(dict(body))), nonce=nonce)


def format_row(row: Mapping[str, Any]) -> bytes:
    """The canonical JSON of a row of the right shape."""
    data = canonical_json(dict(row))
    _check_row(row)
    return data


def parse_row(data: bytes) -> dict[str, Any]:
    """The inverse of `format_row`, or `Malformed`."""
    row: dict[str, Any] = parse_json(data, where="row")
    _check_row(row)
    return row


def seal_case_grant(grant: CaseGrant, recipient: str) -> bytes:
    """The age file of a case grant for one recipient."""
    return seal(format_case_grant(grant), [recipient])


def format_case_grant(grant: CaseGrant) -> bytes:
    """The canonical JSON inside the seal."""
    body = {"v": 1, "case": grant.case_id, "generation": grant.generation}
    return canonical_json({**body, "file_key": encode_base64(grant.file_key)})


def parse_case_grant(data: bytes) -> CaseGrant:
    """The inverse of `format_case_grant`."""
    body = parse_json(data, where="case grant")
    if (
        not isinstance(body, dict)
        or body.keys() != {"v", "case", "generation", "file_key"}
        or not _is_one(body["v"])
    ):
        raise Malformed("not a case grant of this version", where="case grant")
    if (
        not isinstance(body["case"], str)
        or not isinstance(body["file_key"], str)
        or type(body["generation"]) is not int
    ):
        raise Malformed("a value of another kind", where="case grant")
    return CaseGrant(body["case"], body["generation"], decode_base64(body["file_key"], length=32))


def _is_one(value: object) -> bool:
    return type(value) is int and value == 1


def _check_row(row: object) -> None:
    if not isinstance(row, Mapping) or row.keys() - {"file"} != _ROW_KEYS or not _is_one(row["v"]):
        raise Malformed("not a row of this version", where="row")
    if not isinstance(row["kind"], str) or type(row["withdrawn"]) is not bool:
        raise Malformed("a value of another kind", where="row")
    _check_fields(row["fields"])
    parents = row["parents"]
    if not isinstance(parents, list) or not all(type(parent) is int and parent > 0 for parent in parents):
        raise Malformed("not revisions", where="row parents")
    if not isinstance(row["at"], str):
        raise Malformed("not a time", where="row at")
    parse_time(row["at"], where="row at")
    if "file" in row:
        _check_file(row["file"])


def _check_fields(fields: object) -> None:
    if not isinstance(fields, Mapping) or not all(isinstance(text, str) for text in fields.values()):
        raise Malformed("not names with text", where="row fields")


def _check_file(file: object) -> None:
    if not isinstance(file, Mapping) or file.keys() != _FILE_KEYS.keys():
        raise Malformed("not the keys of a file", where="row file")
    if not all(type(file[name]) is kind for name, kind in _FILE_KEYS.items()):
        raise Malformed("a value of another kind", where="row file")
    if file["size"] < 0 or file["parts"] < 1:
        raise Malformed("a size below zero, or no part", where="row file")
    decode_base64(file["sha256"], length=32, where="row file")
