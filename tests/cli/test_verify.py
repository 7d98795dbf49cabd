"""`amanat verify` says in plain words what holds, and ends with the code that scripts rely on."""

import dataclasses
import io
import json
import sys

import pytest

from amanat.cli.main import main
from amanat.tlog.keys import ED25519, Signer
from receipt_makers import ORIGIN, PAYLOAD, Making, policy_text


@pytest.fixture
def amanat_verify(tmp_path, capsys):
    """Run `amanat verify` on a receipt and a policy; the exit code, standard output and standard error."""

    def run(receipt: bytes, *more: str, policy: bytes | None = None) -> tuple[int, str, str]:
        (tmp_path / "amna.tlog-proof").write_bytes(receipt)
        (tmp_path / "policy.txt").write_bytes(policy_text().encode() if policy is None else policy)
        files = [str(tmp_path / "amna.tlog-proof"), "--policy", str(tmp_path / "policy.txt")]
        code = main(["verify", *files, *more])
        return code, *capsys.readouterr()

    return run


def test_a_receipt_of_level_3_is_told_in_words(amanat_verify):
    code, told, errors = amanat_verify(Making().bytes())
    assert (code, errors) == (0, "")
    for part in (
        "This receipt holds. Level 3",
        "amanat.example/log",
        "In the log by:  2026-03-04T12:03:00Z",
        "w1, w2, w3, w4",
        "received",
        "Claimed time:   2026-03-04T12:00:00Z",
        "An invented report. شکریہ 🙏",
        "Nowhere",
    ):
        assert part in told
    assert "nonce" not in told


def test_level_1_tells_no_kind_and_level_2_no_words(amanat_verify):
    _, told, _ = amanat_verify(Making(level=1).bytes())
    assert "Level 1" in told
    assert "Kind" not in told
    _, told, _ = amanat_verify(Making(level=2, seq=1).bytes())
    assert "acknowledged" in told
    assert "Due:            2026-04-04T12:00:00Z" in told
    assert "invented" not in told


def test_level_4_needs_the_challenge_that_was_asked(amanat_verify):
    making = Making(level=4)
    code, told, _ = amanat_verify(making.bytes(), "--challenge", making.challenge)
    assert code == 0
    assert making.challenge in told
    code, told, errors = amanat_verify(making.bytes(), "--challenge", "Another")
    assert (code, told) == (3, "")
    assert "challenge" in errors


def test_json_says_the_same_for_programs(amanat_verify):
    code, told, _ = amanat_verify(Making().bytes(), "--json")
    value = json.loads(told)
    assert code == 0
    assert (value["ok"], value["level"], value["log"]) == (True, 3, "amanat.example/log")
    assert value["in_log_by"] == "2026-03-04T12:03:00Z"
    assert value["payload"] == PAYLOAD
    assert value["header"]["kind"] == "received"


def test_json_also_tells_a_failure(amanat_verify):
    code, told, _ = amanat_verify(Making(times=()).bytes(), "--json")
    assert code == 3
    assert json.loads(told) == {
        "ok": False,
        "error": "unverified",
        "what": "not yet witnessed: the policy's quorum is missing",
    }


def test_a_receipt_that_does_not_hold_ends_with_3(amanat_verify):
    code, told, errors = amanat_verify(Making(times=((1, 1), (2, 2))).bytes())
    assert (code, told) == (3, "")
    assert errors.startswith("amanat: checkpoint: not yet witnessed")


@pytest.mark.parametrize("data", [b"", b"not a receipt", b"c2sp.org/tlog-proof@v1\nindex 0\n\nx\n\n"])
def test_what_is_not_a_receipt_ends_with_65(amanat_verify, data):
    assert amanat_verify(data)[0] == 65


@pytest.mark.parametrize("policy", [b"", b"quorum most\n", b"\xff"])
def test_what_is_not_a_policy_ends_with_65(amanat_verify, policy):
    code, _, errors = amanat_verify(Making().bytes(), policy=policy)
    assert code == 65
    assert "policy" in errors


def test_a_missing_file_ends_with_66_and_its_name_is_not_repeated(tmp_path, capsys):
    (tmp_path / "policy.txt").write_text(policy_text())
    missing = str(tmp_path / "report-of-amna")
    assert main(["verify", missing, "--policy", str(tmp_path / "policy.txt")]) == 66
    assert main(["verify", str(tmp_path / "policy.txt"), "--policy", missing]) == 66
    told = "".join(capsys.readouterr())
    assert "amna" not in told
    assert "no such file" in told


def test_a_folder_is_not_a_receipt(tmp_path):
    assert main(["verify", str(tmp_path), "--policy", str(tmp_path)]) == 66


def test_words_cannot_write_over_the_verdict(amanat_verify):
    nasty = {**PAYLOAD, "text": "fine\x1b[2J\u202egnp.exe\u0085 زمین\u200cدار"}
    code, told, _ = amanat_verify(Making(payload=nasty).bytes())
    assert code == 0
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "\\u{1b}[2J" in told
    assert "زمین\u200cدار" in told


def test_a_claimed_time_far_from_the_proved_one_is_flagged(amanat_verify):
    late = tuple((number, time + 90_000) for number, time in Making().times)
    assert "Careful" in amanat_verify(dataclasses.replace(Making(), times=late).bytes())[1]
    assert "Careful" not in amanat_verify(Making().bytes())[1]


def test_a_terminal_without_unicode_still_gets_an_answer(amanat_verify, monkeypatch):
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    code, _, _ = amanat_verify(Making().bytes())
    narrow.seek(0)
    assert code == 0
    assert "An invented report." in narrow.read()


def test_a_policy_without_a_quorum_is_told_so(amanat_verify):
    code, told, _ = amanat_verify(Making().bytes(), policy=policy_text(threshold=0).encode())
    assert code == 0
    assert "not bounded" in told


def old_policy() -> str:
    return policy_text(log=Signer(ORIGIN, ED25519, b"\x66" * 32))


def test_of_several_policies_it_says_which_one_holds(amanat_verify, tmp_path):
    (tmp_path / "new.txt").write_text(policy_text())
    more = ("--policy", str(tmp_path / "new.txt"))
    code, told, _ = amanat_verify(Making().bytes(), *more, policy=old_policy().encode())
    assert code == 0
    assert "Policy:         the one given as number 2 of 2" in told
    _, told, _ = amanat_verify(Making().bytes(), *more, "--json", policy=old_policy().encode())
    assert json.loads(told)["policy"] == 2
    _, told, _ = amanat_verify(Making().bytes())
    assert "Policy:" not in told


def test_under_none_of_several_policies_each_reason_is_told(amanat_verify, tmp_path):
    (tmp_path / "amna.txt").write_text(policy_text(threshold=4))
    more = ("--policy", str(tmp_path / "amna.txt"))
    code, told, errors = amanat_verify(Making(times=()).bytes(), *more, policy=old_policy().encode())
    assert (code, told) == (3, "")
    assert "none of the 2 policies" in errors
    assert "Policy 1: checkpoint: the log did not sign it" in errors
    assert "Policy 2: checkpoint: not yet witnessed" in errors
    assert "amna" not in errors.replace("amanat", "")
    (tmp_path / "amna.txt").write_text("quorum x\n")
    code, _, errors = amanat_verify(Making().bytes(), *more)
    assert (code, errors) == (65, "amanat: policy 2, line 1: a quorum that is not defined above\n")


def test_a_policy_for_another_time_does_not_vouch_and_the_time_is_told(amanat_verify):
    own = f"# valid-from: 2026-01-01T00:00:00Z\n{policy_text()}"
    code, told, _ = amanat_verify(Making().bytes(), policy=own.encode())
    assert code == 0
    assert "Policy is for:  2026-01-01T00:00:00Z until further notice" in told
    ended = f"# valid-until: 2026-01-01T00:00:00Z\n{policy_text()}"
    code, told, errors = amanat_verify(Making().bytes(), policy=ended.encode())
    assert (code, told) == (3, "")
    assert "policy: the policy is for another time\nIt was in the log by 2026-03-04T12:03:00Z" in errors
    wrong = f"# valid-until: soon\n{policy_text()}"
    assert amanat_verify(Making().bytes(), policy=wrong.encode())[0] == 65
