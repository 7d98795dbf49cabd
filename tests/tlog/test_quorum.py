"""The numbers of a quorum are those that trying every set of witnesses gives."""

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amanat.errors import Malformed
from amanat.tlog.note import COSIGNATURE
from amanat.tlog.policy import Policy, parse_policy
from amanat.tlog.quorum import collusion, count_sets, fewest, may_be_down, members, sets, tree
from tlog.makers import LOG, signer

NAMES = "abcdefz"
KEYS = {name: signer(f"{name}.example", COSIGNATURE).verifier for name in NAMES}


def policy(groups: str, count: int = 7) -> Policy:
    witnesses = "".join(f"witness {name} {KEYS[name]}\n" for name in NAMES[:count])
    return parse_policy(f"log {LOG.verifier}\n{witnesses}{groups}")


def quorums(found: Policy) -> list[frozenset[str]]:
    """Every set of witnesses that makes the quorum, by trying all."""
    names = [witness.name for witness in found.witnesses]
    every = chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))
    return [frozenset(some) for some in every if found.satisfied(some)]


def check(found: Policy) -> None:
    node = tree(found)
    assert node is not None
    making = quorums(found)
    smallest = {some for some in making if not any(other < some for other in making)}
    names = {witness.name for witness in found.witnesses}
    assert fewest(node) == min(map(len, making))
    assert collusion(node) == min(len(one & two) for one in smallest for two in smallest)
    assert {frozenset(some) for some in sets(node)} == smallest
    assert count_sets(node) == len(smallest) == len(list(sets(node)))
    silent = [names - some for some in map(frozenset, _subsets(names)) if not found.satisfied(some)]
    assert may_be_down(node) == min(map(len, silent)) - 1


def _subsets(names: set[str]) -> list[tuple[str, ...]]:
    return [some for size in range(len(names) + 1) for some in combinations(sorted(names), size)]


@pytest.mark.parametrize("count", range(1, 8))
def test_every_k_of_n_up_to_seven(count):
    for needed in range(1, count + 1):
        found = policy(f"group g {needed} {' '.join(NAMES[:count])}\nquorum g\n", count)
        check(found)
        node = tree(found)
        assert node is not None
        assert (collusion(node), may_be_down(node)) == (max(0, 2 * needed - count), count - needed)


@pytest.mark.parametrize(
    "groups",
    [
        "quorum a\n",
        "group g 2 a b c\ngroup h any d e f\ngroup i all g h\nquorum i\n",
        "group g any a b\ngroup h any c d\ngroup i all g h\nquorum i\n",
        "group g all a b c d\ngroup h 2 g e f\nquorum h\n",
        "group g 2 a b c\ngroup h 2 d e f\ngroup i any g h\nquorum i\n",
        "group g 1 a\ngroup h 1 g\ngroup i 2 h b c\nquorum i\n",
    ],
)
def test_groups_of_groups(groups):
    check(policy(groups))


@st.composite
def nested(draw: st.DrawFn) -> str:
    """Groups over the seven witnesses, each name used once."""
    free, lines = list(NAMES), []
    for number in range(draw(st.integers(1, 4))):
        some = draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique=True))
        needed = draw(st.integers(1, len(some)))
        lines.append(f"group g{number} {needed} {' '.join(some)}\n")
        free = [name for name in free if name not in some] + [f"g{number}"]
    return f"{''.join(lines)}quorum {free[-1]}\n"


@settings(max_examples=60, deadline=None)
@given(nested())
def test_any_tree_of_groups(groups):
    check(policy(groups))


def test_groups_in_groups_without_end_are_refused_and_not_run_into():
    chain_ = "".join(f"group g{n} 1 {'a' if n == 0 else f'g{n - 1}'}\n" for n in range(5000))
    with pytest.raises(Malformed, match="deep"):
        tree(policy(f"{chain_}quorum g4999\n"))


def test_quorum_none_has_no_tree_and_the_witnesses_that_count_are_named_in_order():
    assert tree(policy("quorum none\n")) is None
    node = tree(policy("group g 1 c a\ngroup h 2 g b\nquorum h\n"))
    assert node is not None
    assert members(node) == ("c", "a", "b")
