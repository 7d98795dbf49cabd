"""Trust policies: C2SP tlog-policy. Which logs and witnesses are known, and which witnesses make a quorum.

The only place keys are taken from. White space and comments of a policy file mean nothing and are not kept,
so `format_policy` writes the canonical form. Checking a checkpoint against a policy is in `trust.py`. Shown
right by `tests/tlog/test_policy.py`.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from amanat.errors import Malformed, Unverified
from amanat.strict import parse_decimal
from amanat.tlog.note import COSIGNATURE, ED25519, Verifier, parse_verifier

__all__ = ["NO_QUORUM", "Group", "KnownWitness", "Policy", "format_policy", "parse_policy"]

NO_QUORUM = "none"


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness: its name in the policy (not that of its key), its key, and where to submit to it."""

    name: str
    verifier: Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group that counts as cosigned when at least `threshold` of its members have."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """The known logs with their addresses, the witnesses, the groups in order, the quorum's name."""

    logs: Mapping[Verifier, str | None]
    witnesses: tuple[KnownWitness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def log(self, origin: str) -> Verifier:
        """The key of the log of this origin; raises `Unverified` when the policy knows no such log."""
        for verifier in self.logs_of(origin):
            return verifier
        raise Unverified("the policy does not know this log", where="checkpoint")

    def logs_of(self, origin: str) -> tuple[Verifier, ...]:
        """All Ed25519 keys of this origin (two while a log changes its key)."""
        return tuple(key for key in self.logs if key.name == origin and key.kind == ED25519)

    def satisfied(self, names: Collection[str]) -> bool:
        """Whether cosignatures by these witnesses, by their names in the policy, make the quorum."""
        if self.quorum == NO_QUORUM:
            return True
        reached = {witness.name for witness in self.witnesses if witness.name in names}
        for group in self.groups:
            if sum(member in reached for member in group.members) >= group.threshold:
                reached.add(group.name)
        return self.quorum in reached


def parse_policy(text: str) -> Policy:
    """A policy file; raises `Malformed` with the number of the line."""
    if any((char < " " and char not in "\t\n") or char == "\x7f" for char in text):
        raise Malformed("a control character", where="policy")
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), start=1):
        # Only space and tab separate, and `#` begins a comment only as the first character of a line.
        items = [item for item in line.replace("\t", " ").split(" ") if item]
        if not items or items[0].startswith("#"):
            continue
        try:
            draft.add(items)
        except Malformed as error:
            raise Malformed(str(error), where=f"policy, line {number}") from error
    if draft.quorum is None:
        raise Malformed("no quorum line", where="policy")
    return Policy(draft.logs, tuple(draft.witnesses), tuple(draft.groups), draft.quorum)


def format_policy(policy: Policy) -> str:
    """The canonical file: logs, witnesses, groups, quorum. `parse_policy` reads the same policy from it."""
    lines = [_line("log", key, url) for key, url in policy.logs.items()]
    lines += [_line("witness", item.name, item.verifier, item.url) for item in policy.witnesses]
    lines += [_line("group", group.name, _threshold(group), *group.members) for group in policy.groups]
    return "".join([*lines, _line("quorum", policy.quorum)])


@dataclass(slots=True)
class _Draft:
    """A policy while its lines are read."""

    logs: dict[Verifier, str | None] = field(default_factory=dict)
    witnesses: list[KnownWitness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: str | None = None
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    witness_names: set[str] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)

    def add(self, items: list[str]) -> None:
        match items:
            case ["log", vkey, *url] if len(url) < 2:
                self.logs[self._key(vkey, unfit=COSIGNATURE)] = url[0] if url else None
            case ["witness", name, vkey, *url] if len(url) < 2:
                self._define(name)
                verifier = self._witness_key(vkey)
                self.witnesses.append(KnownWitness(name, verifier, url[0] if url else None))
            case ["group", name, threshold, _, *_]:
                members = self._members(items[3:])
                self._define(name)
                self.groups.append(Group(name, _parse_threshold(threshold, len(members)), members))
            case ["quorum", name]:
                self._set_quorum(name)
            case _:
                raise Malformed("not a log, witness, group or quorum line")

    def _key(self, vkey: str, *, unfit: int) -> Verifier:
        verifier = parse_verifier(vkey)
        if verifier.kind == unfit:
            raise Malformed("a key of the wrong type for this line")
        # By the public key itself: the same key under two names would count twice.
        if verifier.public in self.keys:
            raise Malformed("the same public key twice")
        self.keys.add(verifier.public)
        return verifier

    def _witness_key(self, vkey: str) -> Verifier:
        verifier = self._key(vkey, unfit=ED25519)
        # A witness may have a key of each type; with both of them in a policy it would count twice.
        if verifier.name in self.witness_names:
            raise Malformed("a second key of the same witness")
        self.witness_names.add(verifier.name)
        return verifier

    def _define(self, name: str) -> None:
        if name == NO_QUORUM or name in self.names:
            raise Malformed("a name that is taken")
        self.names.add(name)

    def _members(self, names: list[str]) -> tuple[str, ...]:
        for name in names:
            if name not in self.names:
                raise Malformed("a member that is not defined above")
            if name in self.members:
                raise Malformed("a member that is in a group already")
            self.members.add(name)
        return tuple(names)

    def _set_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise Malformed("a second quorum line")
        if name != NO_QUORUM and name not in self.names:
            raise Malformed("a quorum that is not defined above")
        self.quorum = name


def _parse_threshold(text: str, count: int) -> int:
    threshold = {"all": count, "any": 1}.get(text) or parse_decimal(text, where="threshold")
    if not 1 <= threshold <= count:
        raise Malformed("a threshold that is not 1 to the number of members")
    return threshold


def _threshold(group: Group) -> str:
    return "all" if group.threshold == len(group.members) else str(group.threshold)


def _line(*items: object) -> str:
    return " ".join(str(item) for item in _present(items)) + "\n"


def _present(items: Iterable[object]) -> Iterable[object]:
    return (item for item in items if item is not None)
