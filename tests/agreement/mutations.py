"""Thousands of receipts that are broken, odd or good, always the same, for two verifiers to agree on.

Here: what chance and bad copying do. What malice does is in `openings`, `checkpoints`,
`post_quantum` and `windows`. Nothing says which should verify.
"""

import random
from collections.abc import Iterator

from agreement import checkpoints, openings, post_quantum, windows
from agreement.forgery import GOOD, Case
from vector_files import vectors

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def cases() -> list[Case]:
    """All of them."""
    chance = random.Random(20260304)
    return [
        *from_vectors(),
        *flipped(chance, count=1200),
        *cut_and_spliced(chance, count=500),
        *lines_moved(chance, count=500),
        *encodings(),
        *openings.cases(),
        *checkpoints.cases(),
        *post_quantum.cases(),
        *windows.cases(),
    ]


def from_vectors() -> Iterator[Case]:
    """What the vectors hold, under every policy of theirs."""
    found = vectors("receipts")
    for row in (*found["verified"], *found["refused"]):
        for policy in found["policies"].values():
            yield Case(row["receipt"], policy, row.get("challenge"))


def flipped(chance: random.Random, *, count: int) -> Iterator[Case]:
    """One byte changed: by one bit, or to one that matters in such a file."""
    for _ in range(count):
        data = bytearray(chance.choice(GOOD))
        position = chance.randrange(len(data))
        data[position] = chance.choice([data[position] ^ 1 << chance.randrange(8), *b"AB/+=09 \n\x00\xff"])
        yield Case(bytes(data))


def cut_and_spliced(chance: random.Random, *, count: int) -> Iterator[Case]:
    """Cut short, a piece left out, pieces swapped, two receipts joined, the beginning lost."""
    for number in range(count):
        data, other = chance.choice(GOOD), chance.choice(GOOD)
        start, end = sorted(chance.sample(range(len(data) + 1), 2))
        pieces = (
            data[:start],
            data[:start] + data[end:],
            data[:end] + data[start:],
            data[:start] + other[start:],
            data[start:],
        )
        yield Case(pieces[number % 5])


def lines_moved(chance: random.Random, *, count: int) -> Iterator[Case]:
    """Lines swapped, left out, doubled, emptied, ended otherwise, or taken from another receipt."""
    others = [line for data in GOOD for line in data.splitlines(keepends=True)]
    endings = [b"\r\n", b" \n", b"", b"\n\n", b"\x0b\n"]
    for number in range(count):
        lines = chance.choice(GOOD).splitlines(keepends=True)
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        match number % 6:
            case 0:
                lines[one], lines[two] = lines[two], lines[one]
            case 1:
                del lines[one]
            case 2:
                lines.insert(two, lines[one])
            case 3:
                lines[one] = b"\n"
            case 4:
                lines[one] = chance.choice(others)
            case 5:
                lines[one] = lines[one].replace(b"\n", chance.choice(endings))
        yield Case(b"".join(lines))


def encodings() -> Iterator[Case]:
    """Base64 that is not canonical, in every place that has some; other ways to write a text."""
    for data in GOOD:
        lines = data.split(b"\n")
        for number, line in enumerate(lines):
            start, space, token = line.rpartition(b" ")
            for other in _other_base64(token):
                yield Case(b"\n".join([*lines[:number], start + space + other, *lines[number + 1 :]]))
        text = data.decode()
        odd = (
            "\ufeff" + text,
            text + "\ufeff",
            text.replace("\u2014", "-"),
            text.replace("\u2014", "\u2013"),
        )
        yield from (Case(item.encode()) for item in odd)
        yield Case(text.encode("utf-16"))
        # The dash cut short, and the dash written longer than UTF-8 allows.
        yield from (Case(data.replace(b"\xe2\x80\x94", dash)) for dash in (b"\xe2\x80", b"\xf0\x82\x80\x94"))


def _other_base64(token: bytes) -> Iterator[bytes]:
    bare = token.rstrip(b"=")
    if len(bare) < 4 or bare[-1] not in ALPHABET:
        return
    last = ALPHABET.index(bare[-1])
    for change in (1, 2, 3, 16, 32):
        yield bare[:-1] + ALPHABET[last ^ change : (last ^ change) + 1] + token[len(bare) :]
    yield from (bare + padding for padding in (b"", b"=", b"==", b"==="))
    yield from (token + tail for tail in (b"AA==", b" ", b"\t", b"AAAA", b"!"))
    yield from (b" " + token, token[:3], token[:4] + b"\r" + token[4:], token[:4] + b" " + token[4:])
    yield token.translate(bytes.maketrans(b"+/", b"-_"))
