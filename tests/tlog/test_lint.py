"""Whatever deserves a second look in a policy is told with its line, and what does not is not."""

import pytest

from amanat.errors import Malformed
from amanat.tlog.lint import lint
from amanat.tlog.note import COSIGNATURE, MLDSA, Verifier
from tlog.makers import LOG, ORIGIN, signer

NAMES = ("north.example", "south.example.org", "east.example.org.pk", "west.other.org.pk")
HEAD = f"# for people\nlog {LOG.verifier} https://amanat.example/log\n\n"
THREE_OF_FOUR = "group g 3 a b c d\nquorum g\n"


def witnesses(*names: str, url: str = "https://{}/", kind: int = COSIGNATURE) -> str:
    """Lines from the fourth on, for witnesses a, b, c … with keys of these names."""
    return "".join(
        f"witness {short} {signer(name, kind).verifier} {url.format(name)}".rstrip() + "\n"
        for short, name in zip("abcd", names, strict=False)
    )


def warned(text: str) -> list[tuple[int, str]]:
    return [(item.line, item.what) for item in lint(text)[1]]


def test_three_of_four_operators_with_addresses_deserve_no_warning():
    assert warned(HEAD + witnesses(*NAMES) + THREE_OF_FOUR) == []
    assert warned(HEAD + witnesses(*NAMES, kind=MLDSA) + THREE_OF_FOUR) == []


def only(text: str, line: int, words: str) -> None:
    found = warned(text)
    assert [(number, words in what) for number, what in found] == [(line, True)], found


def test_a_quorum_of_none():
    only(f"{HEAD}quorum none\n", 4, "the quorum is none")


def test_a_single_witness():
    only(f"{HEAD}{witnesses(NAMES[0])}quorum a\n", 5, "a single witness is enough")
    any_of = warned(f"{HEAD}{witnesses(*NAMES)}group g any a b c d\nquorum g\n")
    assert [line for line, _ in any_of] == [9, 9]
    assert any("single" in what for _, what in any_of)


def test_two_quorums_without_a_common_witness():
    only(f"{HEAD}{witnesses(*NAMES)}group g 2 a b c d\nquorum g\n", 9, "need not have a witness in common")


@pytest.mark.parametrize(
    ("names", "url"),
    [
        (("w1.example.org", "w2.example.org"), "https://{}/"),
        (("example.org/w1", "EXAMPLE.org:8443/w2"), ""),
        (("w1.example.org.pk", "w2.example.org.pk"), "https://{}/"),
        (("one.example", "two.example"), "https://host.example.net/{}"),
    ],
)
def test_the_same_operators_domain_twice(names, url):
    text = HEAD + witnesses(*names, url=url) + "group g all a b\nquorum g\n"
    found = [(line, what) for line, what in warned(text) if "domain" in what]
    assert len(found) == 1
    assert found[0][0] == 5
    assert "that of a" in found[0][1]


def test_numbers_and_countries_are_not_taken_for_domains():
    for names in (("10.0.0.1", "10.1.0.1"), ("one.org.pk", "two.org.pk"), ("a.example", "b.other")):
        text = HEAD + witnesses(*names) + "group g all a b\nquorum g\n"
        assert warned(text) == [], names


def test_witnesses_and_logs_without_an_address():
    text = HEAD + witnesses(*NAMES[:2], url="") + witnesses(*NAMES).split("\n", 2)[2] + THREE_OF_FOUR
    assert [(line, "no address" in what) for line, what in warned(text)] == [(4, True), (5, True)]
    only(HEAD.replace(" https://amanat.example/log", "") + witnesses(*NAMES) + THREE_OF_FOUR, 2, "no address")


def test_a_witness_that_does_not_count_and_keys_that_are_not_checked():
    only(HEAD + witnesses(*NAMES) + "group g all a b c\nquorum g\n", 7, "never counts")
    later = Verifier("later.example.net", 0x07, bytes(9))
    text = HEAD + witnesses(*NAMES[:3]) + f"witness d {later} https://later.example.net/\n" + THREE_OF_FOUR
    only(text, 7, "a type of key that is not checked")
    odd_log = f"log {Verifier(ORIGIN, MLDSA, signer('x', MLDSA).verifier.public)} https://amanat.example/\n"
    only(odd_log + HEAD + witnesses(*NAMES) + THREE_OF_FOUR, 1, "not checked for logs")
    only(witnesses(*NAMES) + THREE_OF_FOUR, 6, "no log is named")


def test_what_is_not_a_policy_is_malformed_with_its_line():
    for text, line in ((f"{HEAD}nonsense\n", 4), (f"{HEAD}# valid-until: soon\nquorum none\n", 4)):
        with pytest.raises(Malformed) as found:
            lint(text)
        assert found.value.where == f"policy, line {line}"


def test_names_with_odd_white_space_have_their_lines_too():
    text = HEAD + witnesses(*NAMES, url="").replace("witness a ", "witness\ta\u2003b ") + "quorum a\u2003b\n"
    assert {line for line, _ in warned(text)} == {4, 5, 6, 7, 8}
