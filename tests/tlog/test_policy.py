"""A policy is read as specified, and its quorum counts each key once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.errors import Malformed, Unverified
from amanat.tlog.note import COSIGNATURE, ED25519, MLDSA, Verifier
from amanat.tlog.policy import Group, KnownWitness, format_policy, parse_policy
from tlog.makers import EAST, LOG, NORTH, ORIGIN, SOUTH, WEST, signer

WITNESSES = "".join(
    f"witness {name} {key.verifier}\n" for name, key in zip("nsew", (NORTH, SOUTH, EAST, WEST), strict=True)
)
HEAD = f"log {LOG.verifier} https://amanat.example/log\n{WITNESSES}"
THREE_OF_FOUR = f"{HEAD}group all-four 3 n s e w\nquorum all-four\n"


def test_a_policy_is_read_as_specified():
    policy = parse_policy(THREE_OF_FOUR)
    assert policy.logs == {LOG.verifier: "https://amanat.example/log"}
    assert LOG.verifier in policy.logs
    assert policy.log(ORIGIN) == LOG.verifier
    assert policy.witnesses[0] == KnownWitness("n", NORTH.verifier)
    assert policy.groups == (Group("all-four", 3, ("n", "s", "e", "w")),)
    assert policy.quorum == "all-four"
    assert format_policy(policy) == THREE_OF_FOUR


def test_white_space_comments_and_empty_lines_mean_nothing():
    noisy = "\t# a comment\n\n" + THREE_OF_FOUR.replace(" ", " \t ").replace("\n", "  \n") + "#end"
    assert parse_policy(noisy) == parse_policy(THREE_OF_FOUR)


@pytest.mark.parametrize(
    ("names", "enough"),
    [("", False), ("ns", False), ("nse", True), ("nsew", True), ("xyz", False), ("nsx", False)],
)
def test_three_of_four_need_three(names, enough):
    assert parse_policy(THREE_OF_FOUR).satisfied(set(names)) is enough


def test_groups_of_groups_any_all_and_single_witnesses():
    nested = parse_policy(
        f"{HEAD}group one any n s\ngroup two all e w\ngroup both all one two\nquorum both\n"
    )
    assert nested.satisfied({"n", "e", "w"})
    assert not nested.satisfied({"n", "s", "e"})
    assert not nested.satisfied({"both", "one", "two"})
    assert parse_policy(f"{HEAD}quorum s\n").satisfied({"s"})
    assert not parse_policy(f"{HEAD}quorum s\n").satisfied({"n", "e", "w"})


def test_a_witness_may_have_either_type_of_key_and_not_both_at_once():
    pq = signer("north.example", MLDSA).verifier
    own = signer("post-quantum.example", MLDSA).verifier
    policy = parse_policy(f"{HEAD}witness p {own}\ngroup g 2 n p\nquorum g\n")
    assert policy.witnesses[-1].verifier == own
    assert policy.satisfied({"n", "p"})
    with pytest.raises(Malformed, match="line 6: a second key of the same witness"):
        parse_policy(f"{HEAD}witness p {pq}\nquorum n\n")


def test_quorum_none_asks_for_nobody():
    assert parse_policy("quorum none\n").satisfied(set())


def test_a_deep_chain_of_groups_is_no_burden():
    chain = "".join(f"group g{index} 1 {'n' if index == 0 else f'g{index - 1}'}\n" for index in range(5000))
    assert parse_policy(f"{HEAD}{chain}quorum g4999\n").satisfied({"n"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        HEAD,
        f"{HEAD}quorum n\nquorum s\n",
        f"{HEAD}quorum x\n",
        f"{HEAD}quorum n s\n",
        f"{HEAD}quorum n # a comment\n",
        f"quorum n\n{HEAD}",
        f"{HEAD}group g 2 n x\nquorum g\n",
        f"{HEAD}group g 2 n n\nquorum g\n",
        f"{HEAD}group g 0 n s\nquorum g\n",
        f"{HEAD}group g 3 n s\nquorum g\n",
        f"{HEAD}group g 02 n s\nquorum g\n",
        f"{HEAD}group g ٢ n s\nquorum g\n",
        f"{HEAD}group g any\nquorum g\n",
        f"{HEAD}group g any n\ngroup h any n\nquorum h\n",
        f"{HEAD}group g any g\nquorum g\n",
        f"{HEAD}group n any s\nquorum n\n",
        f"{HEAD}group g any none\nquorum g\n",
        f"{HEAD}group none any n\nquorum none\n",
        f"{HEAD}witness none {signer('x', COSIGNATURE).verifier}\nquorum none\n",
        f"{HEAD}witness n {signer('x', COSIGNATURE).verifier}\nquorum none\n",
        f"{HEAD}mirror {LOG.verifier}\nquorum none\n",
        f"log {LOG.verifier} a b\nquorum none\n",
        f"log {NORTH.verifier}\nquorum none\n",
        f"witness x {LOG.verifier}\nquorum none\n",
        f"{HEAD}\x0bquorum none\n",
        f"{HEAD}quorum none\r\n",
        f"{HEAD}quorum\u00a0none\n",
    ],
)
def test_what_is_not_a_policy_is_malformed(text):
    with pytest.raises(Malformed):
        parse_policy(text)


def test_one_public_key_counts_once_whatever_it_is_called():
    again = Verifier("other.example", COSIGNATURE, NORTH.verifier.public)
    own = Verifier("own.example", COSIGNATURE, LOG.verifier.public)
    other_log = Verifier("other.example/log", ED25519, LOG.verifier.public)
    for line in (f"witness x {again}", f"witness x {own}", f"log {other_log}", f"log {LOG.verifier}"):
        with pytest.raises(Malformed, match="twice"):
            parse_policy(f"{HEAD}{line}\nquorum none\n")


def test_a_mistake_is_named_by_its_line():
    with pytest.raises(Malformed, match="policy, line 6"):
        parse_policy(f"{HEAD}nonsense\n")


def test_keys_of_other_types_are_kept_and_are_nobodys_log():
    later = Verifier(ORIGIN, 0x07, bytes(range(200)))
    witness = Verifier("later.example", 0x07, bytes(range(1, 200)))
    policy = parse_policy(f"log {later}\nwitness x {witness} http://later.example\nquorum x\n")
    assert policy.witnesses == (KnownWitness("x", witness, "http://later.example"),)
    assert policy.logs_of(ORIGIN) == ()


def test_an_unknown_log_is_unverified():
    with pytest.raises(Unverified):
        parse_policy(THREE_OF_FOUR).log("dan.example/log")


def test_as_many_as_the_specification_wishes_are_read():
    keys = "".join(
        f"log {signer(f'log{n}').verifier}\nwitness w{n} {signer(f'w{n}', COSIGNATURE).verifier}\n"
        for n in range(40)
    )
    groups = "".join(f"group g{n} 1 w{n}\n" for n in range(40))
    policy = parse_policy(f"{keys}{groups}quorum g39\n")
    assert (len(policy.logs), len(policy.witnesses), len(policy.groups)) == (40, 40, 40)


WORDS = st.sampled_from(
    [
        "log",
        "witness",
        "group",
        "quorum",
        "n",
        "s",
        "g",
        "h",
        "none",
        "any",
        "all",
        "1",
        "2",
        "#",
        str(LOG.verifier),
        str(NORTH.verifier),
        str(SOUTH.verifier),
    ]
)
LINES = st.lists(st.lists(WORDS, max_size=5).map(" ".join), max_size=6).map("\n".join)
VALID = st.builds(
    lambda kinds, k, url: "\n".join(
        [f"log {LOG.verifier}{url}", WITNESSES, f"group g {min(k, len(kinds))} {' '.join(kinds)}", "quorum g"]
    ),
    st.lists(st.sampled_from("nsew"), min_size=1, unique=True),
    st.integers(1, 4),
    st.sampled_from(["", " https://amanat.example", " ہ"]),
)


@given(st.text() | LINES | VALID)
def test_any_text_is_a_policy_that_its_canonical_form_gives_again_or_malformed(text):
    try:
        policy = parse_policy(text)
    except Malformed:
        return
    canonical = format_policy(policy)
    assert parse_policy(canonical) == policy
    assert format_policy(parse_policy(canonical)) == canonical


@given(VALID)
def test_valid_policies_are_read(text):
    assert parse_policy(text).quorum == "g"
