"""Proof files, checkpoints, signature lines and policies that malice or a careless editor could make."""

from collections.abc import Iterator

from agreement import forgery as forge
from agreement.forgery import GOOD, ODD_CHARACTERS, POLICY, TIME, Case, plain
from amanat.strict import encode_base64
from receipt_makers import ORIGIN, Making

SIZES = (
    "0|-5|+7|011|1_1|٣|11 | 11||1e1|0x0b|7|12|6|9007199254740993|9223372036854775807|9223372036854775808|"
    + "9" * 30
)
ORIGINS = f"|other.example/log|{ORIGIN} |{ORIGIN.upper()}|{ORIGIN}/|{ORIGIN}+a"
TAILS = ("\n", "\n\n", "more\n", "more", "more\nand more\n", "\nmore\n", "more\n\nmore\n", "— x AAAAAAAA\n")
LINES = (
    "\n",
    " \n",
    "x\n",
    "-- a AAAAAAAA\n",
    "— a  AAAAAAAA\n",
    "—a AAAAAAAA\n",
    "— a AAAAAAAA",
    "— a\n",
    "—\n",
)
ODD_SECONDS = (0, 1, 2**31, 2**32, 2**53, 253402300799, 253402300800, 8_640_000_000_000, 8_640_000_000_001)
ODD_SECONDS += (2**63 - 1, 2**63, 2**64 - 1)
ORDERS = "12340 43210 00123 123 0 0111 0122 012333 0123 1234"
HEADS = {
    "index 6": "index 06|index +6|index -6|index 6 |index  6|index|Index 6|index 6\nindex 6|index ٦|index 7"
    "|index 11"
    "|index 9223372036854775807|index 9223372036854775808|index 6.0|index 6\nx|index 6\n",
    "tlog-proof@v1": "tlog-proof@v2|tlog-proof@v1 |tlog-proof@v1\n|TLOG-PROOF@v1|tlog-proof@v1\r",
    "extra ": "extra  |Extra |extra|extra\t|extra AAAA\nextra ||extra \nextra ",
}
POLICY_LINES = (
    "# a|  # a|log # a|||#|quorum none|group w1 any w1|group g any w1|group g any|group g 1 g|witness none x"
    "|log a"
    "|log x+00000000+AAAA|witness a b|quorum|quorum w1 w2|unknown line|log  |LOG a|group most any most"
)


def cases() -> Iterator[Case]:
    """All of them."""
    yield from heads()
    yield from texts()
    yield from places_beyond()
    yield from byte_order_marks()
    yield from signature_lines()
    yield from cosignature_times()
    yield from policies()
    yield from policy_characters()


def heads() -> Iterator[Case]:
    """The lines before the checkpoint."""
    for old, replacements in HEADS.items():
        for new in replacements.split("|"):
            yield Case(plain(head=lambda head, old=old, new=new: head.replace(old, new, 1)))
    for count in (1, 50, 59, 60, 61, 100):
        more = f"{encode_base64(bytes(32))}\n" * count
        yield Case(plain(head=lambda head, more=more: head + more))
    for length in (0, 31, 33, 64):
        yield Case(plain(head=lambda head, length=length: f"{head}{encode_base64(bytes(length))}\n"))
    for odd in ODD_CHARACTERS:
        yield Case(plain(head=lambda head, odd=odd: head.replace("index", odd + "index", 1)))
        yield Case(plain(head=lambda head, odd=odd: odd + head))


def texts() -> Iterator[Case]:
    """Texts of checkpoints that the log and the witnesses really signed."""
    edits = [(f"\n{forge.SIZE}\n", f"\n{size}\n") for size in SIZES.split("|")]
    edits += [(f"{ORIGIN}\n", f"{origin}\n") for origin in ORIGINS.split("|")]
    edits += [pair for odd in ODD_CHARACTERS for pair in ((ORIGIN, ORIGIN + odd), ("=\n", f"={odd}\n"))]
    edits += [
        ("=\n", "\n"),
        ("=\n", "==\n"),
        ("=\n", "=\n\n"),
        (ORIGIN, f"\n{ORIGIN}"),
        (f"\n{forge.SIZE}\n", "\n"),
    ]
    for old, new in edits:
        yield Case(plain(text=lambda text, old=old, new=new: text.replace(old, new, 1)))
    for tail in (*TAILS, *(f"a{odd}b\n" for odd in ODD_CHARACTERS)):
        yield Case(plain(text=lambda text, tail=tail: text + tail))
    for whole in ("", "\n", "\n\n\n", "a\n1\n"):
        yield Case(plain(text=lambda _text, whole=whole: whole))


def places_beyond() -> Iterator[Case]:
    """Indices beyond a full tree, where the path of a place inside leads to the root all the same."""
    for size, index in ((1, 0), (2, 1), (8, 0), (8, 7), (16, 9)):
        made = Making(level=1, size=size, index=index).bytes()
        for other in (index, index + size, index + 2 * size, 2**62 + index):
            yield Case(made.replace(b"\nindex %d\n" % index, b"\nindex %d\n" % other, 1))


def byte_order_marks() -> Iterator[Case]:
    """A byte order mark is a character like any other: not to be skipped before a checkpoint is checked."""
    mark = "\ufeff"
    yield Case(plain(note=lambda note: mark + note))
    yield Case(plain(text=lambda text: mark + text))
    yield Case(plain(text=lambda text: mark + text, note=lambda note: note.removeprefix(mark)))
    yield Case(plain(note=lambda note: note.replace("\n\n", f"\n\n{mark}", 1)))


def signature_lines() -> Iterator[Case]:
    """Signature lines added, doubled, reordered, renamed, shortened, or taken from another checkpoint."""
    names = (
        "a",
        "a+b",
        "",
        " ",
        ORIGIN,
        "witness1.example",
        "WITNESS1.example",
        *(f"a{odd}b" for odd in ODD_CHARACTERS),
    )
    blobs = ("AAAAAAAA", "AAAAAA==", "AAAA", "AAAAAAB=", "", "A A=")
    lines = [*LINES, *(f"— {name} {blob}\n" for name in names for blob in blobs)]
    lines += [f"— a{odd} AAAAAAAA\n" for odd in ODD_CHARACTERS] + [
        f"— a AAAAAAAA{odd}\n" for odd in ODD_CHARACTERS
    ]
    lines += [_by_witness(number, length) for number in range(1, 5) for length in (1, 8, 63, 64, 71, 72, 73)]
    other = forge.signed(f"{ORIGIN}\n12\n{encode_base64(bytes(32))}\n").split("\n\n")[1]
    lines += [*other.splitlines(keepends=True), *("— a AAAAAAAA\n" * many for many in (90, 95, 96, 150))]
    for line in lines:
        yield Case(plain(note=lambda note, line=line: note + line))
        yield Case(plain(note=lambda note, line=line: note.replace("\n\n", "\n\n" + line, 1)))
    for order in ORDERS.split():
        yield Case(plain(note=lambda note, order=order: _ordered(note, order)))


def _by_witness(number: int, length: int) -> str:
    key = forge.witness(number).verifier
    return f"— {key.name} {encode_base64(key.key_id + bytes(length))}\n"


def _ordered(note: str, order: str) -> str:
    text, lines = note.split("\n\n")
    every = lines.splitlines(keepends=True)
    return f"{text}\n\n" + "".join(every[int(number)] for number in order)


def cosignature_times() -> Iterator[Case]:
    """Witnesses who sign at odd times, too few of them, or one of them several times."""
    for odd in ODD_SECONDS:
        yield Case(plain(times=((1, TIME), (2, TIME), (3, odd))))
        yield Case(plain(times=((1, TIME), (2, TIME), (3, TIME), (4, odd))))
    yield Case(plain(times=((1, TIME), (1, TIME + 1), (1, TIME + 2))))
    yield Case(plain(times=((1, TIME + 9), (1, TIME), (2, TIME), (3, TIME))))
    for times in ((), ((1, 1),), ((1, 1), (2, 1)), ((4, 1), (3, 1), (2, 1)), ((3, 5), (1, 7), (2, 6))):
        yield Case(plain(times=times))


def policies() -> Iterator[Case]:
    """Policies written otherwise, and policies that are none."""
    lines = POLICY.splitlines(keepends=True)
    for number, line in enumerate(lines):
        yield Case(GOOD[0], "".join(lines[:number] + lines[number + 1 :]))
        yield Case(GOOD[0], POLICY + line)
    for line in POLICY_LINES.split("|"):
        yield Case(GOOD[0], f"{POLICY}{line}\n")
        yield Case(GOOD[0], f"{line}\n{POLICY}")
    for threshold in ["all", "any", "0", "1", "4", "5", "03", "+3", "-1", "3.0", "٣", "none", "ALL"]:
        yield Case(GOOD[0], POLICY.replace("most 3", f"most {threshold}"))
    for old, new in (
        ("\n", "\r\n"),
        (" ", "  "),
        (" ", "\t"),
        (" ", "\xa0"),
        ("log ", " log "),
        (" most", " none"),
    ):
        yield Case(GOOD[0], POLICY.replace(old, new))
    groups = "group a 2 w1 w2\ngroup b any w3 w4\ngroup c all a b\nquorum c\n"
    for times in (
        ((1, 5), (2, 6), (3, 7)),
        ((1, 5), (2, 6)),
        ((1, 5), (3, 6), (4, 7)),
        ((1, 1), (2, 2), (4, 3)),
    ):
        yield Case(Making(times=times).bytes(), "".join(lines[:5]) + groups)
    yield from (Case(data, "") for data in (*GOOD, b""))


def policy_characters() -> Iterator[Case]:
    """Characters that are white space to one language and part of a name to another."""
    for odd in ODD_CHARACTERS:
        yield Case(GOOD[0], POLICY + odd)
        yield Case(GOOD[0], odd + POLICY)
        yield Case(GOOD[0], POLICY.replace("w1", "w1" + odd))
        yield Case(GOOD[0], f"{POLICY}# {odd}\n")
