"""A policy in plain words: who makes the quorum, and what it tolerates. The counting is in `quorum.py`.

Names are told as they are; whoever prints them must make them harmless. Shown right by
`tests/tlog/test_explain.py`.
"""

from collections.abc import Iterator

from amanat.strict import format_time
from amanat.tlog.policy import Policy
from amanat.tlog.quorum import Threshold, collusion, count_sets, fewest, may_be_down, members, sets, tree
from amanat.tlog.window import ALWAYS, DatedPolicy, Window

__all__ = ["explain"]

MOST_SETS = 12


def explain(dated: DatedPolicy) -> Iterator[tuple[str, str]]:
    """Pairs of a heading and a sentence; without a heading it belongs to the one before."""
    policy = dated.policy
    yield "Logs", ", ".join(key.name for key in policy.logs) or "none"
    yield "Witnesses", str(len(policy.witnesses))
    if dated.window != ALWAYS:
        yield "Is for", _span(dated.window)
    node = tree(policy)
    if node is None:
        yield "Quorum", "none: no witness is needed"
        return
    yield "Quorum", _described(node)
    yield from _enough(node)
    yield from _tolerance(node)
    yield from _rules(policy)


def _span(window: Window) -> str:
    since = format_time(window.since) if window.since else "ever"
    return f"{since} until {format_time(window.until) if window.until else 'further notice'}"


def _described(node: Threshold) -> str:
    if not node.parts:
        return node.name
    names = ", ".join(f"({_described(part)})" if part.parts else part.name for part in node.parts)
    if len(node.parts) == 1:
        return names
    if node.needed == len(node.parts):
        return f"all of {names}"
    return f"any {node.needed} of {names}"


def _enough(node: Threshold) -> Iterator[tuple[str, str]]:
    count = count_sets(node)
    if count > MOST_SETS:
        yield "Enough", f"{count} sets of witnesses; the smallest has {fewest(node)} of {len(members(node))}"
        return
    for number, chosen in enumerate(sets(node)):
        yield "" if number else "Enough", " + ".join(chosen)


def _tolerance(node: Threshold) -> Iterator[tuple[str, str]]:
    bad, down = collusion(node), may_be_down(node)
    if bad == 0:
        yield "To deceive", "the log alone can show two histories: two quorums may have no witness in common"
    else:
        yield "To deceive", f"the log and at least {bad} of the witnesses must collude for a second history"
    yield "May be down", f"any {down} of the {len(members(node))}" if down else "nobody"


def _rules(policy: Policy) -> Iterator[tuple[str, str]]:
    """For each k of n whether k > (n + f) / 2, that is f < 2k - n, and for which f."""
    for group in policy.groups:
        k, n = group.threshold, len(group.members)
        if n == 1:
            continue
        most = 2 * k - n - 1
        if most < 0:
            told = "k > (n + f) / 2 does not hold, not even for f = 0"
        else:
            told = f"k > (n + f) / 2 holds for f up to {most} that are bad, and for no more"
        yield "Rule", f"{group.name}, k = {k} of n = {n}: {told}"
