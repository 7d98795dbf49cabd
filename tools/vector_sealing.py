"""The vectors of words, keys, fields, padding and JSON. See make_vectors.py."""

import hashlib
from typing import Any

from amanat.sealing.field import FieldAddress, seal_field
from amanat.sealing.keys import derive, locator_hash, ref_key
from amanat.sealing.padding import BUCKETS, pad
from amanat.sealing.words import to_words
from amanat.strict import canonical_json, encode_base64

b64 = encode_base64
SECRETS = (
    b"\0" * 16,
    b"\xff" * 16,
    b"\x7f" * 16,
    bytes(range(16)),
    hashlib.sha256(b"amanat vectors").digest()[:16],
)


def documents() -> dict[str, Any]:
    """Each file by its name."""
    return {
        "words": words(),
        "keys": keys(),
        "fields": fields(),
        "padding": padding(),
        "json": plain_json(),
    }


def words() -> Any:
    """Secrets and their words; texts that are refused, with the number of the word, or why."""
    good = " ".join(to_words(SECRETS[3]))
    listed = good.split()
    return {
        "valid": [{"secret": b64(secret), "words": " ".join(to_words(secret))} for secret in SECRETS],
        "forgiven": [
            {"text": f"  {good.upper()}\n", "secret": b64(SECRETS[3])},
            {"text": good.replace(" ", "\r\n\t"), "secret": b64(SECRETS[3])},
            {"text": good.replace(" ", "\u00a0"), "secret": b64(SECRETS[3])},
        ],
        "refused": [
            {"text": "", "what": "count"},
            {"text": " ".join(listed[:11]), "what": "count"},
            {"text": f"{good} about", "what": "count"},
            {"text": " ".join(["amanat", *listed[1:]]), "what": "word", "word": 1},
            {"text": " ".join([*listed[:11], listed[11][:-1]]), "what": "word", "word": 12},
            {"text": " ".join([*listed[:4], "naïve", *listed[5:]]), "what": "word", "word": 5},
            {"text": " ".join([*listed[:11], "zoo"]), "what": "checksum"},
            {"text": " ".join(["abandon"] * 12), "what": "checksum"},
        ],
    }


def keys() -> Any:
    """All keys from a secret, and a referral's key from a thread key."""
    rows = []
    for secret in SECRETS:
        derived = derive(secret)
        rows.append(
            {
                "secret": b64(secret),
                "thread_key": b64(derived.thread_key),
                "salt_0": b64(derived.salt_0),
                "author_seed": b64(derived.author_seed),
                "author_public": b64(derived.author_public),
                "locator": b64(derived.locator),
                "locator_hash": b64(locator_hash(derived.locator)),
                "referral_id": b64(secret[::-1]),
                "ref_key": b64(ref_key(derived.thread_key, secret[::-1])),
            }
        )
    return rows


def fields() -> Any:
    """Sealed fields with fixed nonces."""
    rows = []
    plaintexts = (b"", b"a", "شکریہ 🙏".encode(), bytes(range(256)), pad(b"{}"))
    for number, plaintext in enumerate(plaintexts):
        key = derive(SECRETS[number]).thread_key
        address = FieldAddress("00112233445566778899aabbccddeeff", "event", "record", str(number), number * 7)
        nonce = bytes([number]) * 12
        row = {"key": b64(key), "case_id": address.case_id, "table": address.table, "field": address.field}
        row |= {"row_id": address.row_id, "revision": address.revision, "nonce": b64(nonce)}
        row |= {"aad": b64(address.additional_data()), "plaintext": b64(plaintext)}
        rows.append({**row, "sealed": b64(seal_field(key, address, plaintext, nonce=nonce))})
    return rows


def padding() -> Any:
    """Lengths with the size and hash of what they are padded to; heads of padded bytes that are refused."""
    rows = []
    for bucket in BUCKETS:
        for length in (0, bucket // 4 - 3, bucket - 4):
            padded = pad(_pattern(length))
            rows.append(
                {"length": length, "size": len(padded), "sha256": b64(hashlib.sha256(padded).digest())}
            )
    refused = [
        {"head": "", "size": 0},
        {"head": b64(b"\0\0\0"), "size": 3},
        {"head": b64(b"\0\0\0\1a"), "size": 5},
        {"head": b64(b"\0\0\0\1a"), "size": 4095},
        {"head": b64(b"\0\0\0\1ab"), "size": 4096},
        {"head": b64(b"\0\0\0\1a"), "size": 16384},
        {"head": b64((4093).to_bytes(4, "big")), "size": 4096},
        {"head": b64(b"\xff\xff\xff\xff"), "size": 4096},
        {"head": b64((262141).to_bytes(4, "big")), "size": 262144},
    ]
    return {"pattern": "byte i is i mod 251", "padded": rows, "too_long": BUCKETS[-1] - 3, "refused": refused}


def _pattern(length: int) -> bytes:
    return bytes(index % 251 for index in range(length))


def plain_json() -> Any:
    """Texts of canonical JSON, and texts that are not."""
    values: list[Any] = [
        None,
        True,
        False,
        0,
        -1,
        2**53 - 1,
        -(2**53) + 1,
        "",
        'é\u2028\u007f\u0000\u001f"\\/\b\f\n\r\t',
    ]
    values += [
        [],
        {},
        [[], {}],
        {"b": 1, "a": 2, "": 3},
        {"\ufb33": 1, "\U0001f600": 2, "\r": 3, "€": 4, "1": 5, "10": 6, "2": 7},
    ]
    values += [{"__proto__": 1, "constructor": 2}, "🙏 شکریہ"]
    refused = [
        "",
        " 1",
        "1\n",
        "-0",
        "1.0",
        "1e2",
        "NaN",
        "Infinity",
        "01",
        "+1",
        "9007199254740992",
        "-9007199254740992",
    ]
    refused += [
        "9" * 400,
        '"\\u0041"',
        '"\\/"',
        '"\\ud800"',
        '"\t"',
        "[1,]",
        "[1, 2]",
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
    ]
    refused += [
        '{"a":1,"a":2}',
        "{'a':1}",
        "nul",
        "\ufeff1",
        "1 2",
        '"\\u001F"',
        '"\\u000a"',
        '{"__proto__":1,"__proto__":1}',
    ]
    refused += ["[" * 33 + "]" * 33, '{"":' * 33 + "1" + "}" * 33]
    accepted = [canonical_json(value).decode() for value in values] + ["[" * 32 + "]" * 32]
    not_utf8 = [b64(data) for data in (b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b"\xef\xbb\xbf1")]
    return {"accepted": accepted, "refused": refused, "refused_bytes": not_utf8}
