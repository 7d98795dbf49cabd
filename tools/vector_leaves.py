"""The vectors of tags, commitments and headers. See make_vectors.py."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from vector_sealing import SECRETS

from amanat.receipt.header import Header, format_header, header_to_object
from amanat.receipt.leaf import commit, make_leaf, payload_digest, salt, statement_leaf, tag
from amanat.receipt.work import find, zero_bits
from amanat.sealing.keys import derive
from amanat.strict import canonical_json
from amanat.strict import encode_base64 as b64
from amanat.tlog.hashing import leaf_hash

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def documents() -> dict[str, Any]:
    """Each file by its name."""
    return {"tags": tags(), "commitments": commitments(), "headers": headers(), "work": work()}


def tags() -> Any:
    """Tags and salts of several events of each chain."""
    rows = []
    for secret in SECRETS:
        derived = derive(secret)
        for seq in (0, 1, 2, 255, 256, 65536, 2**32 - 1):
            tagged, salted = tag(derived.thread_key, seq), salt(derived.thread_key, derived.salt_0, seq)
            row = {"thread_key": b64(derived.thread_key), "salt_0": b64(derived.salt_0), "seq": seq}
            rows.append({**row, "tag": b64(tagged), "salt": b64(salted)})
    return rows


def work() -> Any:
    """Attempts at proofs of work, and the first number that is one."""
    rows = []
    for position, challenge in enumerate(("1.12.00", "2990000.13.aa55", "")):
        leaf = bytes([position]) * 64
        attempts = [{"number": n, "zero_bits": zero_bits(challenge, leaf, n)} for n in (0, 1, 77, 2**32 - 1)]
        found = [{"bits": bits, "number": find(challenge, leaf, bits=bits)} for bits in (0, 4, 9, 12)]
        rows.append({"challenge": challenge, "leaf": b64(leaf), "attempts": attempts, "found": found})
    return rows


def chain(secret: bytes) -> list[tuple[Header, dict[str, Any]]]:
    """Three events of one invented report, as header and payload."""
    derived = derive(secret)
    nonces = [b64(hashlib.sha256(b"nonce" + secret + bytes([seq])).digest()[:16]) for seq in range(3)]
    report = {
        "nonce": nonces[0],
        "text": "Invented: something happened at the mill in Nowhere.",
        "where": "Nowhere",
    }
    report |= {"when": "in spring", "relation": "neighbour", "known_by": "nobody", "come_back": "yes"}
    first = Header(0, "received", NOON, None, 8, b"\x11" * 32, author_pk=derived.author_public)
    events: list[tuple[Header, dict[str, Any]]] = [(first, report)]
    for seq, kind in ((1, "acknowledged"), (2, "message")):
        previous = leaf_hash(make_leaf(derived.thread_key, derived.salt_0, *events[-1]))
        moment = NOON.replace(day=4 + seq)
        due = NOON.replace(month=4) if kind == "acknowledged" else None
        header = Header(seq, kind, moment, previous, 8 + seq, b"\x22" * 32, due_time=due, counterparty=None)
        events.append(
            (header, {"nonce": nonces[seq], "text": "شکریہ — thank you 🙏\n", "from": "organisation"})
        )
    return events


def commitments() -> Any:
    """Whole leaves from header and payload, and the steps between."""
    rows = []
    for secret in SECRETS:
        derived = derive(secret)
        for header, payload in chain(secret):
            salted = salt(derived.thread_key, derived.salt_0, header.seq)
            digest = payload_digest(payload)
            leaf = make_leaf(derived.thread_key, derived.salt_0, header, payload)
            row = {"thread_key": b64(derived.thread_key), "salt_0": b64(derived.salt_0)}
            row |= {"header": header_to_object(header), "header_bytes": b64(format_header(header))}
            row |= {"payload": payload, "payload_digest": b64(digest), "salt": b64(salted)}
            row |= {"commit": b64(commit(salted, format_header(header), digest))}
            rows.append({**row, "leaf": b64(leaf), "leaf_hash": b64(leaf_hash(leaf))})
    statement = statement_leaf("The log begins. آغاز\n")
    return {"leaves": rows, "statements": [{"text": "The log begins. آغاز\n", "leaf": b64(statement)}]}


def headers() -> Any:
    """Headers that are read and headers that are refused, as the text of their canonical JSON."""
    first, later = (header_to_object(header) for header, _ in chain(SECRETS[3])[:2])
    accepted = [first, later, {**later, "counterparty": "Example institution"}]
    accepted += [
        {**first, "due_time": "9999-12-31T23:59:59Z"},
        {**first, "claimed_time": "0001-01-01T00:00:00Z"},
    ]
    refused: list[Any] = [[], None, {}, {**first, "v": 2}, {**first, "v": True}, {**first, "extra": 1}]
    refused += [{**first, "seq": 1}, {**later, "seq": 0}, {**later, "seq": 2**32}, {**later, "seq": -1}]
    refused += [
        {**later, "seq": True},
        {**later, "kind": "lost"},
        {**later, "kind": "Received"},
        {**later, "kind": ""},
    ]
    refused += [
        {**first, "author_pk": None},
        {**later, "prev_leaf_hash": None},
        {**later, "author_pk": first["author_pk"]},
    ]
    refused += [{key: value for key, value in first.items() if key != left_out} for left_out in first]
    refused += [
        {**first, "claimed_time": text} for text in ("2026-02-30T00:00:00Z", "2026-01-01T00:00:00+00:00")
    ]
    refused += [
        {**first, "claimed_time": text}
        for text in ("2026-01-01T24:00:00Z", "0000-01-01T00:00:00Z", "", "now")
    ]
    refused += [{**first, "claimed_time": "2016-12-31T23:59:60Z"}, {**first, "claimed_time": 1772625600}]
    refused += [{**later, "due_time": None}, {**later, "counterparty": ""}, {**later, "counterparty": None}]
    refused += [
        {**later, "fresh": {**later["fresh"], "size": -1}},
        {**later, "fresh": {"size": 8}},
        {**later, "fresh": 8},
    ]
    refused += [
        {**later, "fresh": {**later["fresh"], "root": "AAAA"}},
        {**later, "prev_leaf_hash": b64(b"1" * 31)},
    ]
    refused += [{**later, "prev_leaf_hash": later["prev_leaf_hash"][:-2] + "/="}]
    return {"accepted": [_text(value) for value in accepted], "refused": [_text(value) for value in refused]}


def _text(value: Any) -> str:
    return canonical_json(value).decode()
