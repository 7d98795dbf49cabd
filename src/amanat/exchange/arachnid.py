"""Arachnid Shield: its encodings, the body that asks about PDQ prints, and its answer.

PDQ travels in base64, SHA-1 in base32, SHA-256 in upper-case hex.

    {"hashes": ["<base64>"]}
    {"scanned_hashes": {"<base64>": {"classification", "match_type",
        "near_match_details": [{"sha1_base32", "sha256_hex", "classification", "timestamp"}]}}}

An answer lists the files that a print is near to. Shown right by `tests/exchange/test_arachnid.py`.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from amanat.errors import Malformed
from amanat.exchange.changes import Gone, Line, Refused
from amanat.exchange.hashlist import Category, Item
from amanat.exchange.reading import clean, one, read_json
from amanat.fingerprint.value import Fingerprint, Kind
from amanat.strict import decode_base64, encode_base64

__all__ = ["NO_MATCH", "SOURCE", "encode", "parse", "question_body", "read", "write"]

SOURCE = SCHEME = "arachnid"
NO_MATCH = "no-known-match"


def encode(fingerprint: Fingerprint) -> str:
    """A print as Arachnid writes it; raises `Malformed` for a kind that it does not take."""
    if fingerprint.kind is Kind.PDQ:
        return encode_base64(fingerprint.data)
    if fingerprint.kind is Kind.SHA1:
        return base64.b32encode(fingerprint.data).decode("ascii")
    if fingerprint.kind is Kind.SHA256:
        return fingerprint.data.hex().upper()
    raise Malformed("a kind that Arachnid does not take", where="Arachnid")


def parse(kind: Kind, text: str) -> Fingerprint:
    """The inverse of `encode`, or `Malformed`; SHA-1 and SHA-256 in either case."""
    where = f"Arachnid {kind.value}"
    if kind is Kind.PDQ:
        return Fingerprint(kind, decode_base64(text, where=where))
    try:
        if kind is Kind.SHA1:
            return Fingerprint(kind, base64.b32decode(text, casefold=True))
        if kind is Kind.SHA256 and len(text) == 64:
            return Fingerprint(kind, bytes.fromhex(text))
    except (binascii.Error, ValueError) as error:
        raise Malformed("not of its encoding", where=where) from error
    raise Malformed("not of its encoding", where=where)


def question_body(fingerprints: Iterable[Fingerprint]) -> bytes:
    """The body of `v1/pdq/`: base64 of each distinct PDQ print."""
    texts = sorted({encode(print_) for print_ in fingerprints if print_.kind is Kind.PDQ})
    return json.dumps({"hashes": texts}, separators=(",", ":")).encode("ascii")


def read(file: BinaryIO, *, source: str = SOURCE, now: datetime) -> Iterator[Line]:
    """An answer: each print that matches, and the known files that it is near to, with their class."""
    value = read_json(file, where="Arachnid")
    scanned = value.get("scanned_hashes") if isinstance(value, dict) else None
    if not isinstance(scanned, dict):
        raise Malformed("no object named scanned_hashes", where="Arachnid")
    for text, answer in scanned.items():
        yield from _answer(text, answer, source=source, now=now)


def write(lines: Iterable[Item | Gone]) -> bytes:
    """An answer in which every active item of a kind that Arachnid takes is a match of its class."""
    scanned: dict[str, Any] = {}
    known: list[dict[str, Any]] = []
    for line in lines:
        if isinstance(line, Item) and line.active and line.kind in (Kind.PDQ, Kind.SHA1, Kind.SHA256):
            found = {"classification": line.category.value if line.category else "csam"}
            if line.kind is Kind.PDQ:
                scanned[encode(line.fingerprint)] = found | {"match_type": "exact"}
            else:
                name = "sha1_base32" if line.kind is Kind.SHA1 else "sha256_hex"
                known.append(found | {name: encode(line.fingerprint)})
    if known:
        scanned.setdefault("", {"classification": NO_MATCH})["near_match_details"] = known
    return json.dumps({"scanned_hashes": scanned}, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _answer(text: str, answer: Any, *, source: str, now: datetime) -> Iterator[Line]:
    if not isinstance(answer, dict):
        yield Refused("not an answer")
        return
    classification = clean(answer.get("classification"))
    if classification and classification != NO_MATCH:
        yield one(lambda: _item(Kind.PDQ, text, classification, source=source, now=now))
    details = answer.get("near_match_details")
    for detail in [details] if isinstance(details, dict) else details if isinstance(details, list) else ():
        yield from _details(detail, source=source, now=now)


def _details(detail: Any, *, source: str, now: datetime) -> Iterator[Line]:
    if not isinstance(detail, dict):
        yield Refused("not an answer")
        return
    classification = clean(detail.get("classification"))
    for name, kind in (("sha1_base32", Kind.SHA1), ("sha256_hex", Kind.SHA256)):
        text = detail.get(name)
        if isinstance(text, str) and classification and classification != NO_MATCH:
            yield one(
                lambda kind=kind, text=text: _item(kind, text, classification, source=source, now=now)  # type: ignore[misc]
            )


def _item(kind: Kind, text: str, classification: str, *, source: str, now: datetime) -> Item:
    category = Category(SCHEME, classification)
    return Item(fingerprint=parse(kind, text), source=source, category=category, first_seen=now)
