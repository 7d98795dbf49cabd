"""The vectors of case files: values sealed with fixed nonces, rows, grants. See make_vectors.py."""

from typing import Any

from vector_sealing import SECRETS, b64

from amanat.sealing import casefile
from amanat.sealing.casefile import CaseGrant
from amanat.sealing.field import seal_field
from amanat.sealing.keys import derive
from amanat.strict import canonical_json

CASE, ROW, REPORT = "00112233445566778899aabbccddeeff", "0f" * 16, "f0" * 16
AT = "2026-05-03T14:37:00Z"
ROW_BODY: dict[str, Any] = {
    "v": 1,
    "kind": "note",
    "fields": {"text": "شکریہ 🙏"},
    "parents": [1, 2],
    "at": AT,
    "withdrawn": False,
}
FILE = {"name": "letter.pdf", "type": "application/pdf", "size": 5, "sha256": b64(bytes(32)), "parts": 1}


def documents() -> dict[str, Any]:
    """Each file by its name."""
    return {"casefile": {"sealed": sealed(), "grants": grants(), "rows": rows()}}


def sealed() -> Any:
    """One value of each table."""
    key = derive(SECRETS[3]).thread_key
    link = {"v": 1, "report": REPORT, "thread_key": b64(bytes(32)), "file_key": b64(bytes(range(32)))}
    values = [
        ("row", casefile.row_address(CASE, ROW, 3), ROW_BODY),
        ("link", casefile.link_address(CASE, REPORT), link),
        ("reason", casefile.reason_address(CASE, 7), {"v": 1, "text": "An invented reason."}),
    ]
    found = [
        {
            "what": what,
            "key": b64(key),
            "aad": b64(address.additional_data()),
            "body": canonical_json(body).decode(),
            "sealed": b64(casefile.seal_body(key, address, body, nonce=bytes([at]) * 12)),
        }
        for at, (what, address, body) in enumerate(values)
    ]
    before = casefile.previous_address(CASE, 2)
    previous = {
        "what": "previous",
        "key": b64(key),
        "aad": b64(before.additional_data()),
        "body": b64(bytes(range(32))),
        "sealed": b64(seal_field(key, before, bytes(range(32)), nonce=bytes([9]) * 12)),
    }
    return [*found, previous]


def grants() -> Any:
    """Texts of case grants that are accepted, and texts that are refused."""
    good = casefile.format_case_grant(CaseGrant(CASE, 2, bytes(range(32)))).decode()
    return {
        "accepted": [{"text": good, "case": CASE, "generation": 2, "file_key": b64(bytes(range(32)))}],
        "refused": [
            good.replace('"v":1', '"v":2'),
            good.replace('"generation":2', '"generation":0'),
            good.replace('"generation":2', '"generation":"2"'),
            good.replace(CASE, CASE[:-2]),
            good.replace(CASE, CASE.upper()),
            good.replace('"case"', '"other"'),
            good + " ",
            "[]",
        ],
    }


def rows() -> Any:
    """Texts of rows that are accepted, and texts that are refused."""
    wrong: list[dict[str, Any]] = [
        {"v": 2},
        {"v": True},
        {"kind": 1},
        {"fields": []},
        {"fields": {"text": 1}},
        {"parents": [0]},
        {"parents": ["1"]},
        {"parents": {}},
        {"at": "2026-05-03"},
        {"at": None},
        {"withdrawn": 0},
        {"more": 1},
        {"file": {}},
        {"file": {**FILE, "size": -1}},
        {"file": {**FILE, "parts": 0}},
        {"file": {**FILE, "sha256": ""}},
    ]
    return {
        "accepted": [
            casefile.format_row(body).decode()
            for body in (ROW_BODY, {**ROW_BODY, "file": FILE, "parents": []})
        ],
        "refused": [canonical_json({**ROW_BODY, **change}).decode() for change in wrong],
    }
