"""Prints that say nothing are refused with the reason, prints that flood are found, and good ones pass."""

import numpy as np
import pytest

from amanat.fingerprint.value import Prints, parse_hex
from amanat.matching.bands import build
from amanat.matching.screening import floods, reasons
from matching.makers import random_prints, turned


def of_hex(text: str) -> Prints:
    return parse_hex([text])


BAD = {
    "0" * 64: "all bits are zero",
    "f" * 64: "all bits are one",
    "0" * 50 + "f0f0f0f0f0f0f0": "too few or too many bits are one",
    "5" * 64: "it repeats itself",
    "0123456789abcdef" * 4: "it repeats itself",
    "f0" * 32: "it repeats itself",
}


@pytest.mark.parametrize(("text", "reason"), list(BAD.items()))
def test_a_print_that_says_nothing_is_refused_with_the_reason(text, reason):
    assert reasons(of_hex(text)) == [reason]


def test_long_runs_and_few_digits_are_refused_too():
    chance = np.random.default_rng(3)
    runs = np.packbits(np.cumsum(chance.random(256) < 0.06) % 2).tobytes().hex()
    assert reasons(of_hex(runs)) == ["it repeats itself"]
    digits = "".join(chance.choice(list("3ac"), 64))
    assert reasons(of_hex(digits)) == ["too few different digits"]


def test_a_repeating_print_with_some_bits_turned_is_still_refused():
    assert reasons(turned(of_hex("0123456789abcdef" * 4), 6)) == ["it repeats itself"]


def test_prints_as_chance_makes_them_pass():
    assert reasons(random_prints(20_000)) == [None] * 20_000
    assert reasons(random_prints(0)) == []


def test_a_print_that_matches_more_than_its_share_of_benign_ones_floods():
    benign = random_prints(5_000)
    benign[:6] = turned(np.repeat(benign[:1], 6, axis=0), 9)
    benign[6:11] = turned(np.repeat(benign[6:7], 5, axis=0), 9)
    found = floods(benign[[0, 6, 100]], build(benign), share=0.001)
    assert found.tolist() == [True, False, False]
    assert floods(benign[:3], build(random_prints(0))).tolist() == [False] * 3
