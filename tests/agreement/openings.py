"""Openings, headers, payloads and challenges that a malicious holder of a receipt could make."""

import json
from collections.abc import Iterator

from agreement import forgery as forge
from agreement import twisted_keys as twisted
from agreement.forgery import GOOD, ODD_CHARACTERS, ODD_VALUES, Case
from amanat.receipt.header import format_header, header_to_object
from amanat.receipt.opening import challenge_message
from amanat.strict import canonical_json, encode_base64
from receipt_makers import PAYLOAD, header
from vector_files import vectors

ODD_TIMES = """2024-02-29T00:00:00Z|2025-02-29T00:00:00Z|1900-02-29T00:00:00Z|2000-02-29T00:00:00Z
|0001-01-01T00:00:00Z|0099-12-31T23:59:59Z|9999-12-31T23:59:59Z|0000-12-31T23:59:59Z|2026-00-01T00:00:00Z
|2026-13-01T00:00:00Z|2026-04-31T00:00:00Z|2026-01-00T00:00:00Z|2026-01-01T24:00:00Z|2026-01-01T00:60:00Z
|2026-01-01T23:59:60Z|2026-01-01T00:00:61Z|2026-01-01t00:00:00z|2026-01-01 00:00:00Z|2026-01-01T00:00:00.0Z
|2026-01-01T00:00Z|+2026-01-01T00:00:00Z|2026-1-1T00:00:00Z|٢٠٢٦-01-01T00:00:00Z|10000-01-01T00:00:00Z
|2026-01-01T00:00:00Z |2026-01-01T00:00:00+00:00|-0001-01-01T00:00:00Z|2026-01-01T00:00:00""".replace(
    "\n", ""
)
KEYS = (
    "v level leaf header payload_digest salt payload challenge signature more __proto__ constructor toString"
)
ODD_OPENINGS = (
    b"",
    b"null",
    b"[]",
    b"1",
    b"{}",
    b'{"a": 1}',
    b"\xff",
    b"[" * 5000,
    b'"' + b"a" * 90_000 + b'"',
)
ODD_LEAVES = (
    b"\x01",
    b"\x01text",
    b"\x01\xff",
    b"\x01\xef\xbb\xbf",
    b"\x02" + bytes(48),
    b"",
    b"\x00" + bytes(47),
)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from members()
    yield from texts()
    yield from leaves()
    yield from headers()
    yield from authors()
    yield from payloads()
    yield from challenges()


def members() -> Iterator[Case]:
    """Members of the opening changed, left out or added."""
    for level in (3, 4):
        for key in KEYS.split():
            for value in (*ODD_VALUES, ...):
                yield Case(forge.with_extra({key: value}, level=level))
    for field in ("leaf", "salt", "payload_digest", "signature"):
        for length in (0, 31, 32, 33, 63, 64, 65):
            yield Case(forge.with_extra({field: encode_base64(bytes(length))}))


def texts() -> Iterator[Case]:
    """The opening written as other JSON, or as none."""
    yield Case(forge.with_extra({}, dump=lambda value: json.dumps(value).encode()))
    yield Case(forge.with_extra({}, dump=lambda value: json.dumps(value, separators=(",", ":")).encode()))
    for old, new in (
        (b'"v":1', b'"v":1.0'),
        (b'"v":1', b'"v":1,"v":1'),
        (b"}", b"}\n"),
        (b"{", b"\xef\xbb\xbf{"),
    ):
        yield Case(forge.with_extra({}, dump=lambda value, o=old, n=new: canonical_json(value).replace(o, n)))
    for data in ODD_OPENINGS:
        yield Case(forge.with_extra({}, dump=lambda _value, data=data: data))


def leaves() -> Iterator[Case]:
    """Entries that are not of a case, at level 1 and above."""
    for tail in ODD_LEAVES:
        leaf = b"amanat-leaf/v1\n" + tail
        yield Case(forge.forged(canonical_json({"v": 1, "level": 1, "leaf": encode_base64(leaf)}), leaf))
        yield Case(forge.with_extra({"leaf": encode_base64(leaf)}))


def headers() -> Iterator[Case]:
    """Every header of the vectors and more, truly committed to."""
    found = vectors("headers")
    for text in (*found["accepted"], *found["refused"]):
        for level in (3, 4):
            yield Case(forge.with_header(text.encode(), level=level))
    value = header_to_object(header())
    for key in (*value, "due_time", "counterparty", "__proto__", "toString"):
        for odd in ODD_VALUES:
            yield Case(forge.with_header(canonical_json({**value, key: odd})))
    for time in ODD_TIMES.split("|"):
        yield Case(forge.with_header(canonical_json({**value, "claimed_time": time})))


def authors() -> Iterator[Case]:
    """Author keys that no honest software makes, and signatures by them and at odd points."""
    for y in (0, 1, 2, 3, *range(twisted.PRIME - 2, twisted.PRIME + 19), 2**255 - 1):
        for sign_bit in (0, 1):
            yield Case(_by_author((y | sign_bit << 255).to_bytes(32, "little")))
    for twist in range(1, 9):
        yield Case(_by_author(twisted.encoded(twisted.times(twist, twisted.TWIST))))
    for length in (0, 31, 33):
        yield Case(_by_author(bytes(length)))
    for twist in (0, 1, 2, 4, 7):
        public = twisted.public_key(20260304, twist)
        for nonce in range(1, 7):
            for odd in ({}, {"twist": 1}, {"twist": 4}, {"more": 1}):
                yield Case(_by_author(public, nonce=nonce, **odd))


def _by_author(public: bytes, *, nonce: int = 0, **odd: int) -> bytes:
    def sign(leaf: bytes, challenge: str) -> bytes:
        if not nonce:
            return b"\1" + bytes(63)
        return twisted.sign(20260304, public, challenge_message(leaf, challenge), nonce=nonce, **odd)

    value = {**header_to_object(header()), "author_pk": encode_base64(public)}
    return forge.with_header(canonical_json(value), level=4, sign=sign)


def payloads() -> Iterator[Case]:
    """Payloads as raw bytes, truly committed to: all JSON of the vectors, alone and inside an object."""
    found = vectors("json")
    written = [text.encode() for text in (*found["accepted"], *found["refused"])]
    for data in (*written, *found["refused_bytes"]):
        yield Case(forge.with_payload(data))
        yield Case(forge.with_payload(b'{"a":' + data + b"}"))
    for depth in (28, 29, 30, 31, 32, 33, 500, 3000):
        yield Case(forge.with_payload(b'{"a":' + b"[" * depth + b"]" * depth + b"}"))
    for character in ODD_CHARACTERS:
        for value in ({"a": character}, {character: 1, "b": 2}, {**PAYLOAD, "text": character * 3}):
            yield Case(forge.with_payload(canonical_json(value)))
    yield Case(forge.with_payload(canonical_json({**PAYLOAD, "text": "a" * 100_000})))
    yield Case(forge.with_payload(canonical_json({str(number): number for number in range(30)})))
    for data in (
        b'{"10":1,"9":2}',
        b'{"9":2,"10":1}',
        b'{"__proto__":{"a":1}}',
        b'{"toJSON":1}',
        b'{"a":-0}',
    ):
        yield Case(forge.with_payload(data))


def challenges() -> Iterator[Case]:
    """Challenges that were answered, and challenges that were asked."""
    texts = (
        "Yours?",
        "yours?",
        "Yours? ",
        "é",
        "e\u0301",
        "🙏",
        "\u202e",
        "a\x00b",
        "line\nline",
        "x" * 5000,
    )
    for answered in texts:
        for asked in (None, answered, "Yours?", ""):
            data = forge.with_header(format_header(header()), level=4, challenge=answered)
            yield Case(data, challenge=asked)
    for data in GOOD:
        for asked in ("", "Is this yours, Amna?", "is this yours, Amna?"):
            yield Case(data, challenge=asked)
