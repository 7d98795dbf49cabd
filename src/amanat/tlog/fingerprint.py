"""A policy in 32 bytes, the same for two files that mean the same.

SHA-256 of the canonical form: the window's lines, then `format_policy` with logs by key, witnesses and
members by name, and groups by name as far as their order is free. Comments, white space and the order of
lines do not count; names, addresses and the window do. Shown right by `tests/tlog/test_fingerprint.py`.
"""

import heapq
from dataclasses import replace
from hashlib import sha256

from amanat.tlog.policy import Group, Policy, format_policy
from amanat.tlog.window import DatedPolicy, format_window

__all__ = ["canonical_form", "fingerprint"]


def fingerprint(dated: DatedPolicy) -> bytes:
    """The 32 bytes."""
    return sha256(canonical_form(dated).encode()).digest()


def canonical_form(dated: DatedPolicy) -> str:
    """The file that stands for all that mean the same; it is read back as a policy that means the same."""
    return format_window(dated.window) + format_policy(_ordered(dated.policy))


def _ordered(policy: Policy) -> Policy:
    return Policy(
        dict(sorted(policy.logs.items(), key=lambda item: str(item[0]))),
        tuple(sorted(policy.witnesses, key=lambda witness: witness.name)),
        _ordered_groups(policy.groups),
        policy.quorum,
    )


def _ordered_groups(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """By name, except that a group comes after its members."""
    sorted_groups = {group.name: replace(group, members=tuple(sorted(group.members))) for group in groups}
    holder = {name: group.name for group in groups for name in group.members}
    waits = {group.name: sum(name in sorted_groups for name in group.members) for group in groups}
    ready = [name for name, count in waits.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        name = heapq.heappop(ready)
        ordered.append(sorted_groups[name])
        above = holder.get(name)
        if above is not None:
            waits[above] -= 1
            if waits[above] == 0:
                heapq.heappush(ready, above)
    return tuple(ordered)
