"""`amanat policy` tells what a policy tolerates, and gives it a fingerprint that two people can compare."""

import json

import pytest

from amanat.cli.main import main
from amanat.sealing.words import from_words
from amanat.tlog.fingerprint import fingerprint
from amanat.tlog.window import parse_dated_policy
from receipt_makers import policy_text

GOOD = "".join(
    f"{line} https://{line.split()[-1].split('+')[0].partition('/')[0]}/\n"
    if line.startswith(("log", "witness"))
    else f"{line}\n"
    for line in policy_text().splitlines()
)


@pytest.fixture
def amanat_policy(tmp_path, capsys):
    """Run `amanat policy VERB` on a text; the exit code, standard output and standard error."""

    def run(verb: str, policy: str, *more: str) -> tuple[int, str, str]:
        (tmp_path / "amna.txt").write_bytes(policy.encode("utf-8", "surrogateescape"))
        code = main(["policy", verb, str(tmp_path / "amna.txt"), *more])
        return code, *capsys.readouterr()

    return run


def test_lint_explains_and_ends_with_0(amanat_policy):
    code, told, errors = amanat_policy("lint", GOOD, "--strict")
    assert (code, errors) == (0, "")
    for part in (
        "Quorum:      any 3 of w1, w2, w3, w4\n",
        "Enough:      w1 + w2 + w3\n             w1 + w2 + w4\n",
    ):
        assert part in told
    assert told.endswith("no warnings\n")


def test_warnings_carry_their_line_and_end_with_3_only_when_strict(amanat_policy):
    for more, wanted in (((), 0), (("--strict",), 3)):
        code, told, _ = amanat_policy("lint", policy_text(), *more)
        assert code == wanted
        assert "Warning, line 1: the log has no address" in told
        assert told.endswith("5 warnings\n")
    assert amanat_policy("lint", f"{GOOD.split('group')[0]}quorum none\n")[1].endswith("1 warning\n")


@pytest.mark.parametrize("verb", ["lint", "fingerprint"])
def test_what_is_not_a_policy_ends_with_65_and_what_is_not_there_with_66(
    amanat_policy, capsys, verb, tmp_path
):
    code, told, errors = amanat_policy(verb, f"{GOOD}nonsense\n")
    assert (code, told) == (65, "")
    assert errors == "amanat: policy, line 8: not a log, witness, group or quorum line\n"
    assert amanat_policy(verb, "\udcff")[0] == 65
    assert main(["policy", verb, str(tmp_path / "missing-amna")]) == 66
    assert "amna" not in capsys.readouterr().err.replace("amanat", "")


def test_the_words_are_the_first_half_of_the_fingerprint(amanat_policy):
    code, told, _ = amanat_policy("fingerprint", GOOD)
    words, digest = told.splitlines()
    assert code == 0
    assert bytes.fromhex(digest) == fingerprint(parse_dated_policy(GOOD))
    assert from_words(words) == bytes.fromhex(digest)[:16]


def test_files_that_mean_the_same_have_the_same_words_and_no_others_do(amanat_policy):
    told = amanat_policy("fingerprint", GOOD)[1]
    lines = GOOD.splitlines(keepends=True)
    assert amanat_policy("fingerprint", "".join(["# mine\n", *reversed(lines[:5]), *lines[5:]]))[1] == told
    assert amanat_policy("fingerprint", GOOD.replace("most 3", "most 2"))[1] != told
    assert amanat_policy("fingerprint", f"# valid-until: 2026-01-01T00:00:00Z\n{GOOD}")[1] != told


def test_names_cannot_write_over_the_answer(amanat_policy):
    _, told, _ = amanat_policy("lint", GOOD.replace("w1", "w\u202e\u2066"))
    assert "\u202e" not in told
    assert json.dumps("\u202e")[1:-1] in told
