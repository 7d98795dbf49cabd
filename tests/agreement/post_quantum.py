"""ML-DSA cosignatures: true ones, and ones that malice, a careless signer or a careless decoder could make.

Signatures of ML-DSA differ each time they are made, so these cases are not the same bytes in every run. Each
signature is made once.
"""

import dataclasses
from collections.abc import Iterator
from functools import cache

from agreement.forgery import LOG, TIME, Case, plain, witness_line
from amanat.strict import encode_base64
from amanat.tlog.cosignature import cosign
from amanat.tlog.keys import ED25519, MLDSA, Signer, Verifier
from amanat.tlog.note import Signature, format_signature
from receipt_makers import ORIGIN, Making, policy_text, witness

PQ = tuple(Signer(f"later{number}.example", MLDSA, bytes([number]) * 32) for number in (1, 2))
MIXED = (*PQ, witness(3), witness(4))
POLICY = policy_text(witnesses=MIXED)
ONLY = f"log {LOG.verifier}\nwitness a {PQ[0].verifier}\nquorum a\n"
# c~ is 32 bytes, z 2304, then 80 positions of hints, and 4 ends of them.
HINTS, ENDS = 8 + 32 + 2304, 8 + 32 + 2304 + 80
ODD_SECONDS = (0, 1, 2**31, 2**53, 253402300799, 253402300800, 2**63 - 1, 2**63, 2**64 - 1)
WHO = ("12", "123", "1234", "134", "34", "1", "2134", "11234", "14", "1133")


def cases() -> Iterator[Case]:
    """All of them."""
    yield from quorums()
    yield from times()
    yield from damaged()
    yield from decoded()
    yield from texts()
    yield from policies()


@cache
def line(text: str, number: int, time: int = TIME) -> Signature:
    """The true cosignature by one of the four witnesses, at any time below 2^64."""
    if time < 2**63:
        return cosign(text, MIXED[number - 1], time)
    earlier = line(text, number)
    return dataclasses.replace(earlier, blob=time.to_bytes(8, "big") + earlier.blob[8:])


def with_lines(*lines: str | Signature, **edits: object) -> bytes:
    """A receipt of level 1 with these lines after that of the log."""
    written = [item if isinstance(item, str) else format_signature(item) for item in lines]
    return plain(times=(), note=lambda note: note + "".join(f"{item}\n" for item in written), **edits)


@cache
def good_text() -> str:
    """The text of the checkpoint of `plain`."""
    return plain(times=()).decode().split("\n\n", 1)[1].split("\n\n")[0] + "\n"


def edited(start: int, new: bytes, number: int = 1) -> bytes:
    """A receipt whose first ML-DSA line has other bytes from `start` on (counted with the time)."""
    found = line(good_text(), number)
    blob = found.blob[:start] + new + found.blob[start + len(new) :]
    others = [line(good_text(), other) for other in (2, 3, 4)]
    return with_lines(dataclasses.replace(found, blob=blob), *others)


def quorums() -> Iterator[Case]:
    """Enough and too few of them, in any order, some twice."""
    for numbers in WHO:
        lines = [line(good_text(), int(number), TIME + at) for at, number in enumerate(numbers)]
        yield from (Case(with_lines(*lines), policy) for policy in (POLICY, ONLY))
    every = [line(good_text(), number) for number in (1, 2, 3, 4)]
    for level in (2, 3, 4):
        making = Making(level=level, times=())
        note = making.receipt().checkpoint_note.decode()
        made = [format_signature(cosign(note.split("\n\n")[0] + "\n", item, TIME)) for item in MIXED]
        yield Case(making.bytes() + "".join(f"{item}\n" for item in made).encode(), POLICY)
    yield from (Case(with_lines(*every), policy) for policy in (policy_text(), policy_text(threshold=0)))


def times() -> Iterator[Case]:
    """Odd times; 0 says nothing about when."""
    for odd in ODD_SECONDS:
        first = line(good_text(), 1, odd)
        yield Case(with_lines(first), ONLY)
        yield Case(with_lines(first, line(good_text(), 1)), ONLY)
        yield Case(with_lines(first, *(line(good_text(), number) for number in (2, 3))), POLICY)
        yield Case(with_lines(first, *(line(good_text(), number) for number in (2, 3, 4))), POLICY)


def damaged() -> Iterator[Case]:
    """One byte changed in every part of a line, and lines of a wrong length."""
    length = len(line(good_text(), 1).blob)
    for start in (*range(0, 40, 3), *range(40, HINTS, 97), *range(HINTS, length, 5)):
        for change in (1, 128, 255):
            new = bytes([line(good_text(), 1).blob[start] ^ change])
            yield Case(edited(start, new), POLICY)
    whole = line(good_text(), 1)
    for size in (1, 8, 64, 72, 2420, 2427, 2429, 5000):
        blob = (whole.blob + bytes(3000))[:size]
        yield Case(with_lines(dataclasses.replace(whole, blob=blob)), ONLY)
        yield Case(with_lines(dataclasses.replace(whole, blob=blob), whole), POLICY)


def decoded() -> Iterator[Case]:
    """Encodings that a decoder must refuse: hints out of order, doubled, after the end; z out of range."""
    blob = line(good_text(), 1).blob
    first_end = blob[ENDS]
    if first_end > 1:
        yield Case(edited(HINTS, blob[HINTS : HINTS + 2][::-1]), POLICY)
        yield Case(edited(HINTS, blob[HINTS + 1 : HINTS + 2]), POLICY)
    yield Case(edited(ENDS - 1, b"\1"), POLICY)
    for ends in (bytes(4), b"\x51" * 4, b"\x50" * 4, b"\xff" * 4, bytes([9, 8, 7, 6]), bytes([0, 0, 0, 80])):
        yield Case(edited(ENDS, ends), POLICY)
    for filler in (b"\0", b"\xff", b"\x55"):
        yield Case(edited(40, filler * 2304), POLICY)
        yield Case(edited(HINTS, filler * 84), POLICY)
        yield Case(edited(8, filler * 2420), POLICY)


def texts() -> Iterator[Case]:
    """Other trees under the same line; extension lines, which such a line does not cover; long origins."""
    good = good_text()
    every = [line(good, number) for number in (1, 2, 3, 4)]
    for old, new in (("\n11\n", "\n12\n"), (ORIGIN, f"{ORIGIN}x"), ("=\n", "=\nmore\n"), ("=\n", "=\n\n")):
        yield Case(with_lines(*every, text=lambda text, old=old, new=new: text.replace(old, new, 1)), POLICY)
    longer = f"{good}more\n"
    by_others = [witness_line(longer, number, TIME) for number in (3, 4)]
    for lines in (every[:1], [*every[:2], by_others[0]], [*every[:1], *by_others], by_others):
        for policy in (POLICY, ONLY):
            yield Case(with_lines(*lines, text=lambda text: f"{text}more\n"), policy)
    for length in (255, 256):
        log = Signer("a" * length, ED25519, LOG.seed)
        making = Making(level=1, log=log, times=())
        text = making.receipt().checkpoint_note.decode().split("\n\n")[0] + "\n"
        made = cosign(text, PQ[0], TIME) if length == 255 else every[0]
        data = making.bytes() + f"{format_signature(made)}\n".encode()
        yield Case(data, ONLY.replace(str(LOG.verifier), str(log.verifier)))


def policies() -> Iterator[Case]:
    """Keys of wrong lengths, changed keys, names too long, both keys of one witness, a log with one."""
    every = [line(good_text(), number) for number in (1, 2, 3, 4)]
    own, data = PQ[0].verifier, with_lines(*every)
    for length in (1, 32, 1311, 1313, 2420):
        yield Case(data, POLICY.replace(str(own), _unchecked(own.name, MLDSA, own.public[:1] * length)))
    for public in (own.public[::-1], own.public[:-1] + b"\0", bytes(1312), b"\xff" * 1312):
        yield Case(data, POLICY.replace(str(own), str(Verifier(own.name, MLDSA, public))))
    for name in ("a" * 255, "a" * 256, "é" * 127, "é" * 128):
        yield Case(data, POLICY.replace(str(own), _unchecked(name, MLDSA, own.public)))
    both = f"witness b {Signer(own.name, 0x04, bytes(32)).verifier}\n"
    yield from (Case(data, f"{POLICY}{more}") for more in (both, f"witness b {own}\n", f"log {own}\n"))
    yield Case(data, f"{POLICY}log {Signer(ORIGIN, MLDSA, bytes(32)).verifier}\n")
    for kind in (0x01, 0x02, 0x04, 0x05, 0x07, 0xFF):
        yield Case(data, POLICY.replace(str(own), _unchecked(own.name, kind, own.public)))


def _unchecked(name: str, kind: int, public: bytes) -> str:
    """A vkey with its right id, of a key that may be none."""
    stand_in = Verifier("x", 0x07, b"x")
    for field, value in (("name", name), ("kind", kind), ("public", public)):
        object.__setattr__(stand_in, field, value)
    return f"{name}+{stand_in.key_id.hex()}+{encode_base64(bytes([kind]) + public)}"
