"""Every attack of an insider is seen from outside, and the test itself would notice if one were not."""

from pathlib import Path

import pytest

from amanat.cli.denial import attacks
from amanat.cli.denial.honest import honest
from amanat.cli.denial.stage import stage
from amanat.cli.main import main
from amanat.tlog.keys import format_signer, generate_signer

pytestmark = pytest.mark.slow


def test_every_attack_is_detected_and_an_honest_server_raises_no_alarm(capsys) -> None:
    code = main(["denial-test", "--honest", "12"])
    printed = capsys.readouterr().out
    assert code == 0, printed
    assert printed.count("detected      ") == len(attacks.ATTACKS)
    assert "7 of 7 attacks detected; no alarm in 12 honest operations" in printed


def test_an_attack_that_stays_hidden_is_reported_as_such(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    nothing = attacks.Attack("do nothing at all", lambda _server: None)
    monkeypatch.setattr("amanat.cli.denial_test.ATTACKS", (nothing,))
    assert main(["denial-test", "--honest", "0"]) == 1
    assert "NOT DETECTED  do nothing at all" in capsys.readouterr().out


def test_without_a_witness_a_second_history_would_be_believed(tmp_path: Path) -> None:
    with stage(tmp_path / "stage") as server:
        policy = server.folder / "policy.txt"
        policy.write_text(policy.read_text().replace("quorum witness.example", "quorum none"))
        assert attacks.show_two_histories(server) is None


def test_an_honest_run_gives_alarm_when_promises_are_signed_by_another_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amanat.cli.denial.honest.WAVE", 1)
    with stage(tmp_path / "stage", epoch_leaves=16) as server:

        def change_the_key(_done: int) -> None:
            key = generate_signer(server.promise_key().name)
            (server.data / "keys" / "promise.skey").write_text(f"{format_signer(key)}\n")

        alarm = honest(server, 10, after_each=change_the_key)
    assert alarm is not None
    assert "note:" in alarm
