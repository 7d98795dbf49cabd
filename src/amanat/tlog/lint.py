"""What deserves a second look in a policy file, each with its line; nothing here makes a policy malformed.

What the quorum tolerates is counted in `quorum.py` and told in `explain.py`. Whose operator a witness has is
guessed from the domains of its key's name and its address. Shown right by `tests/tlog/test_lint.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from amanat.tlog.note import COSIGNERS, ED25519
from amanat.tlog.policy import NO_QUORUM, KnownWitness, Policy
from amanat.tlog.quorum import collusion, fewest, members, tree
from amanat.tlog.window import DatedPolicy, parse_dated_policy

__all__ = ["Warned", "lint"]

# Below a country such names are not anybody's own: example.org.pk belongs to somebody, org.pk does not.
_SHARED = {"ac", "co", "com", "edu", "gob", "gov", "go", "mil", "ne", "net", "nom", "or", "org", "sch"}


@dataclass(frozen=True, slots=True)
class Warned:
    """What to look at, and in which line of the file."""

    line: int
    what: str


def lint(text: str) -> tuple[DatedPolicy, tuple[Warned, ...]]:
    """The policy and its warnings in the order of lines; raises `Malformed` with the number of the line."""
    dated = parse_dated_policy(text)
    lines = _lines(text)
    checks = (_quorum, _operators, _addresses, _kinds, _idle)
    found = {Warned(lines[key], what) for check in checks for key, what in check(dated.policy)}
    return dated, tuple(sorted(found, key=lambda warned: (warned.line, warned.what)))


_Finding = tuple[tuple[str, str], str]


def _lines(text: str) -> dict[tuple[str, str], int]:
    """The line of each log (by its key), witness, group, and of the quorum."""
    found: dict[tuple[str, str], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        # As in `parse_policy`: a name may hold any other white space.
        items = [item for item in line.replace("\t", " ").split(" ") if item]
        if len(items) > 1:
            found[items[0], items[1]] = number
    return found | {("quorum", ""): next(number for (word, _), number in found.items() if word == "quorum")}


def _quorum(policy: Policy) -> Iterator[_Finding]:
    here = ("quorum", "")
    if not policy.logs:
        yield here, "no log is named, so no receipt holds"
    node = tree(policy)
    if node is None:
        yield here, "the quorum is none: nobody but the log says that others see the same"
        return
    if fewest(node) == 1:
        yield (
            here,
            "a single witness is enough: whoever has its key and that of the log can make a second history",
        )
    if collusion(node) == 0:
        yield here, "two quorums need not have a witness in common: a second history needs no bad witness"


def _operators(policy: Policy) -> Iterator[_Finding]:
    owner: dict[str, str] = {}
    for witness in policy.witnesses:
        same = sorted(domain for domain in _domains(witness) if domain in owner)
        if same:
            what = f"the domain {same[0]} is also that of {owner[same[0]]}: one operator should count once"
            yield ("witness", witness.name), what
        owner |= {domain: witness.name for domain in _domains(witness) if domain not in owner}


def _addresses(policy: Policy) -> Iterator[_Finding]:
    for key, url in policy.logs.items():
        if url is None:
            yield ("log", str(key)), "the log has no address, so a monitor does not know where to look"
    for witness in policy.witnesses:
        if witness.url is None:
            yield ("witness", witness.name), "the witness has no address, so no log can ask it from this file"


def _kinds(policy: Policy) -> Iterator[_Finding]:
    for key in policy.logs:
        if key.kind != ED25519:
            yield ("log", str(key)), "a type of key that is not checked for logs: it is not used"
    for witness in policy.witnesses:
        if witness.verifier.kind not in COSIGNERS:
            yield ("witness", witness.name), "a type of key that is not checked: this witness never counts"


def _idle(policy: Policy) -> Iterator[_Finding]:
    node = tree(policy)
    counted = members(node) if node is not None else ()
    for witness in policy.witnesses:
        if witness.name not in counted and policy.quorum != NO_QUORUM:
            yield ("witness", witness.name), "the witness is not part of the quorum, so it never counts"


def _domains(witness: KnownWitness) -> set[str]:
    names = [witness.verifier.name.partition("/")[0].partition(":")[0]]
    if witness.url is not None:
        names.append(_host(witness.url))
    return {_own(name.lower().strip(".")) for name in names if name}


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _own(host: str) -> str:
    """The part of a host name that somebody registered, as far as its labels tell; a number as it is."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit():
        return host
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3 if is_shared else -2 :])
