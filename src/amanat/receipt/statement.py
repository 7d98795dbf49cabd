"""Public statements of the log (leaves of class 0x01): changes of its keys and its policy, withdrawn prints,
released figures.

    amanat-key-change/v1          amanat-policy/v1               amanat-withdrawal/v1
    log | promise                 <the whole policy file>        <base64 of a salted commitment>
    announced | retired
    <old vkey>
    <new vkey>

    amanat-figures/v1
    <number of the release>
    <SHA-256 of its file in hex>

So whoever reads the log finds every key it ever had, in order, under witnessed times. It signs nothing and
verifies nothing. Protocol section 4. Shown right by `tests/receipt/test_statement.py`.
"""

from dataclasses import dataclass

from amanat.errors import Malformed
from amanat.strict import decode_base64, decode_hex, encode_base64, parse_decimal
from amanat.tlog.keys import Verifier, parse_verifier
from amanat.tlog.policy import parse_policy

__all__ = [
    "FiguresRelease",
    "KeyChange",
    "PolicyChange",
    "Statement",
    "Withdrawal",
    "format_statement",
    "parse_statement",
]

WHATS = ("log", "promise")
PHASES = ("announced", "retired")
_KEY_CHANGE = "amanat-key-change/v1"
_POLICY = "amanat-policy/v1"
_WITHDRAWAL = "amanat-withdrawal/v1"
_FIGURES = "amanat-figures/v1"
DIGEST_BYTES = 32
COMMITMENT_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A new key is announced beside the old one, or the old one is retired for it."""

    what: str
    phase: str
    old: Verifier
    new: Verifier

    def __post_init__(self) -> None:
        if self.what not in WHATS or self.phase not in PHASES:
            raise Malformed("not a change of a key that this program knows", where="statement")
        if self.old.name != self.new.name or self.old == self.new:
            raise Malformed("not two keys of one name", where="statement")


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The policy as it is from now on, the text of the file."""

    text: str

    def __post_init__(self) -> None:
        parse_policy(self.text)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A print was taken off a list: a commitment that only whoever has the salt and the print can open."""

    commitment: bytes

    def __post_init__(self) -> None:
        if len(self.commitment) != COMMITMENT_BYTES:
            raise Malformed("a commitment has 32 bytes", where="statement")


@dataclass(frozen=True, slots=True)
class FiguresRelease:
    """Public figures were released: their number, from 1, and the SHA-256 of the file."""

    number: int
    digest: bytes

    def __post_init__(self) -> None:
        if self.number < 1 or len(self.digest) != DIGEST_BYTES:
            raise Malformed("a release has a number from 1 and a hash of 32 bytes", where="statement")


Statement = KeyChange | PolicyChange | Withdrawal | FiguresRelease


def parse_statement(text: str) -> Statement:
    """The statement that a text makes, or `Malformed`."""
    first, newline, rest = text.partition("\n")
    if first == _POLICY and newline:
        return PolicyChange(rest)
    lines = rest.split("\n")
    if first == _WITHDRAWAL and len(lines) == 2 and not lines[1]:
        return Withdrawal(decode_base64(lines[0], length=COMMITMENT_BYTES, where="statement"))
    if first == _FIGURES and len(lines) == 3 and not lines[2]:
        digest = decode_hex(lines[1], length=DIGEST_BYTES, where="statement")
        return FiguresRelease(parse_decimal(lines[0], where="statement"), digest)
    if first != _KEY_CHANGE or len(lines) != 5 or lines[4]:
        raise Malformed("not a statement that this program knows", where="statement")
    return KeyChange(lines[0], lines[1], parse_verifier(lines[2]), parse_verifier(lines[3]))


def format_statement(statement: Statement) -> str:
    """The inverse of `parse_statement`."""
    if isinstance(statement, PolicyChange):
        return f"{_POLICY}\n{statement.text}"
    if isinstance(statement, Withdrawal):
        return f"{_WITHDRAWAL}\n{encode_base64(statement.commitment)}\n"
    if isinstance(statement, FiguresRelease):
        return f"{_FIGURES}\n{statement.number}\n{statement.digest.hex()}\n"
    lines = (_KEY_CHANGE, statement.what, statement.phase, str(statement.old), str(statement.new))
    return "".join(f"{line}\n" for line in lines)
