"""A released file: canonical JSON with definitions, what it covers and its lines; the same lines as CSV.

The log states its SHA-256. Format and schema: `docs/reference/figures.md`. Whoever checks a file needs no
server: `check_release`. Shown right by `tests/server/public/test_figures_rules.py`.
"""

import csv
import io
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from amanat.errors import Malformed, Unverified
from amanat.receipt.leaf import statement_leaf
from amanat.receipt.statement import FiguresRelease, format_statement
from amanat.server.public.rules.definitions import DEFINITIONS
from amanat.server.public.rules.lines import THRESHOLD, Line, check_lines
from amanat.strict import canonical_json, parse_json, parse_time
from amanat.tlog.hashing import leaf_hash
from amanat.tlog.policy import Policy
from amanat.tlog.proof import check_inclusion
from amanat.tlog.prooffile import parse_proof_file
from amanat.tlog.trust import SignedCheckpoint, verify_checkpoint

__all__ = [
    "FORMAT",
    "MAX_NOTE",
    "Release",
    "check_release",
    "definitions",
    "digest_of",
    "format_release",
    "parse_release",
    "statement_text",
    "to_csv",
]

FORMAT = "amanat-figures/v1"
MAX_NOTE = 1000
_LANGUAGES = {"en", "ur"}


@dataclass(frozen=True, slots=True)
class Release:
    """One release. It counts everything from the beginning until the end of `until_epoch`; then the log had
    `tree_size` published entries. `corrects` is the number of the release it takes the place of, or 0."""

    number: int
    corrects: int
    note: str
    made: str
    origin: str
    epoch_seconds: int
    until_epoch: int
    tree_size: int
    districts: dict[str, dict[str, str]]
    lines: tuple[Line, ...]
    definitions: dict[str, dict[str, dict[str, str]]]

    def __post_init__(self) -> None:
        _check(self)
        check_lines(self.lines)


def format_release(release: Release) -> bytes:
    """The inverse of `parse_release`."""
    covers = {name: getattr(release, name) for name in ("epoch_seconds", "until_epoch", "tree_size")}
    plain = ("number", "corrects", "note", "made", "origin", "districts", "definitions")
    body: dict[str, Any] = {name: getattr(release, name) for name in plain}
    lines = [asdict(line) for line in release.lines]
    return canonical_json(
        {**body, "format": FORMAT, "threshold": THRESHOLD, "covers": covers, "lines": lines}
    )


def parse_release(data: bytes) -> Release:
    """The release that the bytes are, with sums that add up, or `Malformed`."""
    body = parse_json(data, where="figures")
    try:
        covers, lines = body.pop("covers"), tuple(Line(**line) for line in body.pop("lines"))
        if body.pop("format") != FORMAT or body.pop("threshold") != THRESHOLD:
            raise Malformed("not a release of figures that this program knows", where="figures")
        found = Release(**covers, **body, lines=lines)
    except (AttributeError, KeyError, TypeError) as error:
        raise Malformed("not a release of figures", where="figures") from error
    if format_release(found) != data:
        raise Malformed("not a release of figures", where="figures")
    return found


def digest_of(data: bytes) -> bytes:
    """What the log states of a file."""
    return sha256(data).digest()


def statement_text(release: Release) -> str:
    """The public statement for a release."""
    return format_statement(FiguresRelease(release.number, digest_of(format_release(release))))


def check_release(data: bytes, proof: bytes, policy: Policy) -> tuple[Release, SignedCheckpoint]:
    """The release in a file, and the checkpoint it is proven under; raises `Malformed` or `Unverified`.

    (1) the file is of its format and adds up (2) the checkpoint is signed and witnessed as the policy asks,
    by the log that the file names (3) the log's statement of this number and this SHA-256 is in that tree.
    """
    # (1)
    release = parse_release(data)
    # (2)
    shown = parse_proof_file(proof)
    signed = verify_checkpoint(shown.checkpoint, policy)
    if signed.checkpoint.origin != release.origin:
        raise Unverified("the proof is of another log than the file names", where="origin")
    # (3)
    hashed = leaf_hash(statement_leaf(statement_text(release)))
    tree = signed.checkpoint
    check_inclusion(hashed, shown.index, tree.size, shown.hashes, tree.root)
    if shown.index < release.tree_size:
        raise Unverified("it says to cover entries that came after it", where="covers")
    return release, signed


def to_csv(release: Release) -> str:
    """The lines as CSV (RFC 4180), with the name of each figure in English."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(("release", "figure", "kind", "district", "value", "name"))
    for line in release.lines:
        name = release.definitions[line.figure]["en"]["name"]
        rows.writerow((release.number, line.figure, line.kind, line.district, line.value, name))
    return out.getvalue()


def _check(release: Release) -> None:
    whole = (release.number, release.corrects, release.epoch_seconds, release.until_epoch, release.tree_size)
    texts = (release.note, release.made, release.origin)
    lines = [(line.value, line.figure, line.kind, line.district) for line in release.lines]
    if not all(type(number) is int and number >= 0 for number in (*whole, *(line[0] for line in lines))):
        raise Malformed("a number that is none", where="figures")
    if not all(isinstance(text, str) for text in (*texts, *(text for line in lines for text in line[1:]))):
        raise Malformed("a text that is none", where="figures")
    if not 0 <= release.corrects < release.number or len(release.note) > MAX_NOTE:
        raise Malformed("a release corrects an earlier one, with a short note", where="corrects")
    if release.corrects and not release.note:
        raise Malformed("a correction says in its note what was wrong", where="note")
    parse_time(release.made, where="made")
    _check_words(release)


def _check_words(release: Release) -> None:
    for label in _mapping(release.districts).values():
        _texts(label, _LANGUAGES)
    for definition in _mapping(release.definitions).values():
        for words in _mapping(definition).values():
            _texts(words, {"name", "text"})
        if set(definition) != _LANGUAGES:
            raise Malformed("a definition that lacks a language", where="definitions")
    if not {line.figure for line in release.lines} <= release.definitions.keys():
        raise Malformed("a figure without a definition", where="definitions")


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("not an object", where="figures")
    return value


def _texts(value: Any, names: set[str]) -> None:
    if set(_mapping(value)) != names or not all(isinstance(text, str) for text in value.values()):
        raise Malformed("not words in every language", where="figures")


def definitions() -> dict[str, dict[str, dict[str, str]]]:
    """The definitions of now, as a release carries them."""
    return {
        name: {language: dict(words) for language, words in both.items()}
        for name, both in DEFINITIONS.items()
    }
