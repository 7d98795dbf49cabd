"""What a policy tolerates is told in words, with the right numbers."""

from amanat.tlog.explain import explain
from amanat.tlog.window import parse_dated_policy
from tlog.makers import EAST, LOG, NORTH, ORIGIN, SOUTH, WEST, signer

KEYS = {"n": NORTH, "s": SOUTH, "e": EAST, "w": WEST}
HEAD = f"log {LOG.verifier}\n" + "".join(f"witness {name} {key.verifier}\n" for name, key in KEYS.items())


def told(groups: str, head: str = HEAD) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    last = ""
    for heading, sentence in explain(parse_dated_policy(f"{head}{groups}")):
        last = heading or last
        found.setdefault(last, []).append(sentence)
    return found


def test_three_of_four_tolerates_one():
    found = told("group g 3 n s e w\nquorum g\n")
    assert found["Logs"] == [ORIGIN]
    assert found["Quorum"] == ["any 3 of n, s, e, w"]
    assert found["Enough"] == ["n + s + e", "n + s + w", "n + e + w", "s + e + w"]
    assert "at least 2 of the witnesses must collude" in found["To deceive"][0]
    assert found["May be down"] == ["any 1 of the 4"]
    assert found["Rule"] == [
        "g, k = 3 of n = 4: k > (n + f) / 2 holds for f up to 1 that are bad, and for no more"
    ]


def test_two_of_four_needs_no_bad_witness_and_all_of_four_lets_nobody_be_down():
    found = told("group g 2 n s e w\nquorum g\n")
    assert "two quorums may have no witness in common" in found["To deceive"][0]
    assert "does not hold, not even for f = 0" in found["Rule"][0]
    found = told("group g all n s e w\nquorum g\n")
    assert found["May be down"] == ["nobody"]
    assert "f up to 3" in found["Rule"][0]


def test_the_rule_is_the_inequality():
    names = "nsew"
    for count in range(2, 5):
        for needed in range(1, count + 1):
            rule = told(f"group g {needed} {' '.join(names[:count])}\nquorum g\n")["Rule"][0]
            holding = [f for f in range(count + 1) if needed > (count + f) / 2]
            assert (f"f up to {holding[-1]} " if holding else "does not hold") in rule


def test_groups_in_groups_are_told_from_the_outside_in():
    found = told("group x any n s\ngroup y 1 e\ngroup z all x y\nquorum z\n")
    assert found["Quorum"] == ["all of (any 1 of n, s), (e)"]
    assert found["Enough"] == ["n + e", "s + e"]
    assert "at least 1 of the witnesses must" in found["To deceive"][0]


def test_a_single_witness_none_and_a_window():
    assert told("quorum n\n")["Quorum"] == ["n"]
    found = told("quorum none\n", "# valid-until: 2026-01-01T00:00:00Z\n")
    assert found == {
        "Logs": ["none"],
        "Witnesses": ["0"],
        "Is for": ["ever until 2026-01-01T00:00:00Z"],
        "Quorum": ["none: no witness is needed"],
    }


def test_very_many_sets_are_counted_and_not_listed():
    names = [f"w{number}" for number in range(32)]
    lines = "".join(f"witness {name} {signer(name, 4).verifier}\n" for name in names)
    found = told(f"group g 17 {' '.join(names)}\nquorum g\n", lines)
    assert found["Enough"] == ["565722720 sets of witnesses; the smallest has 17 of 32"]
