"""What a quorum tolerates: how many witnesses must collude, how many may be down, which sets make it.

Each name is a member of at most one group, so a quorum is a tree of thresholds in which each witness stands
once, and the numbers add up from the leaves. It knows nothing of operators; that is `lint.py`. Shown right by
`tests/tlog/test_quorum.py`, which tries every set of witnesses.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from amanat.errors import Malformed
from amanat.tlog.policy import NO_QUORUM, Policy

__all__ = ["Threshold", "collusion", "count_sets", "fewest", "may_be_down", "members", "sets", "tree"]

MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Threshold:
    """A witness (no parts), or a group of which at least `needed` parts must have cosigned."""

    name: str
    needed: int = 1
    parts: "tuple[Threshold, ...]" = ()


def tree(policy: Policy) -> Threshold | None:
    """The quorum of a policy, None when it asks for nobody; `Malformed` for groups in groups without end."""
    found = {witness.name: Threshold(witness.name) for witness in policy.witnesses}
    depth = dict.fromkeys(found, 0)
    for group in policy.groups:
        parts = tuple(found[name] for name in group.members)
        depth[group.name] = 1 + max(depth[name] for name in group.members)
        if depth[group.name] > MAX_DEPTH:
            raise Malformed(f"groups in groups, more than {MAX_DEPTH} deep", where="policy")
        found[group.name] = Threshold(group.name, group.threshold, parts)
    return None if policy.quorum == NO_QUORUM else found[policy.quorum]


def members(node: Threshold) -> tuple[str, ...]:
    """The witnesses that count, in order."""
    if not node.parts:
        return (node.name,)
    return tuple(name for part in node.parts for name in members(part))


def fewest(node: Threshold) -> int:
    """How many witnesses the smallest set has that makes the quorum."""
    return sum(sorted(map(fewest, node.parts))[: node.needed]) if node.parts else 1


def may_be_down(node: Threshold) -> int:
    """How many witnesses, whichever they are, may be silent with the quorum still made."""
    return _blocking(node) - 1


def collusion(node: Threshold) -> int:
    """How many witnesses must cosign two histories so that each has a quorum; 0 when quorums may be apart."""
    if not node.parts:
        return 1
    # Two sets of k out of n have at least 2k - n parts in common; whoever attacks chooses the cheapest.
    common = max(0, 2 * node.needed - len(node.parts))
    return sum(sorted(map(collusion, node.parts))[:common])


def count_sets(node: Threshold) -> int:
    """How many smallest-possible sets there are, of which no witness can be left out."""
    if not node.parts:
        return 1
    # The coefficients of the product of (1 + count·x) over the parts.
    ways = [1]
    for count in map(count_sets, node.parts):
        ways = [more + count * less for more, less in zip([*ways, 0], [0, *ways], strict=True)]
    return ways[node.needed]


def sets(node: Threshold) -> Iterator[tuple[str, ...]]:
    """Each set of which no witness can be left out; there may be very many."""
    if not node.parts:
        yield (node.name,)
    for chosen in combinations(node.parts, node.needed) if node.parts else ():
        for choice in product(*map(sets, chosen)):
            yield tuple(name for part in choice for name in part)


def _blocking(node: Threshold) -> int:
    """How many witnesses can prevent the quorum by their silence."""
    if not node.parts:
        return 1
    return sum(sorted(map(_blocking, node.parts))[: len(node.parts) - node.needed + 1])
