"""Reads tests/vectors/*.json, with base64 turned into bytes everywhere but inside headers and payloads."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from amanat.strict import decode_base64

FOLDER = Path(__file__).parent / "vectors"
_AS_WRITTEN = {"header", "payload", "verdict", "policies", "promise", "package"}
_TEXTS = {"accepted", "refused", "words", "text", "what", "pattern", "name", "policy", "challenge", "error"}
_TEXTS |= {"vkey", "line", "referral"}
_ADDRESS = {"case_id", "table", "field", "row_id"}


@cache
def vectors(name: str) -> Any:
    """The content of one vector file."""
    return _read(json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii")), key="")


@cache
def raw(name: str) -> Any:
    """The vectors as they stand in the file, base64 and all."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))


def _read(value: Any, *, key: str) -> Any:
    if key in _AS_WRITTEN:
        return value
    if isinstance(value, dict):
        return {name: _read(item, key=name) for name, item in value.items()}
    if isinstance(value, list):
        return [_read(item, key=key) for item in value]
    if isinstance(value, str) and key not in _TEXTS | _ADDRESS:
        return decode_base64(value)
    return value
