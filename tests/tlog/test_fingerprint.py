"""A fingerprint is the same for all files that mean the same, and for no others."""

import random
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amanat.tlog.fingerprint import canonical_form, fingerprint
from amanat.tlog.window import parse_dated_policy
from tlog.makers import EAST, LOG, NORTH, SOUTH, WEST, signer

OTHER = signer("other.example/log").verifier
LOGS = [f"log {LOG.verifier} https://amanat.example/log", f"log {OTHER}"]
WITNESSES = [
    f"witness {name} {key.verifier}" for name, key in zip("nsew", (NORTH, SOUTH, EAST, WEST), strict=True)
]
GROUPS = ["group z 2 n s", "group b any e w", "group a all z b"]
WINDOW = "# valid-from: 2026-01-01T00:00:00Z\n"
POLICY = "\n".join([*LOGS, *WITNESSES, *GROUPS, "quorum a", ""])


def of(text: str) -> str:
    return fingerprint(parse_dated_policy(text)).hex()


def test_it_is_the_hash_of_the_canonical_form_which_is_a_policy_itself():
    form = canonical_form(parse_dated_policy(WINDOW + POLICY))
    assert form.startswith(WINDOW)
    assert of(WINDOW + POLICY) == sha256(form.encode()).hexdigest() == of(form)
    assert canonical_form(parse_dated_policy(form)) == form


@given(st.randoms(use_true_random=False))
def test_order_white_space_and_comments_do_not_count(chance: random.Random):
    logs, witnesses = LOGS[:], WITNESSES[:]
    chance.shuffle(logs)
    chance.shuffle(witnesses)
    groups = chance.choice([GROUPS, [GROUPS[1], GROUPS[0], GROUPS[2]]])
    lines = [*witnesses, *logs, *groups, "quorum a"]
    lines = [line.replace(" ", chance.choice([" ", "\t", "  "])) for line in lines]
    for _ in range(3):
        lines.insert(chance.randrange(len(lines)), chance.choice(["", "# a comment", " \t"]))
    assert of("\n".join(lines)) == of(POLICY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("group z 2 n s", "group z all s n"),
        ("group a all z b", "group a 2 b z"),
        ("group b any e w", "group b 1 w e"),
    ],
)
def test_other_words_for_the_same_group_do_not_count(old, new):
    assert of(POLICY.replace(old, new)) == of(POLICY)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("group z 2 n s", "group z any n s"),
        ("quorum a", "quorum z"),
        ("https://amanat.example/log", "https://amanat.example/other"),
        (f" {NORTH.verifier}", f" {signer('dan.example', 4).verifier}"),
        (LOGS[1] + "\n", ""),
        (POLICY, WINDOW + POLICY),
        (POLICY, "# valid-until: 2026-01-01T00:00:00Z\n" + POLICY),
    ],
)
def test_what_means_something_else_has_another_fingerprint(old, new):
    assert old in POLICY
    assert of(POLICY.replace(old, new)) != of(POLICY)
